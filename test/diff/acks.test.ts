import fc from '../support/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { diff, failsOn, printMarkdown, readAcks, shownBy, withAcks } from '../../src/index.ts';
import type { Ack, AckOptions, DiffDocument } from '../../src/index.ts';
import { composeOf, loadText } from './pair.ts';

const RULE = 'routers.web.rule=Host(`a.test`)';
const LIMIT = 'middlewares.rl.ratelimit.average=10';
const before = loadText(composeOf([RULE, 'routers.web.entrypoints=web', 'routers.web.middlewares=rl', LIMIT]));
const after = loadText(composeOf([RULE, 'routers.web.entrypoints=web', LIMIT]));
const TODAY = '2026-11-21';

function compared(acks: Partial<AckOptions>): DiffDocument {
  return diff(before, after, { acks: { before: [], after: [], today: TODAY, forbidNew: false, ...acks } });
}

const [change] = compared({}).changes;
if (change === undefined) throw new Error('the pair has no change');
const ACK: Ack = { fingerprint: change.fingerprint, class: change.class, shows: shownBy(change), reason: 'a load test', expires: '2026-12-01', at: '.gateway/acks.yaml:2' };

describe('an acknowledgement', () => {
  test('that was there before lets its change pass, and is no news', () => {
    const document = compared({ before: [ACK], after: [ACK] });
    expect(document.summary).toMatchObject({ security: 0, acknowledged: 1 });
    expect(document.changes).toMatchObject([{ class: 'limit-removed', acknowledged: { reason: 'a load test', expires: '2026-12-01', isNew: false } }]);
    expect([failsOn(document, 'security'), failsOn(document, 'any')]).toEqual([false, false]);
    expect(document.acks).toMatchObject([{ state: 'reviewed', used: true }]);
  });

  test('that came with the change lets it pass and is shown for review', () => {
    const document = compared({ after: [ACK] });
    expect(failsOn(document, 'security')).toBe(false);
    expect(document.acks).toMatchObject([{ state: 'new', used: true }]);
    expect(printMarkdown(document, { key: 'k', maxChars: 65_000 })).toContain('needs a review');
  });

  test('that came with the change is refused with --no-new-acks', () => {
    const document = compared({ after: [ACK], forbidNew: true });
    expect(document.acks).toMatchObject([{ state: 'forbidden' }]);
    expect(document.changes).toMatchObject([{ acknowledged: null }]);
    expect(failsOn(document, 'none')).toBe(true);
  });

  test('of another change may come alone with --no-new-acks, and is shown', () => {
    const document = diff(before, before, { acks: { before: [], after: [ACK], today: TODAY, forbidNew: true } });
    expect(document.acks).toMatchObject([{ state: 'new', used: false }]);
    expect(failsOn(document, 'any')).toBe(false);
  });

  test.each([['2026-11-20', true], ['2026-11-21', false]])('that ends on %s: ran out %s', (expires, isOver) => {
    const document = compared({ before: [{ ...ACK, expires }], after: [{ ...ACK, expires }] });
    expect(failsOn(document, 'none')).toBe(isOver);
    expect(document.changes[0]?.acknowledged === null).toBe(isOver);
  });

  test('that ran out fails where its change is long in force', () => {
    const old = { ...ACK, expires: '2026-01-01' };
    expect(failsOn(diff(after, after, { acks: { before: [old], after: [old], today: TODAY, forbidNew: false } }), 'none')).toBe(true);
  });

  test('with a later day is a new one', () => {
    expect(compared({ before: [ACK], after: [{ ...ACK, expires: '2027-01-01' }] }).acks).toMatchObject([{ state: 'new' }]);
  });

  test.each([{ class: 'route-added' }, { shows: 'GET http://harmless.test/ on web' }])('that says something else than its fingerprint lets nothing pass: %o', (lie) => {
    const document = compared({ before: [{ ...ACK, ...lie }], after: [{ ...ACK, ...lie }] });
    expect(document.acks).toMatchObject([{ state: 'wrong' }]);
    expect(failsOn(document, 'security')).toBe(true);
  });

  test('that was taken out counts no more, though the old side has it', () => {
    expect(failsOn(compared({ before: [ACK] }), 'security')).toBe(true);
  });

  test('is not of a change that goes further', () => {
    const twice = (extra: readonly string[]): DiffDocument => diff(loadText(composeOf([RULE, 'services.web.loadbalancer.server.port=8000'])), loadText(composeOf([RULE, ...extra])));
    const [first, second] = [twice(['services.web.loadbalancer.server.port=9000']), twice(['services.web.loadbalancer.server.port=9001'])].map(({ changes }) => changes.map(({ fingerprint }) => fingerprint));
    expect(first).not.toEqual(second);
  });

  test('holds when only names and lines are others', () => {
    const renamed = (name: string): readonly string[] => [`routers.${name}.rule=Host(\`a.test\`)`, `routers.${name}.entrypoints=web`];
    const of = (name: string): DiffDocument => diff(loadText(composeOf([...renamed(name), `routers.${name}.middlewares=rl`, LIMIT])), loadText(composeOf([LIMIT, ...renamed(name)])));
    expect(of('x').changes[0]?.fingerprint).toBe(of('y').changes[0]?.fingerprint);
  });
});

describe('the file', () => {
  test('is read with places, and written so that it is read again, whatever the texts', () => {
    const words = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== '' && !/[\u0000-\u001f\u007f-\u009f\ufeff\ufffe\uffff\u2028\u2029]|\p{Surrogate}/u.test(text));
    fc.assert(fc.property(fc.uniqueArray(fc.record({ fingerprint: fc.stringMatching(/^[0-9a-f]{16}$/), class: fc.constant('auth-removed'), shows: words, reason: words, expires: fc.constant('2027-01-31') }), { selector: ({ fingerprint }) => fingerprint, maxLength: 4 }), (entries) => {
      const read = readAcks('acks.yaml', withAcks('', entries));
      expect(read).toMatchObject({ kind: 'read', acks: entries });
    }), { numRuns: 200 });
  });

  test('keeps its comments, and replaces an entry of the same change', () => {
    const { at: _at, ...entry } = ACK;
    const first = withAcks('# why we have these\nacks:\n  # until the test is over\n  - { fingerprint: abc, class: auth-removed, shows: x, reason: y, expires: 2027-01-01 }\n', [entry]);
    const second = withAcks(first, [{ ...entry, expires: '2028-01-01' }]);
    expect(second).toMatch(/^# why we have these\n[\s\S]*# until the test is over/);
    expect(readAcks('acks.yaml', second)).toMatchObject({ kind: 'read', acks: [{ fingerprint: 'abc', at: 'acks.yaml:4' }, { expires: '2028-01-01' }] });
  });

  const ENTRY = 'fingerprint: a, class: b, shows: c, reason: d, expires: 2027-01-31';
  test.each([
    ['no YAML', 'acks: [', /is no YAML/],
    ['another key', 'ack: []', /needs a list "acks:"/],
    ['an entry without a reason', `acks:\n  - { ${ENTRY.replace('reason: d, ', '')} }`, /^acks\.yaml:2: an acknowledgement needs "reason"/],
    ['an empty reason', `acks:\n  - { ${ENTRY.replace('reason: d', 'reason: " "')} }`, /needs "reason"/],
    ['an unknown key', `acks:\n  - { ${ENTRY}, untill: x }`, /has no "untill"/],
    ['a day that is none', `acks:\n  - { ${ENTRY.replace('2027-01-31', '2027-02-30')} }`, /"expires" is a day/],
    ['a change twice', `acks:\n  - { ${ENTRY} }\n  - { ${ENTRY} }`, /stands there twice/],
    ['a text where an entry belongs', 'acks: [x]', /is a mapping/],
  ])('with %s lets nothing pass', (_name, text, message) => {
    const read = readAcks('acks.yaml', text);
    expect(read).toMatchObject({ kind: 'invalid', message: expect.stringMatching(message) });
  });

  test('may be empty', () => {
    expect(readAcks('acks.yaml', '')).toEqual({ kind: 'read', acks: [] });
  });
});
