import { describe, expect, it } from 'vitest';
import { matches } from '../../src/live/labels.ts';
import { readEngineState, routerTrouble } from '../../src/live/engine-state.ts';

/** Costs nothing. */
describe('a text with variables that have no value', () => {
  it.each([
    ['Host(`a.test`)', [], 'Host(`a.test`)', true],
    ['Host(`a.test`)', [], 'Host(`b.test`)', false],
    ['Host(`${H}`)', ['H'], 'Host(`b.test`)', true],
    ['Host(`${H}`)', ['H'], 'Path(`b.test`)', false],
    ['${A}.${B}', ['A', 'B'], 'x.y\nz', true],
    ['${A}.${B}', ['A', 'B'], 'xy', false],
    ['(${A})+[a]', ['A'], '(x)+[a]', true],
    ['(${A})+[a]', ['A'], '(x)(x)a', false],
    ['${A}', ['A'], '', true],
  ] as const)('%s against %s %s: %s', (text, holes, running, expected) => {
    expect(matches({ text, holes }, running)).toBe(expected);
  });
});

describe('what an engine says of a router', () => {
  const state = readEngineState(JSON.stringify({ routers: { 'web@docker': { status: 'enabled' }, 'websecure-two@docker': { entryPoints: ['websecure'], status: 'disabled', error: ['no', 'error parsing BasicUser: hunter2'] }, 'my-three@docker': { entryPoints: ['web'] }, 'web-four@docker': { entryPoints: ['web', 'websecure'] }, 'Big@docker': {} }, tcpRouters: { 'db@docker': { status: 'disabled' } } }));

  it.each([
    ['http', 'web@docker', undefined],
    ['http', 'two@docker', 'router two@docker is disabled in the engine: no; error parsing BasicUser: ***'],
    ['http', 'three@docker', 'router three@docker is missing in the engine'],
    ['http', 'four@docker', 'router four@docker is missing in the engine'],
    ['http', 'big@docker', undefined],
    ['http', 'db@docker', 'router db@docker is missing in the engine'],
    ['tcp', 'db@docker', 'router db@docker is disabled in the engine'],
    ['http', 'eb@docker', 'router eb@docker is missing in the engine'],
  ])('%s %s', (protocol, name, expected) => {
    expect(state === undefined ? 'unread' : routerTrouble(protocol, name, state)).toBe(expected);
  });

  it.each(['', '[]', '{}', '<html>', '{"message":"not found"}'])('%s is no answer of it', (text) => {
    expect(readEngineState(text)).toBeUndefined();
  });
});
