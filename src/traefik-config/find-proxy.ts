import type { ConfigFile, Container, Problem, Proxy, Stack } from '../ir/index.ts';
import type { OriginId, Origins, Sourced } from '../text/index.ts';
import { SourceFile } from '../text/index.ts';
import { lookInside } from './container-files.ts';
import type { FileHost, Inside, Inspected } from './container-files.ts';
import type { TraefikVersion } from './keys.ts';
import { TRAEFIK_VERSIONS } from './keys.ts';
import { FOLDER_DEPTH, formatOf, joinPath } from './paths.ts';
import { readStatic } from './static/read-static.ts';
import type { StaticRead } from './static/read-static.ts';

/** A file of the proxy that exists and cannot be read from here. */
export interface UnreadFile {
  readonly role: 'static' | 'dynamic';
  /** As far as it is known: on the host, else inside the container. */
  readonly path: string;
  readonly origin: OriginId;
}

/** A container that is Traefik, with what is known of its configuration. */
export interface FoundProxy {
  readonly proxy: Proxy;
  readonly container: Container;
  readonly staticFile?: ConfigFile;
  readonly dynamicFiles: readonly ConfigFile[];
  /** Everything that the file provider reads was found; false also where the static side is unknown. */
  readonly dynamicKnown: boolean;
  readonly unread: readonly UnreadFile[];
  /** The engine does not start with this configuration. */
  readonly exits: boolean;
  readonly problems: readonly Problem[];
}

/**
 * Which containers of a stack are Traefik, and what they are configured with; first those that may read the stack's labels.
 * @param as the version that reads the configuration, where it is not the image's: somebody asks what an upgrade would do
 */
export function findProxies(stack: Stack, host: FileHost, origins: Origins, as?: TraefikVersion): readonly FoundProxy[] {
  const found = stack.containers.flatMap((container) => (isTraefik(container) ? (toProxy({ container, stack, host }, origins, as) ?? []) : []));
  return found.length < 2 ? found : [...found.filter(mayReadLabels), ...found.filter((one) => !mayReadLabels(one))];
}

function mayReadLabels({ proxy }: FoundProxy): boolean {
  return proxy.static === 'unknown' || proxy.static.docker !== undefined;
}

/** `traefik`, `library/traefik`, `ghcr.io/me/traefik:v3`; not `traefik/whoami`. */
export function isTraefik(container: Container): boolean {
  return container.image !== undefined && imageParts(container.image.value.text).name === 'traefik';
}

interface ImageParts {
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  readonly tagFrom: number;
}

function imageParts(image: string): ImageParts {
  const [named = ''] = image.split('@');
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const end = colon === -1 ? named.length : colon;
  return { name: named.slice(slash + 1, end), repository: named.slice(0, end), tag: colon === -1 ? '' : named.slice(colon + 1), tagFrom: end + 1 };
}

const FAMILIES: Readonly<Record<string, TraefikVersion>> = { '2': '2.11', '3': '3.7' };

/** Traefik 1, which has other flags and other labels: nothing that this project knows of it is true. */
function isVersionOne(container: Container): boolean {
  return isTraefik(container) && /^v?1(?:\.[0-9]+)*(?:[-.][A-Za-z0-9.-]+)?$/.test(imageParts(container.image?.value.text ?? '').tag);
}

/** The family that a tag names (`v2.10` is 2.11's); floating tags, digests and variables say nothing. */
export function versionOf(container: Container, origins: Origins): Sourced<TraefikVersion> | 'unknown' {
  const image = container.image;
  if (image === undefined || image.value.holes.length > 0) return 'unknown';
  const { tag, tagFrom } = imageParts(image.value.text);
  const major = /^v?([0-9]+)(?:\.[0-9]+)*(?:[-.][A-Za-z0-9.-]+)?$/.exec(tag)?.[1];
  const family = major === undefined ? undefined : FAMILIES[major];
  return family === undefined ? 'unknown' : { value: family, origin: origins.slice(image.origin, tagFrom, tagFrom + tag.length) };
}

function toProxy(where: Inspected, origins: Origins, as: TraefikVersion | undefined): FoundProxy | undefined {
  const { container, stack } = where;
  if (isVersionOne(container)) return { proxy: { engine: 'traefik', version: 'unknown', static: 'unknown', container }, container, dynamicFiles: [], dynamicKnown: false, unread: [], exits: false, problems: [] };
  const version = versionOf(container, origins);
  const file = findStaticFile(where);
  const symbolPrefix = `${stack.name}/${container.id.service}`;
  const read = readEither(as === undefined && version !== 'unknown' ? version.value : as, (family) =>
    readStatic(
      {
        ...(file.kind === 'file' ? { file: { format: file.format, source: file.source } } : {}),
        command: argumentsOf(container),
        environment: container.environment,
        origin: container.origin,
      },
      { version: family, origins, symbolPrefix },
    ),
  );
  if (read.subcommand !== undefined) return undefined;
  const known = file.kind !== 'unreadable' && !read.incomplete && !runsOther(container) && !imageMayConfigure(container, file.kind);
  const unreadStatic: readonly UnreadFile[] = file.kind === 'unreadable' ? [{ role: 'static', path: file.path, origin: file.origin }] : [];
  const dynamic = known ? findDynamicFiles(read, where) : { files: [], unread: [], known: false };
  const base = { container, dynamicFiles: dynamic.files, dynamicKnown: dynamic.known, unread: [...unreadStatic, ...dynamic.unread], exits: known && read.exits, problems: known ? read.problems : [] };
  const proxy: Proxy = { engine: 'traefik', version, static: known ? read.config : 'unknown', container };
  return file.kind === 'file' ? { ...base, proxy, staticFile: { path: file.source.path, role: 'static', format: file.format, source: file.source } } : { ...base, proxy };
}

/** With an unknown version only what both families refuse is a mistake. */
function readEither(version: TraefikVersion | undefined, read: (version: TraefikVersion) => StaticRead): StaticRead {
  if (version !== undefined) return read(version);
  const [oldest, newest] = TRAEFIK_VERSIONS.map(read);
  if (oldest === undefined || newest === undefined) return read('3.7');
  const best = newest.exits && !oldest.exits ? oldest : newest;
  const others = new Set((best === newest ? oldest : newest).problems.map((problem) => `${problem.kind} ${problem.symbol} ${problem.subject}`));
  return { ...best, exits: oldest.exits && newest.exits, problems: best.problems.filter((problem) => others.has(`${problem.kind} ${problem.symbol} ${problem.subject}`)) };
}

/** The entrypoint's own arguments stand before the command's. */
function argumentsOf(container: Container): Container['command'] {
  const [program, ...rest] = container.entrypoint;
  return program !== undefined && isProgram(program.value.text) ? [...rest, ...container.command] : container.command;
}

function isProgram(text: string): boolean {
  return /^(?:.*\/)?traefik$/.test(text) || text === '/entrypoint.sh';
}

/** An entrypoint or command that is not Traefik's: what it starts is not known. */
function runsOther(container: Container): boolean {
  const [program] = container.entrypoint;
  if (program !== undefined && !isProgram(program.value.text)) return true;
  return /^(?:\/bin\/)?(?:ba|a)?sh$/.test(container.command[0]?.value.text ?? '');
}

const OFFICIAL = /^(?:(?:docker\.io\/)?(?:library\/)?traefik|(?:docker\.io\/)?traefik\/traefik|ghcr\.io\/traefik\/traefik)$/;

/** An image of one's own may bring its static file along; the official one has none, and in a running one it would have been found. */
function imageMayConfigure(container: Container, found: StaticFile['kind']): boolean {
  if (found === 'file' || container.live?.files !== undefined) return false;
  const own = container.hasBuild || !OFFICIAL.test(imageParts(container.image?.value.text ?? '').repository);
  const configured = container.command.length > 0 || container.environment.some((variable) => variable.name.startsWith('TRAEFIK_'));
  return own && !configured;
}

type StaticFile =
  | { readonly kind: 'file'; readonly format: 'yaml' | 'toml'; readonly source: SourceFile }
  | { readonly kind: 'unreadable'; readonly path: string; readonly origin: OriginId }
  | { readonly kind: 'none' };

/** Where Traefik looks, in its order; the image's home is /root, it starts in `/`. */
const STATIC_PATHS = ['/etc/traefik/traefik', '/root/.config/traefik', '/traefik'].flatMap((base) => ['toml', 'yaml', 'yml'].map((extension) => `${base}.${extension}`));

/** Every path where the container's static file may be, in the order in which Traefik looks. */
export function staticPlaces(container: Container): readonly string[] {
  const flag = configFileFlag(container);
  return [...(flag === undefined ? [] : [joinPath('/', flag.path)]), ...STATIC_PATHS];
}

function findStaticFile(where: Inspected): StaticFile {
  const flag = configFileFlag(where.container);
  if (flag?.holes === true) return { kind: 'unreadable', path: flag.path, origin: flag.origin };
  for (const path of staticPlaces(where.container)) {
    const inside = lookInside(path, where);
    const format = formatOf(path) ?? 'yaml';
    if (inside.kind === 'file') return { kind: 'file', format, source: new SourceFile(inside.path, inside.text) };
    if (inside.kind === 'unreadable') return { kind: 'unreadable', path: inside.path, origin: inside.origin };
    if (flag !== undefined && path === joinPath('/', flag.path) && inside.kind === 'image') return { kind: 'unreadable', path, origin: flag.origin };
  }
  return { kind: 'none' };
}

function configFileFlag(container: Container): { readonly path: string; readonly holes: boolean; readonly origin: OriginId } | undefined {
  const args = argumentsOf(container);
  for (const [index, arg] of args.entries()) {
    const found = /^--?configfile(?:=(.*))?$/is.exec(arg.value.text);
    if (found === null) continue;
    const value = found[1] === undefined ? args[index + 1] : arg;
    if (value === undefined) return undefined;
    return { path: found[1] ?? value.value.text, holes: value.value.holes.length > 0, origin: value.origin };
  }
  return undefined;
}

interface DynamicFiles {
  readonly files: readonly ConfigFile[];
  readonly unread: readonly UnreadFile[];
  readonly known: boolean;
}

/** The files of the file provider: `directory` with its folders, else `filename`; the directory wins. */
function findDynamicFiles(read: StaticRead, where: Inspected): DynamicFiles {
  const provider = read.config.file;
  const path = provider?.directory !== '' && provider !== undefined ? provider.directory : (provider?.filename ?? '');
  if (provider === undefined || path === '') return { files: [], unread: [], known: true };
  const files: ConfigFile[] = [];
  const unread: UnreadFile[] = [];
  const visit = (at: string, depth: number): void => {
    const inside: Inside = lookInside(at, where);
    if (inside.kind === 'folder' && depth < FOLDER_DEPTH) for (const name of inside.names) visit(joinPath(at, name), depth + 1);
    else if (inside.kind === 'file') addFile(inside, at, depth, files);
    else if (inside.kind !== 'missing') unread.push({ role: 'dynamic', path: inside.kind === 'unreadable' ? inside.path : at, origin: inside.kind === 'unreadable' ? inside.origin : provider.origin });
  };
  visit(joinPath('/', path), 0);
  return { files, unread, known: unread.length === 0 };
}

/** In a folder only .toml, .yaml and .yml are looked at; .json only as `filename`. */
function addFile(inside: Extract<Inside, { kind: 'file' }>, at: string, depth: number, files: ConfigFile[]): void {
  const format = formatOf(at);
  if (format === undefined || (depth > 0 && /\.json$/i.test(at))) return;
  files.push({ path: inside.path, role: 'dynamic', format, source: new SourceFile(inside.path, inside.text) });
}
