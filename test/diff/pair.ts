import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { load } from '../../src/index.ts';
import type { ChangeClass, Loaded } from '../../src/index.ts';

export interface ChangedPair {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly classes: readonly ChangeClass[];
}

export function readPairs(file: string): readonly ChangedPair[] {
  return parse(readFileSync(`fixtures/diff/${file}.yaml`, 'utf8')) as readonly ChangedPair[];
}

export const STATIC = 'entryPoints:\n  web: { address: ":80" }\n  websecure: { address: ":443" }\n  internal: { address: ":8080" }\nproviders:\n  docker: {}\napi: {}\n';

/** A Compose file with the container "web" and these labels. */
export function composeOf(labels: readonly string[]): string {
  const lines = labels.map((label) => JSON.stringify(label.startsWith('enable=') ? `traefik.${label}` : `traefik.http.${label}`));
  return `services:\n  web:\n    image: example/web:1\n    expose: ["8000"]\n    labels:\n${lines.map((line) => `      - ${line}\n`).join('')}`;
}

export function loadText(compose: string, statics: string = STATIC): Loaded {
  const files: Readonly<Record<string, string>> = { 'app/compose.yml': compose, 'traefik.yml': statics };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [{ files: ['app/compose.yml'], projectName: 'app', variables: new Map() }], static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
}
