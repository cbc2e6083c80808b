import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/compile/lint.ts';
import { load } from '../../../src/compile/load.ts';
import { toReport } from '../../../src/compile/to-report.ts';
import type { Finding } from '../../../src/diagnostics/index.ts';
import { readInspectFile } from '../../../src/sources/docker/index.ts';
import { inspection } from '../../support/docker-container.ts';
import { fatesOf, SERVED_OTHERWISE } from '../../support/fates.ts';
import { readRecordedCase, type RecordedCase, type RecordedVersion } from '../../support/recorded-labels.ts';
import { recordedFiles } from '../../support/recorded-static.ts';

/**
 * The recorded sets of labels, linted as `docker inspect` prints them: an error on each container that Traefik does not serve
 * as written, none on the others. About 6 s; Traefik 2.11 only with FULL.
 */
interface RawCase {
  readonly id: string;
  readonly class: string;
  readonly [version: `v${string}`]: { readonly log: readonly { readonly level: string; readonly message?: string; readonly container?: string; readonly routerName?: string }[] };
}
const { cases: raw }: { cases: readonly RawCase[] } = JSON.parse(readFileSync('fixtures/oracle/labels/verdicts.json', 'utf8'));

/** What stands on the disk of the engine is not known. */
const ON_DISK: readonly string[] = ['opt-digest-usersfile', 'opt-forwardauth-cert', 'opt-ratelimit-redis-tls-files'];

function lintInspected(recorded: RecordedCase, version: '3.7' | '2.11'): readonly Finding[] {
  const read = readInspectFile('dump.json', JSON.stringify(recorded.containers.map(inspection)));
  if (read.kind === 'invalid') throw new Error(read.message);
  const files = recordedFiles(recorded.flags);
  const host = { readFile: (path: string) => files[path], listFolder: (path: string) => (path === 'dynamic' ? ['objects.yml'] : undefined) };
  const loaded = load({ gateways: [{ name: 'default', stacks: [], dynamic: ['dynamic'], static: 'traefik.yml', versions: [version], seen: [read.seen] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
  const { diagnostics, skipped } = lint(loaded);
  return toReport('gateway.lint/1', diagnostics, skipped, loaded).findings;
}

const VERSIONS: readonly RecordedVersion[] = process.env['FULL'] === undefined ? ['v3.7'] : ['v3.7', 'v2.11'];

describe.each(VERSIONS)('running containers under Traefik %s', (version) => {
  it.each(raw.filter(({ id }) => !ON_DISK.includes(id)).map((item) => [`${item.class} ${item.id}`, item] as const))('%s', (_title, item) => {
    const recorded = readRecordedCase(item, version);
    const findings = lintInspected(recorded, version === 'v3.7' ? '3.7' : '2.11');
    const errors = findings.filter(({ severity }) => severity === 'error');
    const said = findings.map(({ severity, rule, file, message }) => `${severity} ${rule} ${file} ${message}`).join('\n');
    expect(findings.flatMap(({ fixes }) => fixes)).toEqual([]);
    if (recorded.providerDown) {
      expect(errors.some(({ blocking }) => blocking), said).toBe(true);
      return;
    }
    const log = item[version]?.log ?? [];
    const lost = new Set(log.flatMap((line) => (line.level === 'ERR' && line.routerName === undefined ? [/^Skip container (\S+?):?(?: |$)/.exec(line.message ?? '')?.[1] ?? line.container ?? ''] : [])));
    const exposedByDefault = !recorded.flags.some((flag) => /exposedbydefault=false/.test(flag));
    for (const [name, fate] of fatesOf({ containers: recorded.containers, verdict: recorded.verdict, lost, exposedByDefault })) {
      const file = `dump.json/${name}`;
      const own = errors.filter((finding) => finding.file === file || finding.related.some((place) => place.file === file));
      if (fate === 'bad') expect(own.length, `${name} is not served\n${said}`).toBeGreaterThan(0);
      if (fate === 'good') expect(own.filter(({ rule }) => !SERVED_OTHERWISE.includes(rule)).map(({ rule, message }) => `${rule} ${message}`), `${name} is served`).toEqual([]);
    }
  });
});
