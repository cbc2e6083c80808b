import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from './helpers.ts';

interface Recorded {
  readonly cases: readonly { readonly labels: Readonly<Record<string, string>>; readonly error?: string; readonly panics?: boolean }[];
}

describe.each(['3.7', '2.11'] as const)('label sets that Traefik %s decoded', (version) => {
  const { cases }: Recorded = JSON.parse(readFileSync(new URL(`../../fixtures/oracle/labels/decode-${version}.json`, import.meta.url), 'utf8'));
  it.each(cases.map((item, index): [number, (typeof cases)[number]] => [index, item]))('set %i', (_index, item) => {
    const { result } = decode(item.labels, { version });
    expect(result.outcome).toBe(item.panics === true ? 'provider' : item.error === undefined ? 'kept' : 'container');
    if (item.error !== undefined) expect(result.cause?.engineSays).toBe(item.error);
  });
});
