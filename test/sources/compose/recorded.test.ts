import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Container, Stack } from '../../../src/ir/index.ts';
import type { Text } from '../../../src/text/index.ts';
import { findings, read } from './project.ts';
import type { Read } from './project.ts';

interface Case {
  readonly name: string;
  readonly input: { readonly files: Record<string, string>; readonly use?: string[]; readonly vars?: Record<string, string>; readonly envFiles?: string[]; readonly project?: string; readonly profiles?: string[]; readonly folder?: string };
  readonly result: { readonly refused: string } | { readonly name: string; readonly services: Record<string, Record<string, unknown>>; readonly disabled: readonly string[]; readonly networks: unknown };
}
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync('fixtures/read/compose/recorded.json', 'utf8'));

/** Compose puts an empty text where a variable has no value. */
function blanked(text: Text): string {
  return text.holes.reduce((all, name) => all.replace(`\${${name}}`, ''), text.text);
}

function toRecord(stack: Stack): unknown {
  return {
    name: stack.name,
    services: Object.fromEntries(stack.containers.map((container) => [container.id.service, service(container)])),
    disabled: (stack.inactive ?? []).map((container) => container.id.service).sort(),
    networks: Object.fromEntries(stack.networks.map((network) => [network.key, { name: blanked(network.dockerName), external: network.external }])),
  };
}

function service(container: Container): Record<string, unknown> {
  const labels = (place: string): Record<string, string> => Object.fromEntries(container.labels.filter((label) => (place === 'deploy') === (label.place === 'deploy')).map((label) => [blanked(label.key.value), blanked(label.value.value)]));
  const networks = container.networks.map((use) => use.key).sort();
  return filled({
    image: container.image === undefined ? '' : blanked(container.image.value),
    build: container.hasBuild,
    containerName: container.containerName === undefined ? '' : blanked(container.containerName.value),
    networkMode: container.networkMode === undefined ? '' : blanked(container.networkMode.value),
    labels: labels('service'),
    deployLabels: labels('deploy'),
    scale: container.replicas === 1 ? '' : container.replicas,
    command: container.command.map((word) => blanked(word.value)),
    entrypoint: container.entrypoint.map((word) => blanked(word.value)),
    environment: Object.fromEntries(container.environment.map((variable) => [variable.name, variable.value === undefined ? null : blanked(variable.value)])),
    networks: networks.join() === 'default' ? [] : networks,
    dependsOn: container.dependsOn.map((name) => name.value).sort(),
    ports: container.ports.map((port) => `${port.hostIp ?? ''}|${String(port.published ?? '')}|${String(port.container)}/${port.protocol}`).sort(),
    volumes: container.mounts.map((mount) => `${mount.kind}|${mount.source === undefined ? '' : blanked(mount.source)}|${mount.target}|${String(mount.readOnly)}`).sort(),
    healthcheck: container.hasHealthcheck,
    profiles: container.profiles,
    expose: container.expose.map((port) => `${String(port.port)}${port.protocol === 'udp' ? '/udp' : ''}`),
  });
}

function filled(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !['""', '[]', '{}', 'false'].includes(JSON.stringify(value))));
}

function readCase({ input }: Case): Read {
  return read(input.files, {
    files: input.use ?? [],
    workingDirectory: `/home/${input.folder ?? 'shop'}`,
    variables: new Map(Object.entries(input.vars ?? {})),
    ...(input.envFiles === undefined ? {} : { envFiles: input.envFiles }),
    ...(input.project === undefined ? {} : { projectName: input.project }),
    ...(input.profiles === undefined ? {} : { profiles: input.profiles }),
  });
}

describe('a project is read as compose-go reads it', () => {
  for (const recorded of cases) {
    it(recorded.name, () => {
      const result = readCase(recorded);
      const wrong = findings(result).filter((line) => / (error|warning)!? /.test(line));
      if ('refused' in recorded.result) {
        const required = result.stack?.unset.some((variable) => variable.required) === true;
        expect(wrong.length > 0 || required, recorded.result.refused).toBe(true);
      } else {
        expect(wrong).toEqual([]);
        expect(result.stack === undefined ? undefined : toRecord(result.stack)).toEqual(recorded.result);
      }
    });
  }
});
