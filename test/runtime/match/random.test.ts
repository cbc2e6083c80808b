import { describe, expect, it } from 'vitest';
import type { RuleSyntax } from '../../../src/ir/index.ts';
import { canonicalRequest, compileRule, matchRequest, upstreamHost, upstreamTarget } from '../../../src/runtime/match/index.ts';
import { escapedPath } from '../../../src/runtime/url.ts';
import { loadFixture, parseRecorded } from './harness.ts';

interface RuleSet {
  readonly syntax: RuleSyntax;
  readonly sanitizePath: boolean;
  readonly allowEncodedSlash: boolean;
  readonly routers: readonly { readonly name: string; readonly rule: string }[];
}
interface Observation {
  readonly set: string;
  readonly method: string;
  readonly target: string;
  readonly host: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly http10?: boolean;
  readonly status: number;
  readonly router?: string;
  readonly upstream?: string;
  readonly hostSent?: string;
}
const recording = loadFixture<{ readonly sets: Readonly<Record<string, RuleSet>>; readonly observations: readonly Observation[] }>('random-rules.json');

function decide(set: RuleSet, one: Observation): Partial<Observation> {
  const canonical = canonicalRequest({ ...one, clientIp: '127.0.0.1' }, { sanitizePath: set.sanitizePath, encodeQuerySemicolons: false, engine: '3.7' });
  if (!canonical.ok) return { status: canonical.refusal.status };
  const length = one.method === 'POST' ? [['Content-Length', '0'] as const] : [];
  const request = matchRequest(canonical.request, one.method, () => [...one.headers, ['X-Forwarded-Proto', 'http'], ...length], '127.0.0.1');
  const router = set.routers.find(({ rule }) => {
    const parsed = parseRecorded(rule, { version: '3.7', syntax: set.syntax });
    return parsed.rule !== undefined && compileRule(parsed.rule)(request);
  });
  if (router === undefined) return { status: 404 };
  if (!set.allowEncodedSlash && escapedPath(canonical.request).includes('%2F')) return { status: 400 };
  const { requestUri, forceQuery, host } = canonical.request;
  return { status: 200, router: router.name, upstream: upstreamTarget(requestUri, forceQuery), hostSent: upstreamHost(host) };
}

describe('Traefik 3.7.15 decides random rules', () => {
  it.each(Object.entries(recording.sets))('%s', (name, set) => {
    const observed = recording.observations.filter((one) => one.set === name);
    expect(observed.length).toBeGreaterThan(50);
    for (const one of observed) {
      const { status, router, upstream, hostSent } = one;
      const answer = decide(set, one);
      expect({ target: one.target, status: answer.status }).toEqual({ target: one.target, status });
      if (router === undefined) continue;
      // Without a host the server's own address is sent; names beyond ASCII go out as punycode.
      const ownHost = answer.hostSent !== undefined && answer.hostSent !== '' && /^[\x00-\x7f]*$/.test(answer.hostSent);
      expect({ target: one.target, ...answer, hostSent: ownHost ? answer.hostSent : hostSent }).toEqual({ target: one.target, status, router, upstream, hostSent });
    }
  });
});
