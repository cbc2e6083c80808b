import { encodeUtf8 } from '../../rule-lang/index.ts';
import { first, named, parseConfig } from './directive.ts';
import type { Directive } from './directive.ts';
import { unknownDirective } from './known.ts';
import { readGeo, readMap, readSplit } from './maps.ts';
import type { Computed } from './maps.ts';
import { DEFAULTS, settingsOf } from './settings.ts';
import { readSockets } from './sockets.ts';
import type { Sockets } from './sockets.ts';
import { isBuiltin } from './state.ts';
import { variablesOf } from './template.ts';
import { ConfigError } from './tokens.ts';

export interface NginxConfig {
  readonly sockets: Sockets;
  readonly computed: ReadonlyMap<string, Computed>;
  readonly upstreams: ReadonlyMap<string, readonly { readonly address: string; readonly weight: number }[]>;
  readonly files: ReadonlyMap<string, string>;
  /** Names that the text itself defines: nginx does not start with an unknown variable. */
  readonly variables: ReadonlySet<string>;
  /** Bytes that a request line may have. */
  readonly lineLimit: number;
  /** `underscores_in_headers`. */
  readonly underscores: boolean;
  /** Fields with any name pass (`ignore_invalid_headers off`). */
  readonly anyName: boolean;
  /** What stands against all of it: a syntax error, an unknown directive at the top. */
  readonly unknown: string | undefined;
}

/** Reads `nginx.conf`; other files are what it names (users). Never throws: what cannot be read is named. */
export function readNginx(files: ReadonlyMap<string, string>): NginxConfig {
  const empty = { sockets: new Map(), computed: new Map(), upstreams: new Map(), files, variables: new Set<string>(), lineLimit: 8192, underscores: false, anyName: false };
  try {
    const readFile = (path: string): string | undefined => {
      const text = files.get(path);
      return text === undefined ? undefined : encodeUtf8(text);
    };
    return read(parseConfig(readFile('nginx.conf') ?? '', readFile), files);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SyntaxError) return { ...empty, unknown: error.message };
    throw error;
  }
}

function read(main: readonly Directive[], files: ReadonlyMap<string, string>): NginxConfig {
  const http = first(main, 'http')?.block ?? [];
  const settings = settingsOf(http, DEFAULTS);
  const upstreams = named(http, 'upstream');
  const computed = new Map([...named(http, 'map').map(readMap), ...named(http, 'geo').map(readGeo), ...named(http, 'split_clients').map(readSplit)]);
  const variables = new Set([...computed.keys(), ...definedIn(http), ...[...computed.values()].flatMap(capturesOf)]);
  const [, size = '8k'] = first(http, 'large_client_header_buffers')?.args ?? [];
  return {
    sockets: readSockets(named(http, 'server'), settings),
    computed,
    upstreams: new Map(upstreams.map((upstream) => [upstream.args[0] ?? '', readUpstream(upstream)])),
    files,
    variables,
    lineLimit: Number.parseInt(size, 10) * (size.endsWith('k') ? 1024 : 1),
    underscores: first(http, 'underscores_in_headers')?.args[0] === 'on',
    anyName: first(http, 'ignore_invalid_headers')?.args[0] === 'off',
    unknown: unknownDirective(main, 'main') ?? unknownDirective(http, 'http') ?? upstreams.map(({ block }) => unknownDirective(block ?? [], 'upstream')).find((name) => name !== undefined) ?? unknownVariable(computed, variables),
  };
}

/** What a map reads that nothing defines: nginx does not start. */
function unknownVariable(computed: NginxConfig['computed'], variables: ReadonlySet<string>): string | undefined {
  for (const one of computed.values()) {
    if (one.kind !== 'map') continue;
    const read = [one.source, one.otherwise, ...one.exact.values(), ...one.patterns.map(([, value]) => value)].flatMap(variablesOf);
    const missing = read.find((name) => !variables.has(name) && !isBuiltin(name));
    if (missing !== undefined) return `$${missing}`;
  }
  return undefined;
}

function capturesOf(computed: Computed): readonly string[] {
  return computed.kind === 'map' ? computed.patterns.flatMap(([regex]) => regex.names.map(([name]) => name)) : [];
}

/** `set`, `auth_request_set` and named groups of patterns, wherever they stand. */
function definedIn(directives: readonly Directive[]): readonly string[] {
  const out = new Set<string>();
  const visit = ({ name, args, block }: Directive): void => {
    if (name === 'set' || name === 'auth_request_set') out.add((args[0] ?? '').slice(1));
    if (name === 'rewrite' || name === 'location' || name === 'server_name' || name === 'if') for (const arg of args) addGroups(out, arg);
    if (name !== 'map' && name !== 'geo') block?.forEach(visit);
  };
  directives.forEach(visit);
  return [...out];
}

function addGroups(out: Set<string>, pattern: string): void {
  if (!pattern.includes('(?')) return;
  for (const [, group = ''] of pattern.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)) out.add(group);
}

function readUpstream({ block = [] }: Directive): readonly { readonly address: string; readonly weight: number }[] {
  return named(block, 'server').filter(({ args }) => !args.includes('down') && !args.includes('backup')).map(({ args }) => ({
    address: /:\d+$/.test(args[0] ?? '') ? (args[0] ?? '') : `${args[0] ?? ''}:80`,
    weight: Number(args.find((arg) => arg.startsWith('weight='))?.slice('weight='.length) ?? 1),
  }));
}
