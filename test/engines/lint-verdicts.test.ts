import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { errorsIn, fatesOf, SERVED_OTHERWISE } from '../support/fates.ts';
import type { Lines } from '../support/fates.ts';
import { lintFolder, lintFolders, withElsewhere } from '../support/lint-folder.ts';
import type { Linted } from '../support/lint.ts';
import { liveContainers, liveName, lostInLog, startLiveTraefik } from '../support/live-stack.ts';
import { ofProvider } from '../support/rawdata.ts';
import { asVerdict } from '../support/recorded-labels.ts';

const told = (findings: readonly Finding[]): string => findings.map((finding) => `${finding.severity} ${finding.rule} ${finding.file}:${String(finding.line)} ${finding.message}`).join('\n');

/** The lines that a service's labels and the service itself stand in, by container name. */
function linesOf({ loaded }: Linted): ReadonlyMap<string, readonly Lines[]> {
  const place = (origin: Parameters<typeof loaded.origins.firstSpan>[0]): readonly Lines[] => {
    const span = loaded.origins.firstSpan(origin);
    const source = span === undefined ? undefined : loaded.files.get(span.file);
    return span === undefined || source === undefined ? [] : [{ file: span.file, from: source.position(span.start).line, to: source.position(Math.max(span.start, span.end - 1)).line + 1 }];
  };
  const containers = loaded.workspace.stacks.flatMap((stack) => stack.containers);
  return new Map(containers.map((container) => [liveName(container), [...place(container.origin), ...container.labels.flatMap((label) => place(label.origin))]]));
}

describeEngine('traefik', 'lint beside the engine', (engine) => {
  describe.each(['sound', 'broken'])('%s stacks', (kind) => {
    test.for(lintFolders(`fixtures/lint/${kind}`).map((folder) => [folder.name, folder] as const))('%s', async ([, folder]) => {
      const linted = lintFolder(folder);
      const containers = liveContainers(linted);
      const real = withElsewhere(folder);
      const config = real.loaded.gateways[0]?.proxy.static;
      const traefik = await startLiveTraefik(engine, real);
      try {
        const outcome = await traefik.swap(containers);
        const said = told(linted.findings);
        if (outcome.kind === 'silent') {
          expect(linted.findings.some(({ severity, blocking }) => severity === 'error' && blocking), said).toBe(true);
          return;
        }
        const exposedByDefault = config === undefined || config === 'unknown' || config.docker?.exposedByDefault !== false;
        const lines = linesOf(linted);
        const fates = fatesOf({ containers, verdict: asVerdict(ofProvider(outcome.data, 'docker')), lost: lostInLog(outcome.log, containers), exposedByDefault });
        for (const [name, fate] of fates) {
          const errors = errorsIn(linted.findings, lines.get(name) ?? []);
          if (fate === 'bad') expect(errors.length, `${name} is not served\n${said}\n${outcome.log.join('\n')}`).toBeGreaterThan(0);
          if (fate === 'good') expect(told(errors.filter(({ rule }) => !SERVED_OTHERWISE.includes(rule))), `${name} is served`).toBe('');
        }
        if (kind === 'sound') expect([...fates.values()], outcome.log.join('\n')).not.toContain('bad');
      } finally {
        await traefik.stop();
      }
    });
  });
});
