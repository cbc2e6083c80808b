import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { diff, load, printReport } from '../../src/index.ts';
import type { ChangeClass, Loaded } from '../../src/index.ts';

/** Who may call, before and after: about two seconds together. */
interface ConsumerPair {
  readonly name: string;
  readonly before: Sections;
  readonly after: Sections;
  readonly classes: readonly ChangeClass[];
  readonly entities: readonly string[];
}

interface Sections {
  readonly routes: unknown;
  readonly consumers: unknown;
}

const SECRETS = ['zebra-one', 'zebra-two'] as const;
const pairs = parse(readFileSync('fixtures/diff/consumers.yaml', 'utf8')) as readonly ConsumerPair[];

function loadSpec(sections: Sections, secrets: readonly string[] = SECRETS): Loaded {
  const text = stringify({ entryPoints: { web: 80 }, ...sections });
  const host = { readFile: (path: string) => (path === 'gateway.yaml' ? text : undefined), listFolder: () => undefined };
  const variables = new Map([['ONE', secrets[0] ?? ''], ['TWO', secrets[1] ?? '']]);
  return load({ gateways: [{ name: 'default', stacks: [], spec: { files: ['gateway.yaml'], variables }, dynamic: [], versions: ['3.7'] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

describe.each(pairs)('$name', ({ before, after, classes, entities }) => {
  const document = diff(loadSpec(before), loadSpec(after));

  test('is what requests show', () => {
    expect(document.broken).toEqual([]);
    expect([...new Set(document.changes.map((change) => change.class))].toSorted()).toEqual(classes.toSorted());
    for (const change of document.changes) expect(change.witness).not.toBeNull();
  });

  test('is told of the consumers', () => {
    const told = document.entities.filter(({ entity }) => entity === 'consumer').map(({ kind, name, fields }) => `${kind} ${name}${fields.length === 0 ? '' : `: ${fields.map(({ field }) => field).join(', ')}`}`);
    expect(told).toEqual(entities);
  });

  test('says no secret', () => {
    const text = printReport('json', document, 'security');
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });
});

test('a secret that has another value under the same name is another one', () => {
  const [pair] = pairs;
  if (pair === undefined) throw new Error('no pairs');
  const document = diff(loadSpec(pair.before), loadSpec(pair.before, ['zebra-new', SECRETS[1]]));
  expect(document.changes.map((change) => [change.class, change.witness?.request])).toEqual([
    ['consumer-removed', expect.stringContaining('as one with the key env ONE')],
    ['consumer-added', expect.stringContaining('as one with the key env ONE')],
  ]);
  expect(document.entities).toMatchObject([{ kind: 'changed', entity: 'consumer', name: 'one', fields: [{ field: 'keys.env ONE', before: '***', after: '***' }] }]);
  expect(JSON.stringify(document)).not.toContain('zebra');
});
