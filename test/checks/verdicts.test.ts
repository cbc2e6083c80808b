import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.ts';
import { composeFrom } from '../support/compose-from-containers.ts';
import type { WrittenCompose } from '../support/compose-from-containers.ts';
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

/** Findings about routers that Traefik serves, but otherwise than written. */
const SERVED_OTHERWISE = ['label-unknown', 'label-v1', 'enable-typo', 'resolver-unknown', 'rule-never-matches', 'hash-invalid', 'name-collision', 'route-tie', 'tls-missing', 'headers-ssl'];

/** Enabled, and every request fails: an error all the same. */
const SERVED_BROKEN: Readonly<Record<string, string>> = {
  'svc-healthcheck-absolute v3.7': 'service-invalid', // each check fails, every request 503 (ran)
};

const ROUTER = /^traefik\.(http|tcp|udp)\.routers\.([^.]+)\./i;

/** What the engine made of each container: lost, with a router that does not work, or served. */
function fates(recorded: RecordedCase, log: readonly LogLine[]): ReadonlyMap<string, 'bad' | 'good' | 'filtered'> {
  const lost = new Set(log.flatMap((line) => (line.level === 'ERR' && line.routerName === undefined ? [/^Skip container (\S+?):?(?: |$)/.exec(line.message ?? '')?.[1] ?? line.container ?? ''] : [])));
  const { routers, tcpRouters, udpRouters } = recorded.verdict;
  const declared = new Set<string>();
  const fate = new Map<string, 'bad' | 'good' | 'filtered'>();
  for (const container of recorded.containers) {
    const names = Object.keys(container.labels).flatMap((label) => {
      const found = ROUTER.exec(label);
      return found === null ? [] : [{ protocol: (found[1] ?? '').toLowerCase(), name: found[2] ?? '' }];
    });
    const states = names.map(({ protocol, name }) => {
      const table = protocol === 'http' ? routers : protocol === 'tcp' ? tcpRouters : udpRouters;
      const found = Object.entries(table).find(([full]) => full.toLowerCase() === `${name}@docker`.toLowerCase());
      if (found !== undefined) declared.add(found[0]);
      return found?.[1]['status'];
    });
    if (lost.has(container.name)) fate.set(container.name, 'bad');
    else if (isFiltered(recorded, container)) fate.set(container.name, 'filtered');
    else fate.set(container.name, states.every((state) => state === 'enabled') ? 'good' : 'bad');
  }
  // A default router has its container's name, which a Compose file makes otherwise.
  const broken = Object.entries(routers).some(([name, router]) => !declared.has(name) && router['status'] === 'disabled');
  const [only] = recorded.containers;
  if (broken && only !== undefined && recorded.containers.length === 1) fate.set(only.name, 'bad');
  return fate;
}

function isFiltered(recorded: RecordedCase, container: RecordedCase['containers'][number]): boolean {
  const enable = Object.entries(container.labels).find(([label]) => label.toLowerCase() === 'traefik.enable')?.[1];
  const unexposed = recorded.flags.some((flag) => /exposedbydefault=false/.test(flag)) && enable === undefined;
  return unexposed || /^(?:0|f|false)$/i.test(enable ?? '') || container.health !== undefined || container.state !== undefined;
}

function errorsIn(container: string, findings: readonly Finding[], written: WrittenCompose): readonly Finding[] {
  const lines = written.lines.get(container) ?? { from: 0, to: 0 };
  const inside = (place: { readonly file: string; readonly line: number }): boolean => place.file === 'compose.yml' && place.line >= lines.from && place.line < lines.to;
  return findings.filter((finding) => finding.severity === 'error' && (inside(finding) || finding.related.some(inside)));
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
      const errors = errorsIn(container, findings, written);
      if (fate === 'bad') expect(errors.length, `${container} is not served\n${said}`).toBeGreaterThan(0);
      if (fate === 'good') expect(errors.filter(({ rule }) => !SERVED_OTHERWISE.includes(rule) && SERVED_BROKEN[`${item.id} ${version}`] !== rule).map(({ rule, message }) => `${rule} ${message}`), `${container} is served`).toEqual([]);
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
