import type { Directive } from './directive.ts';
import { first, named } from './directive.ts';
import { unknownDirective } from './known.ts';
import type { Regex } from './pcre.ts';
import { pattern, readOps } from './script.ts';
import type { Op } from './script.ts';
import { settingsOf } from './settings.ts';
import type { Settings } from './settings.ts';
import { compileTemplate, hasVariables } from './template.ts';
import type { Template } from './template.ts';
import { ConfigError } from './tokens.ts';
import { once } from '../../text/index.ts';

export interface ProxyPass {
  readonly url: Template;
  /** `URI` part behind the address, without variables only; undefined = none. */
  readonly uri: string | undefined;
  readonly variables: boolean;
}

/** What a location block, or an `if` in one, does. Read when first asked for. */
export interface Body {
  readonly settings: Settings;
  readonly ops: readonly Op[];
  readonly proxy: ProxyPass | undefined;
  readonly tryFiles: readonly string[] | undefined;
  readonly authSet: readonly { readonly name: string; readonly value: Template }[];
  readonly locations: Locations;
  readonly internal: boolean;
  readonly unknown: string | undefined;
}
export interface Location {
  readonly kind: 'exact' | 'prefix' | 'noRegex' | 'regex' | 'named';
  readonly name: string;
  readonly regex: Regex | undefined;
  /** Answers its name without the last slash by a redirect. */
  readonly redirects: boolean;
  readonly body: () => Body;
}
export interface Locations {
  readonly exact: ReadonlyMap<string, Location>;
  readonly prefix: ReadonlyMap<string, Location>;
  /** Lengths of prefixes, longest first. */
  readonly lengths: readonly number[];
  readonly regex: readonly Location[];
  readonly named: ReadonlyMap<string, Location>;
}

const NO_LOCATIONS: Locations = { exact: new Map(), prefix: new Map(), lengths: [], regex: [], named: new Map() };

export function readLocations(directives: readonly Directive[], parent: () => Settings): Locations {
  const all = named(directives, 'location').map((directive) => readLocation(directive, parent));
  if (all.length === 0) return NO_LOCATIONS;
  const of = (...kinds: readonly Location['kind'][]): ReadonlyMap<string, Location> => {
    const out = new Map<string, Location>();
    for (const location of all) {
      if (!kinds.includes(location.kind)) continue;
      if (out.has(location.name)) throw new ConfigError(`duplicate location "${location.name}"`);
      out.set(location.name, location);
    }
    return out;
  };
  const prefix = of('prefix', 'noRegex');
  const lengths = [...new Set([...prefix.keys()].map((name) => name.length))].sort((a, b) => b - a);
  return { exact: of('exact'), prefix, lengths, regex: all.filter(({ kind }) => kind === 'regex'), named: of('named') };
}

const MODIFIERS: Readonly<Record<string, Location['kind']>> = { '=': 'exact', '^~': 'noRegex', '~': 'regex', '~*': 'regex' };

function readLocation(directive: Directive, parent: () => Settings): Location {
  const [one = '', two] = directive.args;
  const block = directive.block ?? [];
  const kind = two === undefined ? (one.startsWith('@') ? 'named' : 'prefix') : MODIFIERS[one];
  if (kind === undefined || directive.args.length > 2) throw new ConfigError(`line ${String(directive.line)}: invalid location modifier "${one}"`);
  const name = two ?? one;
  return {
    kind, name,
    regex: kind === 'regex' ? pattern(name, one === '~*') : undefined,
    redirects: (kind === 'prefix' || kind === 'noRegex' || kind === 'exact') && name.endsWith('/') && (first(block, 'proxy_pass') ?? first(block, 'grpc_pass')) !== undefined,
    body: once(() => readBody(block, parent())),
  };
}

/** The body of an `if`: what it does not say is the location's. */
export function bodyOfIf(block: readonly Directive[], outer: Body): Body {
  const own = readBody(block, outer.settings);
  return { ...own, proxy: own.proxy ?? outer.proxy, tryFiles: outer.tryFiles, authSet: outer.authSet, locations: outer.locations };
}

export function readBody(block: readonly Directive[], parent: Settings): Body {
  const settings = settingsOf(block, parent);
  const pass = (first(block, 'proxy_pass') ?? first(block, 'grpc_pass'))?.args[0];
  return {
    settings,
    ops: readOps(block),
    proxy: pass === undefined ? undefined : readProxyPass(pass),
    tryFiles: first(block, 'try_files')?.args,
    authSet: named(block, 'auth_request_set').map(({ args }) => ({ name: (args[0] ?? '').slice(1), value: compileTemplate(args[1] ?? '') })),
    locations: readLocations(block, () => settings),
    internal: first(block, 'internal') !== undefined,
    unknown: unknownDirective(block, 'location'),
  };
}

function readProxyPass(text: string): ProxyPass {
  const url = compileTemplate(text);
  const variables = hasVariables(url);
  const uri = /^[a-z]+:\/\/[^/?]*([/?].*)$/.exec(text)?.[1];
  if (!/^(?:https?|grpc):\/\//.test(text) && !variables) throw new ConfigError(`invalid URL prefix in "${text}"`);
  return { url, variables, uri: variables ? undefined : uri };
}

interface Found {
  readonly location: Location;
  readonly redirect: boolean;
  /** No pattern further out is asked any more: an exact name, or a pattern inside of a location (ran). */
  readonly settled: boolean;
}

/** ngx_http_core_find_location: exact, longest prefix, then patterns; a redirect where only the name with a slash exists. */
export function findLocation(locations: Locations, uri: string, test: (location: Location) => boolean): Found | undefined {
  const exact = locations.exact.get(uri);
  if (exact !== undefined) return { location: exact, redirect: false, settled: true };
  const best = longestPrefix(locations, uri);
  if (best?.name !== uri) {
    const slashed = locations.exact.get(`${uri}/`) ?? locations.prefix.get(`${uri}/`);
    const redirects = locations.exact.get(`${uri}/`)?.redirects === true || locations.prefix.get(`${uri}/`)?.redirects === true;
    if (slashed !== undefined && redirects) return { location: slashed, redirect: true, settled: true };
  }
  const nested = best === undefined ? undefined : findLocation(best.body().locations, uri, test);
  if (nested?.settled === true) return nested;
  const matched = best?.kind === 'noRegex' ? undefined : locations.regex.find(test);
  if (matched !== undefined) return { location: findLocation(matched.body().locations, uri, test)?.location ?? matched, redirect: false, settled: true };
  return nested ?? (best === undefined ? undefined : { location: best, redirect: false, settled: false });
}

function longestPrefix(locations: Locations, uri: string): Location | undefined {
  for (const length of locations.lengths) {
    const found = length > uri.length ? undefined : locations.prefix.get(uri.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}
