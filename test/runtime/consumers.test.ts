import { expect, it } from 'vitest';
import type { Consumer } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { Effect, EffectResult } from '../../src/runtime/index.ts';
import { runSync } from '../../src/runtime/driver.ts';
import { Origins } from '../../src/text/index.ts';
import { listenerOf, middlewareOf, routingOf } from '../support/routing-builder.ts';

/** Limits of consumers in the runtime, which counts as Kong does: in fixed windows. */
const origin = new Origins().default('test');
const consumer = (name: string, limit?: Consumer['limit']): Consumer => ({ name, id: '', groups: [], keys: [{ from: 'env', name: 'KEY', value: `key-${name}`, origin }], tokens: [], logins: [], ...(limit === undefined ? {} : { limit }), origin, symbol: name });
const keys = middlewareOf('keys', { apiKey: { names: ['k'], in: ['header', 'query'], keep: false } });
const two = middlewareOf('two', { consumerLimit: { amount: 2, window: 'minute' } });
const routing = { ...routingOf(listenerOf({ name: 'web' }, [{ name: 'a', rule: 'PathPrefix(`/a`)', middlewares: [keys, two] }, { name: 'b', rule: 'PathPrefix(`/b`)', middlewares: [keys] }])), consumers: [consumer('ada'), consumer('bob'), consumer('eve', { amount: 3, window: 'hour' })] };

function serving(): (at: number, path: string, name: string) => number {
  const clock = { now: 0 };
  const runtime = createRuntime(routing, { clock: () => clock.now, random: () => 0 });
  const perform = (effect: Effect): EffectResult => (effect.kind === 'send' ? { kind: 'sent', outcome: { kind: 'response', response: { status: 200, headers: [], body: { kind: 'none' } } } } : { kind: 'done' });
  return (at, path, name) => {
    clock.now = at;
    return runSync(runtime.handle({ entryPoint: 'web', method: 'GET', target: path, host: 'x.test', headers: [['k', `key-${name}`]], tls: false, clientIp: '127.0.0.1', body: { kind: 'none' } }), perform).status;
  };
}

it('a router counts each consumer on its own, in windows of the clock', () => {
  const ask = serving();
  expect([ask(50_000, '/a', 'ada'), ask(51_000, '/a', 'ada'), ask(52_000, '/a', 'ada'), ask(53_000, '/a', 'bob'), ask(59_999, '/a', 'ada'), ask(60_000, '/a', 'ada')]).toEqual([200, 200, 429, 200, 429, 200]);
});

it("a consumer's own limit counts over all routers and takes the place of theirs", () => {
  const ask = serving();
  expect([ask(0, '/a', 'eve'), ask(1, '/a', 'eve'), ask(2, '/a', 'eve'), ask(3, '/b', 'eve'), ask(4, '/b', 'ada'), ask(3_600_000, '/b', 'eve')]).toEqual([200, 200, 200, 429, 200, 200]);
});

it('a decision uses up nothing', () => {
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const probe = { entryPoint: 'web', method: 'GET', target: '/a?x=1&k=key-ada&y=2', host: 'x.test', headers: [], tls: false, clientIp: '127.0.0.1' } as const;
  const decided = [1, 2, 3, 4].map(() => runtime.decide(probe));
  expect(decided.map((one) => (one.kind === 'forward' ? one.target : one.kind))).toEqual(Array.from({ length: 4 }, () => '/a?x=1&y=2'));
});
