import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from './helpers.ts';

/** What Traefik 2.11.53 and 3.7.15 made of label sets (Docker provider). */
interface Verdict {
  readonly routers: Readonly<Record<string, unknown>>;
  readonly services: Readonly<Record<string, unknown>>;
  readonly log: readonly { readonly level: string; readonly message?: string; readonly error?: unknown; readonly container?: string }[];
  readonly providerDown?: boolean;
}
interface Case {
  readonly id: string;
  readonly class: string;
  readonly containers: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly state?: string }[];
  readonly 'v2.11': Verdict;
  readonly 'v3.7': Verdict;
}
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(new URL('../../fixtures/oracle/labels/verdicts.json', import.meta.url), 'utf8'));

const DECODING = /^(?:field not found, node: |invalid label root |invalid element: |invalid leading character|invalid node |invalid slice: |strconv\.Parse(?:Bool|Int|Uint|Float): |time: |.* cannot be a standalone element)/;
/** strconv errors also come from building middlewares: those name a router, not a container. */
function decodingErrors(verdict: Verdict): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const line of verdict.log) {
    const skipped = /^Skip container (\S+?)(?:: (.*))?$/.exec(line.message ?? '');
    const container = skipped?.[1] ?? line.container;
    const said = skipped?.[2] ?? (typeof line.error === 'string' ? line.error : (line.message ?? ''));
    const text = said.replace(/^decoding Docker labels: /, '');
    if (container !== undefined && DECODING.test(text)) out.set(container, text);
  }
  return out;
}

describe.each(['v2.11', 'v3.7'] as const)('recorded verdicts of %s', (recorded) => {
  const version = recorded === 'v3.7' ? '3.7' : '2.11';
  it.each(cases.map((item): [string, Case] => [`${item.class} ${item.id}`, item]))('%s', (_title, item) => {
    const verdict = item[recorded];
    const errors = decodingErrors(verdict);
    for (const container of item.containers) {
      const { result } = decode(container.labels, { version });
      const said = errors.get(container.name);
      if (verdict.providerDown === true) continue;
      // 2.x lists running containers only: their labels are never read.
      if (version === '2.11' && container.state !== undefined && container.state !== 'running') continue;
      expect(result.decoded.root === undefined, `${container.name} lost`).toBe(said !== undefined);
      expect(result.cause?.engineSays, container.name).toBe(said);
    }
    const outcomes = item.containers.map((container) => decode(container.labels, { version }).result.outcome);
    expect(outcomes.includes('provider')).toBe(verdict.providerDown === true);
  });
});
