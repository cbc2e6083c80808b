import { describe, expect, it } from 'vitest';
import { readCases } from '../support/cases.ts';
import { slice } from '../support/slice.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { validate } from '../../src/compile/validate.ts';
import { applyOverrides } from '../../src/compile/overrides.ts';
import { withoutOwnRoutes } from '../../src/compile/foreign.ts';

const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443 };
const cases = readCases();

describe.each(['traefik', 'nginx', 'kong'])('validation of %s files', (target) => {
  const total = { requests: 0, declined: 0, open: 0 };
  const given = cases.flatMap((one, index) => !slice(one.name) ? [] : [['loopback addresses', one.name, one, overridesOf(one, index, PORTS)] as const, ...[['the addresses of the files', one.name, one, { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() }] as const]]);
  it.each(given)('finds no disagreement with %s in %s', (_, __, one, overrides) => {
    const loaded = loadCase(one, overrides);
    const built = buildCase(loaded, target, undefined, overrides);
    const resolved = loaded.gateways[0]?.resolved[0];
    if (built.files === undefined || resolved === undefined) return;
    const whole = applyOverrides(resolved.gateway, resolved.routing, overrides).routing;
    const result = validate({ target, version: built.version, routing: target === 'traefik' ? whole : withoutOwnRoutes(whole), files: built.files, judged: built.judged });
    expect(result?.disagreements.map(({ probe, ...rest }) => ({ ...rest, request: `${probe.method} ${probe.entryPoint} ${String(probe.host)} ${probe.target} ${probe.clientIp} ${JSON.stringify(probe.headers)}` }))).toEqual([]);
    expect(result?.unmodelled).toEqual([]);
    if (whole.listeners.some(({ plain, tls }) => [...plain, ...tls].some(({ synthetic }) => !synthetic))) expect(result?.requests).toBeGreaterThan(0);
    if (result !== undefined) for (const key of ['requests', 'declined', 'open'] as const) total[key] += result[key];
  });
  it('prints what was asked', () => console.log(target, total));
});
