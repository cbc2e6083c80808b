import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askCase } from './case-ask.ts';
import { traitsOf, type Case } from './cases.ts';
import { comparable, decisionOf, sameDecision, targetDiffers } from './decisions.ts';
import type { Recorded } from './decisions.ts';
import type { Observation, ProbeInput } from './engine-ask.ts';

export interface Judged {
  readonly equal: number;
  readonly declined: number;
  readonly known: number;
  readonly differences: readonly unknown[];
}

/** Asks every request of a case and holds the answers against what real Traefik decided with the labels. */
export async function judgeCase(one: Case, target: string, ask: (probe: ProbeInput) => Promise<Observation> | Observation): Promise<Judged> {
  const recorded = recordedOf(one);
  const traits = traitsOf(one);
  const differences: unknown[] = [];
  const apart = { declined: 0, known: 0 };
  for (const [at, { text, probe }] of one.requests.entries()) {
    const seen = maskNames(decisionOf(text, await askCase(ask, probe)), one.name);
    const wanted = recorded[at];
    if (wanted === undefined) throw new Error('recorded decisions are missing: RECORD=1');
    const how = targetDiffers(target, wanted, seen, probe, traits);
    if (how !== 'compare') apart[how] += 1;
    else if (!sameDecision(target, wanted, seen)) differences.push(difference(text, comparable(target, wanted), comparable(target, seen)));
  }
  return { equal: one.requests.length - apart.declined - apart.known - differences.length, ...apart, differences };
}

/** Only what differs, so that a failing test can be read. */
export function difference(request: string, wanted: unknown, seen: unknown): string {
  const [left, right] = [leaves(wanted), leaves(seen)];
  return [request, ...left.filter((line) => !right.includes(line)).map((line) => `- ${line}`), ...right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`)].join('\n  ');
}

function leaves(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path} ${String(value)}`];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, Array.isArray(value) ? path : `${path}.${key}`));
}

export function recordedOf(one: Case): readonly Recorded[] {
  return JSON.parse(readFileSync(join(one.folder, 'decisions.json'), 'utf8')) as readonly Recorded[];
}

/**
 * A case knows its own services, not the number of a replica, nor where it stands in the table: names and addresses of a run go,
 * and so do what a challenge makes up and the digest of an address in a sticky cookie.
 */
export function maskNames(decision: Recorded, name: string): Recorded {
  const text = JSON.stringify(decision).replaceAll(`${name}/`, '').replace(/(?<=")([a-z0-9-]+)#\d+(?=[" ])|(?<=X-Backend: [a-z0-9-]+)#\d+/g, '$1').replace(/127\.[12]\.\d+\.(\d+)(?=:)/g, '127.1.CASE.$1')
    .replace(/(nonce|opaque)=\\"[^"\\]*\\"/g, '$1=CHANCE').replace(/(?<="Authorization: Digest )(?:[^"\\]|\\.)*/g, 'CHANCE').replace(/(?<="(?:Set-)?Cookie: (?:[^"]*; )?[\w-]+=)[0-9a-f]{16}(?=[;"])/g, 'MEMBER');
  return JSON.parse(text) as Recorded;
}
