import { expect, test } from 'vitest';
import { drawAround } from '../support/gen/around.ts';
import { drawn } from '../support/gen/draw.ts';
import { builtFor } from '../support/nginx-for.ts';

/**
 * Every approximation is allowed here: what is written then must be what its row says, and nothing may be left for the build's own
 * check to find. 150 gateways, some four seconds; FULL takes 2,000 of the day besides. SEED=N AROUND=1500 repeats a run.
 */
const FULL = process.env['FULL'] === '1';
const SEED = Number(process.env['SEED'] ?? 20_781);
const GATEWAYS = Number(process.env['AROUND'] ?? 150);
const TARGETS = ['nginx', 'kong', 'traefik'];

/** Whatever is asked for is allowed. */
class Everything extends Map<string, string> {
  override get(): string {
    return 'a test';
  }
}

test.each([{ seed: SEED, gateways: GATEWAYS }, ...(FULL ? [{ seed: Math.floor(Date.now() / 86_400_000), gateways: 2000 }] : [])])('allowed by name: $gateways gateways of seed $seed', { timeout: 1_200_000 }, ({ seed, gateways }) => {
  const found: string[] = [];
  const built: Record<string, number> = {};
  for (let number = 0; number < gateways; number += 1) {
    const dynamic = drawn(seed * 100_003 + number, drawAround);
    const outcome = buildOf(dynamic);
    for (const target of outcome.built) built[target] = (built[target] ?? 0) + 1;
    found.push(...outcome.disagreements.map((message) => `${message}\n${dynamic}`));
  }
  expect(found).toEqual([]);
  // Otherwise nothing was looked at.
  expect(built['nginx']).toBeGreaterThan(gateways / 2);
  expect(built['kong']).toBeGreaterThan(gateways / 10);
});

function buildOf(dynamic: string): { readonly built: readonly string[]; readonly disagreements: readonly string[] } {
  const { built, diagnostics } = builtFor(dynamic, TARGETS, new Everything());
  const all = [...diagnostics, ...built.flatMap((one) => one.diagnostics)];
  return {
    built: built.flatMap(({ target, files: written }) => (written === undefined ? [] : [target])),
    disagreements: all.filter(({ rule }) => rule === 'internal-disagreement').map(({ message }) => message),
  };
}
