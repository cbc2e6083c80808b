import { once } from '../../text/index.ts';
import { named } from './directive.ts';
import type { Directive } from './directive.ts';
import { unknownDirective } from './known.ts';
import { readLocations } from './location.ts';
import type { Locations } from './location.ts';
import type { Regex } from './pcre.ts';
import { pattern, readOps } from './script.ts';
import type { Op } from './script.ts';
import { settingsOf } from './settings.ts';
import type { Settings } from './settings.ts';
import { ConfigError } from './tokens.ts';

export interface Server {
  readonly names: readonly string[];
  readonly tls: boolean;
  readonly body: () => ServerBody;
}
export interface ServerBody {
  readonly settings: Settings;
  readonly ops: readonly Op[];
  readonly locations: Locations;
  readonly unknown: string | undefined;
}
/** All servers that listen on one address. */
export interface Listening {
  readonly exact: ReadonlyMap<string, Server>;
  readonly wildcards: readonly (readonly [(host: string) => boolean, Server])[];
  readonly patterns: readonly (readonly [Regex, Server])[];
  readonly otherwise: Server;
  /** Which blocks listen here, in order, and the words behind the address. */
  readonly blocks: readonly string[];
}
/** By `ADDRESS:PORT`, IPv6 in brackets. */
export type Sockets = ReadonlyMap<string, Listening>;

/** A socket while its servers are read. */
interface Open {
  readonly exact: Map<string, Server>;
  readonly wildcards: (readonly [(host: string) => boolean, Server])[];
  readonly patterns: (readonly [Regex, Server])[];
  readonly blocks: string[];
  otherwise: Server;
  chosen: boolean;
}

export function readSockets(servers: readonly Directive[], parent: Settings): Sockets {
  const sockets = new Map<string, Open>();
  servers.forEach((directive, index) => {
    const block = directive.block ?? [];
    const read = readServer(block, parent);
    for (const { args: [address = '', ...words] } of named(block, 'listen')) {
      const server: Server = { ...read, tls: words.includes('ssl') };
      const socket = addressOf(address);
      const known: Open = sockets.get(socket) ?? { exact: new Map(), wildcards: [], patterns: [], blocks: [], otherwise: server, chosen: false };
      sockets.set(socket, known);
      known.blocks.push([index, ...words].join(' '));
      if (words.includes('default_server')) choose(known, server);
      addNames(known, server);
    }
  });
  return sockets;
}

/** `80`, `*:80`, `10.0.0.1`, `[::]:80` (ngx_parse_url); a port alone is one of all IPv4 addresses. */
function addressOf(text: string): string {
  const port = /^(?:.*:)?(\d+)$/.exec(text)?.[1];
  if (port === undefined || text.endsWith(']') || /^\d+\.[\d.]+$/.test(text)) return `${text}:80`;
  const host = text.slice(0, -port.length - 1);
  return `${host === '' || host === '*' ? '0.0.0.0' : host}:${port}`;
}

function choose(known: Open, server: Server): void {
  if (known.chosen) throw new ConfigError('a duplicate default server');
  known.chosen = true;
  known.otherwise = server;
}

function addNames(known: Open, server: Server): void {
  for (const name of server.names) {
    if (name.startsWith('~')) known.patterns.push([pattern(name.slice(1), true), server]);
    else if (name.includes('*') || name.startsWith('.')) known.wildcards.push([wildcard(name), server]);
    else if (!known.exact.has(name)) known.exact.set(name, server);
  }
}

function wildcard(name: string): (host: string) => boolean {
  if (name.startsWith('*.')) return (host) => host.endsWith(name.slice(1));
  if (name.startsWith('.')) return (host) => host === name.slice(1) || host.endsWith(name);
  if (name.endsWith('.*')) return (host) => host.startsWith(name.slice(0, -1));
  throw new ConfigError(`invalid server name or wildcard "${name}"`);
}

function readServer(block: readonly Directive[], parent: Settings): Omit<Server, 'tls'> {
  const body = once((): ServerBody => {
    const settings = settingsOf(block, parent);
    return { settings, ops: readOps(block), locations: readLocations(block, () => settings), unknown: unknownDirective(block, 'server') };
  });
  return { names: named(block, 'server_name').flatMap(({ args }) => args.map((name) => (name.startsWith('~') ? name : name.toLowerCase()))), body };
}

/** Exact names, then wildcards (longest first is not needed: none overlap here), then patterns in order, then the default. */
export function findServer(listening: Listening, host: string, test: (regex: Regex) => boolean): Server {
  const exact = listening.exact.get(host);
  if (exact !== undefined) return exact;
  return listening.wildcards.find(([matches]) => matches(host))?.[1] ?? listening.patterns.find(([regex]) => test(regex))?.[1] ?? listening.otherwise;
}
