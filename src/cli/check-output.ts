import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AddressOverrides, BuiltTarget, Loaded, OutputFile } from '../index.ts';
import { VERSION } from '../version.ts';
import type { Context } from './context.ts';
import { filesIn, staleFiles } from './write.ts';
import type { Stale } from './write.ts';

/** Where one target of one gateway is written: the folder itself, and as it is shown. */
interface OutputPlace {
  readonly folder: string;
  readonly shown: string;
}

/** What `build --check` finds of one target. */
interface StaleTarget {
  readonly built: BuiltTarget;
  readonly place: OutputPlace;
  readonly files: readonly Stale[];
}

export function findStale(built: readonly BuiltTarget[], placeOf: (one: BuiltTarget) => OutputPlace): readonly StaleTarget[] {
  return built.flatMap((one) => {
    const place = placeOf(one);
    const files = one.files === undefined ? [] : staleFiles(place.folder, one.files);
    return files.length === 0 ? [] : [{ built: one, place, files }];
  });
}

/** Lines of differences that are shown of one file. */
const SHOWN_LINES = 60;

type Api = Pick<typeof import('../index.ts'), 'answersAlike' | 'sourceDigest' | 'unifiedDiff'>;

/** What is stale on stdout, with what differs; why it may be, and what to do, on stderr. */
export function sayStale(context: Context, stale: readonly StaleTarget[], api: Api, because: string | undefined): void {
  for (const { built, place, files } of stale) {
    for (const file of files) {
      const how = file.kind === 'differs' ? `${String(file.lines)} ${file.lines === 1 ? 'line differs' : 'lines differ'}` : file.kind === 'missing' ? 'is missing' : 'is left over';
      context.out(`stale  ${place.shown}/${file.path}  ${how}\n${file.kind === 'differs' ? shownDiff(file, place, built, api) : ''}`);
    }
  }
  if (because !== undefined) context.out(`${because}\n`);
  context.err('Run: gateway build\n');
}

/** Files that hold secrets are only counted. */
function shownDiff(file: Stale, place: OutputPlace, { files = [] }: BuiltTarget, api: Api): string {
  const wanted = files.find((one) => one.path === file.path);
  if (wanted === undefined || wanted.secret === true) return '';
  const lines = api.unifiedDiff(`${place.shown}/${file.path}`, readFileSync(path.join(place.folder, file.path), 'utf8'), wanted.text).replace(/\n$/, '').split('\n').slice(2);
  const rest = lines.length - SHOWN_LINES;
  // The bar keeps a line of a file from being one that a runner takes for an order.
  return `${lines.slice(0, SHOWN_LINES).map((line) => `  | ${line}\n`).join('')}${rest > 0 ? `  | … ${String(rest)} more lines\n` : ''}`;
}

/** One line for output that another version wrote of the same source and that still answers every witness request alike. */
export function becauseOfVersion(stale: readonly StaleTarget[], loaded: Loaded, overrides: AddressOverrides, api: Api): string | undefined {
  const versions = new Set<string>();
  let requests = 0;
  for (const { built, place } of stale) {
    const gateway = loaded.gateways.find(({ name }) => name === built.gateway);
    const manifest = readManifest(path.join(place.folder, '..', 'manifest.json'));
    if (gateway === undefined || manifest === undefined || manifest.version === VERSION || manifest.source !== api.sourceDigest(gateway)) return undefined;
    const alike = api.answersAlike(loaded, built, writtenIn(place.folder), overrides);
    if (alike === undefined) return undefined;
    versions.add(manifest.version);
    requests += alike;
  }
  if (versions.size === 0) return undefined;
  return `only gateway's version changed (${[...versions].toSorted().join(', ')} wrote these files, this is ${VERSION}): the source means the same, and all ${String(requests)} witness requests are answered alike`;
}

function writtenIn(folder: string): readonly OutputFile[] {
  return filesIn(folder).map((name) => ({ path: name, text: readFileSync(path.join(folder, name), 'utf8') }));
}

function readManifest(file: string): { readonly version: string; readonly source: string } | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isRecord(value) || !isRecord(value['tool'])) return undefined;
    const { version } = value['tool'];
    const { source } = value;
    return typeof version === 'string' && /^[\w.+-]{1,64}$/.test(version) && typeof source === 'string' ? { version, source } : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
