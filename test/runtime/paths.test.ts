import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { known, Origins } from '../../src/text/index.ts';
import { parseRule } from '../../src/rule-lang/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { Decision, Route } from '../../src/ir/index.ts';
import { entryPointOf, hostRoute, middlewareOf, resolveService, routingOf } from './routing-of.ts';

/** Whole decisions, chains included, for the hostile targets that Traefik 3.7.15 was asked (fixtures/oracle/traefik/paths.json). */
interface Recorded { readonly set: string; readonly target: string; readonly status: number; readonly router?: string; readonly backend?: string; readonly upstream?: string; readonly host?: string }
interface RuleSet { readonly routers: readonly { readonly name: string; readonly rule: string; readonly priority: number; readonly middlewares: readonly string[]; readonly backend: string }[]; readonly middlewares: string; readonly entryPoint: string }
const recording = JSON.parse(readFileSync(new URL('../../fixtures/oracle/traefik/paths.json', import.meta.url), 'utf8')) as { readonly sets: Record<string, RuleSet>; readonly observations: readonly Recorded[] };
const ORIGINS = new Origins();

function routesOf(set: RuleSet): readonly Route[] {
  const middlewares = (parse(set.middlewares) ?? {}) as Record<string, Record<string, unknown>>;
  const routers = set.routers.toSorted((a, b) => b.priority - a.priority);
  return routers.map((router) => {
    const parsed = parseRule({ value: known(router.rule), origin: ORIGINS.span('rule', 0, router.rule.length) }, 'v3', '3.7', ORIGINS);
    const chain = router.middlewares.map((name) => middlewareOf(name, middlewares[name] ?? {}));
    const base = hostRoute(router.name, '', chain, resolveService(router.backend, { [router.backend]: { loadBalancer: { servers: [{ url: `http://${router.backend}:80` }] } } }));
    if (parsed.rule === undefined) throw new Error(`${router.rule} does not parse`);
    return { ...base, rule: parsed.rule };
  });
}

/** What path middlewares tell the server. */
function added({ requestHeaders }: Extract<Decision, { kind: 'forward' }>): Record<string, string> {
  const names: Readonly<Record<string, string>> = { 'X-Forwarded-Prefix': 'xForwardedPrefix', 'X-Replaced-Path': 'xReplacedPath' };
  return Object.fromEntries(requestHeaders.set.map(([name, value]) => [names[name] ?? name, value]));
}

describe('decisions on hostile targets', () => {
  it.each(Object.entries(recording.sets))('%s', (name, set) => {
    const { http = {} } = (parse(set.entryPoint) ?? {}) as { http?: object };
    const runtime = createRuntime(routingOf({ ...entryPointOf('web'), ...http }, routesOf(set)), { clock: () => 0, random: () => 0 });
    const observed = recording.observations.filter((one) => one.set === name);
    const wrong = observed.flatMap((one) => {
      const decision = runtime.decide({ entryPoint: 'web', method: 'GET', target: one.target, host: 'x.test', headers: [], tls: false, clientIp: '127.0.0.1' });
      const got = decision.kind === 'forward'
        ? { status: 200, router: decision.router.name, backend: /\/\/(\w+)/.exec(decision.endpoints[0]?.address ?? '')?.[1], upstream: decision.target, host: decision.host, ...added(decision) }
        : decision.kind === 'respond' ? { status: decision.status, body: decision.body ?? '' } : decision;
      const { set: _, target: __, ...wanted } = one;
      return isDeepStrictEqual(got, wanted) ? [] : [{ target: one.target, got, wanted }];
    });
    expect(wrong).toEqual([]);
    expect(observed).toHaveLength(241);
  });
});
