import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { load } from '../../src/index.ts';
import type { ChangeClass, Loaded } from '../../src/index.ts';

/** Labels of the container "web", labels by container, or whole files: one stack, the first file and its overrides. */
export type PairSide = readonly string[] | Readonly<Record<string, readonly string[]>> | { readonly files: Readonly<Record<string, string>> };

export interface ChangedPair {
  readonly name: string;
  readonly before: PairSide;
  readonly after: PairSide;
  /** Absent for pairs that mean the same. */
  readonly classes?: readonly ChangeClass[];
}

export function readPairs(file: 'changes' | 'same'): readonly ChangedPair[] {
  return parse(readFileSync(`fixtures/diff/${file}.yaml`, 'utf8')) as readonly ChangedPair[];
}

export const STATIC = 'entryPoints:\n  web: { address: ":80" }\n  websecure: { address: ":443" }\n  internal: { address: ":8080" }\nproviders:\n  docker: {}\napi: {}\n';

/** The files of a side. */
export function filesOf(side: PairSide): Readonly<Record<string, string>> {
  if (isFiles(side)) return side.files;
  return { 'compose.yml': isLabels(side) ? composeOf(side) : composeWith(side) };
}

function isLabels(side: PairSide): side is readonly string[] {
  return Array.isArray(side);
}

function isFiles(side: PairSide): side is { readonly files: Readonly<Record<string, string>> } {
  return !isLabels(side) && 'files' in side && !Array.isArray(side.files);
}

/** A Compose file with the container "web" and these labels. */
export function composeOf(labels: readonly string[]): string {
  return composeWith({ web: labels });
}

/** A Compose file with these containers; each label stands below `traefik.http.`, but for `enable`. */
function composeWith(containers: Readonly<Record<string, readonly string[]>>): string {
  const services = Object.entries(containers).map(([name, labels]) => {
    const lines = labels.map((label) => `      - ${JSON.stringify(label.startsWith('enable=') ? `traefik.${label}` : `traefik.http.${label}`)}\n`);
    return `  ${name}:\n    image: example/${name}:1\n    expose: ["8000"]\n    labels:\n${lines.join('')}`;
  });
  return `services:\n${services.join('')}`;
}

export function loadText(compose: string, statics: string = STATIC): Loaded {
  return loadSide({ files: { 'compose.yml': compose } }, statics);
}

export function loadSide(side: PairSide, statics: string = STATIC): Loaded {
  const stack = Object.entries(filesOf(side)).map(([name, text]) => [`app/${name}`, text] as const);
  const files = new Map<string, string>([...stack, ['traefik.yml', statics]]);
  const host = { readFile: (path: string) => files.get(path.replace(/^\.\//, '')), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [{ files: stack.map(([name]) => name), projectName: 'app', variables: new Map() }], static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
}
