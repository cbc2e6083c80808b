import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyOf, plain } from '../../src/diff/plain.ts';

// 0.5 s.

const leaf = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.bigInt(), fc.constant(null), fc.constant(undefined), fc.constant(new Map([['a', 1]])), fc.constantFrom('"', '\\', '\u2028', '\ud800', '\n'));
const name = fc.oneof(fc.constantFrom('origin', 'value', 'holes', 'symbol', '1', '0', '__proto__'), fc.string());
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree')), fc.dictionary(name, fc.oneof(tie('tree'), fc.integer())), fc.record({ value: tie('tree'), origin: fc.integer(), holes: fc.constant([]) }, { requiredKeys: ['origin'] })),
}));

it('the key of a value is the JSON of what is plain in it', () => {
  fc.assert(fc.property(fc.array(tree), (values) => {
    expect(keyOf(values)).toBe(JSON.stringify(plain(values)));
  }));
});

it('knows no places', () => {
  const placed = (origin: number): unknown => ({ name: { value: 'a', origin, holes: [] }, at: [{ origin, symbol: `s${String(origin)}`, kind: 'x' }] });
  expect(keyOf(placed(1))).toBe(keyOf(placed(2)));
  expect(keyOf(placed(1))).toBe('{"name":"a","at":[{"kind":"x"}]}');
});
