import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.ts';
import { composeFrom } from '../support/compose-from-containers.ts';
import type { WrittenCompose } from '../support/compose-from-containers.ts';
import { errorsIn, fatesOf, SERVED_OTHERWISE } from '../support/fates.ts';
import type { Fate } from '../support/fates.ts';
import { lintFiles } from '../support/lint.ts';
import { readRecordedCase } from '../support/recorded-labels.ts';
import type { RecordedCase, RecordedVersion } from '../support/recorded-labels.ts';
import { recordedFiles } from '../support/recorded-static.ts';

interface LogLine {
  readonly level: string;
  readonly message?: string;
  readonly error?: unknown;
  readonly container?: string;
  readonly routerName?: string;
}
interface RawCase {
  readonly id: string;
  readonly class: string;
  readonly 'v2.11': { readonly log: readonly LogLine[] };
  readonly 'v3.7': { readonly log: readonly LogLine[] };
}
const { cases: raw }: { cases: readonly RawCase[] } = JSON.parse(readFileSync(new URL('../../fixtures/oracle/labels/verdicts.json', import.meta.url), 'utf8'));

/** What a Compose file cannot say. */
const BEYOND_COMPOSE: Readonly<Record<string, string>> = {
  'default-port-missing': 'what an image exposes is not in a Compose file: no port is unknown, not missing',
  'opt-digest-usersfile': 'what stands on the disk of the engine is not known',
  'opt-forwardauth-cert': 'what stands on the disk of the engine is not known',
  'opt-ratelimit-redis-tls-files': 'what stands on the disk of the engine is not known',
};

/** What the log says of containers that are lost. */
function lostContainers(log: readonly LogLine[]): ReadonlySet<string> {
  return new Set(log.flatMap((line) => (line.level === 'ERR' && line.routerName === undefined ? [/^Skip container (\S+?):?(?: |$)/.exec(line.message ?? '')?.[1] ?? line.container ?? ''] : [])));
}

function fates(recorded: RecordedCase, log: readonly LogLine[]): ReadonlyMap<string, Fate> {
  const exposedByDefault = !recorded.flags.some((flag) => /exposedbydefault=false/.test(flag));
  return fatesOf({ containers: recorded.containers, verdict: recorded.verdict, lost: lostContainers(log), exposedByDefault });
}

function errorsOf(container: string, findings: readonly Finding[], written: WrittenCompose): readonly Finding[] {
  return errorsIn(findings, [{ file: 'compose.yml', ...(written.lines.get(container) ?? { from: 0, to: 0 }) }]);
}

describe.each(['v3.7', 'v2.11'] as const)('recorded verdicts of Traefik %s', (version: RecordedVersion) => {
  const tested = raw.filter(({ id }) => BEYOND_COMPOSE[id] === undefined);
  it.each(tested.map((item) => [`${item.class} ${item.id}`, item] as const))('%s', (_title, item) => {
    const recorded = readRecordedCase(item, version);
    const written = composeFrom(instances(recorded));
    const { findings } = lintFiles({ files: { 'compose.yml': written.text, ...recordedFiles(recorded.flags) }, static: 'traefik.yml', dynamic: ['dynamic'], versions: [version === 'v3.7' ? '3.7' : '2.11'], projectName: 'app' });
    const said = findings.map((finding) => `${finding.severity} ${finding.rule} ${finding.file}:${String(finding.line)} ${finding.message}`).join('\n');
    expect(findings.filter(({ rule }) => rule === 'yaml-syntax' || rule === 'compose-schema'), said).toEqual([]);
    if (recorded.providerDown) {
      expect(findings.some(({ severity, blocking }) => severity === 'error' && blocking), said).toBe(true);
      return;
    }
    for (const [container, fate] of fates(recorded, item[version].log)) {
      const errors = errorsOf(container, findings, written);
      if (fate === 'bad') expect(errors.length, `${container} is not served\n${said}`).toBeGreaterThan(0);
      if (fate === 'good') expect(errors.filter(({ rule }) => !SERVED_OTHERWISE.includes(rule)).map(({ rule, message }) => `${rule} ${message}`), `${container} is served`).toEqual([]);
    }
  });
});

/** Two instances of one Compose service are one service. */
function instances(recorded: RecordedCase): RecordedCase['containers'] {
  const seen = new Set<string>();
  return recorded.containers.filter((container) => {
    const service = container.labels['com.docker.compose.service'];
    if (service === undefined) return true;
    const fresh = !seen.has(service);
    seen.add(service);
    return fresh;
  });
}
