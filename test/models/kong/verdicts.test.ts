// Costs about 1 s.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Flavor } from '../../../src/models/kong/classic.ts';
import { checkDeclarative } from '../../../src/models/kong/schema/index.ts';
import type { KongProblem } from '../../../src/models/kong/schema/index.ts';
import { objectAt, objectsAt, stringAt, stringsAt } from '../../../src/models/kong/value.ts';
import type { JsonObject } from '../../../src/models/kong/value.ts';

const cases = objectsAt(JSON.parse(readFileSync('fixtures/kong/verdicts.json', 'utf8')) as JsonObject, 'cases');

/** Place and cause; a second of something is told at its kind, and what the router engine says in its own words is left out. */
function shown({ path, message }: KongProblem): string {
  const entity = /^uniqueness violation: '(\w+)'/.exec(message)?.[1];
  if (entity !== undefined) return `${entity}: ${message.replace(/primary key set to '[^']*'/, 'primary key set to ID')}`;
  return `${path.join('.')}: ${message.replace(/^(Router Expression failed validation): .*$/s, '$1')}`;
}

const flavorOf = (entry: JsonObject): Flavor => (entry['flavor'] === 'expressions' ? 'expressions' : entry['flavor'] === 'traditional' ? 'traditional' : 'traditional_compatible');

describe('what the published schemas do not show', () => {
  it.each(cases.map((entry) => [stringAt(entry, 'name') ?? '', stringAt(entry, 'source') ?? '', entry] as const))('%s (%s)', (_name, _source, entry) => {
    const problems = checkDeclarative(objectAt(entry, 'config'), flavorOf(entry));
    expect(problems.length === 0, JSON.stringify(problems)).toBe(entry['ok']);
    // Where the node stops with an error of its own there are no fields to compare.
    if (entry['problems'] !== null) expect(problems.map(shown).sort()).toEqual([...stringsAt(entry, 'problems')].sort());
  });

  it('has cases of both kinds', () => {
    expect(cases.filter((entry) => entry['ok'] === true).length).toBeGreaterThan(20);
    expect(cases.filter((entry) => entry['ok'] === false).length).toBeGreaterThan(60);
  });
});
