import { expect, it } from 'vitest';
import { smallest, type Shown } from '../../src/compile/validation/smallest.ts';
import { routesOf } from '../../src/ir/index.ts';
import { readCases } from '../support/cases.ts';
import { loadCase } from '../support/emitted.ts';

const many = readCases().find(({ name }) => name === 'path-many');
const names = ({ routing }: Shown): readonly string[] => [...new Set(routesOf(routing).filter(({ synthetic }) => !synthetic).map(({ router }) => router.name))].toSorted();

function whole(): Shown {
  if (many === undefined) throw new Error('no such case');
  const resolved = loadCase(many, { endpoints: [], entryPoints: new Map() }).gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  return resolved;
}

it('keeps the routers that it takes, however many', () => {
  const all = names(whole());
  const needed = [all[1] ?? '', all.at(-1) ?? ''].toSorted();
  expect(all.length).toBeGreaterThan(3);
  const found = smallest(whole(), (fewer) => needed.every((name) => names(fewer).includes(name)));
  expect(names(found)).toEqual(needed);
  expect(found.gateway.routers.map(({ ref }) => ref.name).toSorted()).toEqual(needed);
});

it('keeps all where each one is needed', () => {
  expect(names(smallest(whole(), (fewer) => names(fewer).length === names(whole()).length))).toEqual(names(whole()));
});
