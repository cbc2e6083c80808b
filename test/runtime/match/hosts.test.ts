import { describe, expect, it } from 'vitest';
import { loadFixture, simulate } from './harness.ts';

interface Observation {
  readonly host: string | null;
  readonly version: string;
  readonly target: string;
  readonly extraHeaders: readonly (readonly [string, string])[];
  readonly traefik: { readonly status: number; readonly backend?: string; readonly hostSent?: string };
}
const recording = loadFixture<{ readonly routers: readonly (readonly [string, string])[]; readonly observations: readonly Observation[] }>('hosts.json');

describe('Traefik 3.7.15 decides 47 hosts', () => {
  const routers = recording.routers.map(([name, rule], index) => ({ name, rule, priority: 100 - index, middlewares: [], backend: `b${index + 1}` }));
  const decide = simulate(routers, '', { version: '3.7', syntax: 'v3' });
  it.each(recording.observations.map((one, index) => [index, one.host, one] as const))('%i %j', (_index, _host, one) => {
    const answer = decide({ target: one.target, host: one.host, headers: one.extraHeaders, http10: one.version === '1.0' });
    const { status, backend } = one.traefik;
    expect({ status: answer.status, backend: answer.backend }).toEqual({ status, backend });
    // Without a host the server's own address is sent.
    if (backend !== undefined && answer.host !== '') expect(answer.host).toBe(one.traefik.hostSent);
  });
});
