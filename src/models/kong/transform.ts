import type { HeaderOps } from '../../ir/index.ts';
import { createMemory, oncePer } from '../../text/index.ts';
import type { KongPlugin } from './document.ts';
import { corsHeaders } from './plugin-cors.ts';
import { headerValues, unescapeArgument } from './request.ts';
import type { RouterRequest } from './request.ts';
import { encodeUtf8 } from './uri.ts';
import { objectAt, stringAt, stringsAt } from './value.ts';

/** What the transformer plugins change on a forwarded request. */
export interface RequestChange {
  readonly headers: HeaderOps;
  readonly host: string | undefined;
  /** A replaced path, before escaping; undefined = the router's. */
  readonly uri: string | undefined;
  readonly query: string;
}

type Pairs = readonly (readonly [string, string | undefined])[];

/** A plugin is asked for every request and configured once. */
const pairsIn = oncePer((_: KongPlugin) => createMemory<Pairs>());

/** `name:value`; colons right after the name are lost, an empty value is none (kong/plugins/request-transformer). */
function pairs(plugin: KongPlugin, section: string, key: string): Pairs {
  return pairsIn(plugin)(`${section} ${key}`, () => readPairs(stringsAt(objectAt(plugin.config, section), key)));
}

function readPairs(texts: readonly string[]): Pairs {
  return texts.flatMap((text) => {
    const match = /^([^:]+):*([^]*)$/.exec(text);
    return match?.[1] === undefined ? [] : [[match[1], match[2] === '' ? undefined : encodeUtf8(match[2] ?? '')] as const];
  });
}

/** What authentication changed before the transformers run. */
export interface Caller extends HeaderOps {
  /** Query parameters that are not handed on. */
  readonly query: readonly string[];
}

export function requestChange(plugins: readonly KongPlugin[], request: RouterRequest, captures: ReadonlyMap<string, string>, caller: Caller): RequestChange {
  const plugin = plugins.find((candidate) => candidate.name === 'request-transformer');
  if (plugin === undefined) return { headers: withoutHop(caller, request), host: undefined, uri: undefined, query: queryWithout(request.line.args, caller.query) };
  const fill = (text: string): string => template(text, request, captures);
  const uri = stringAt(objectAt(plugin.config, 'replace'), 'uri');
  const host = pairs(plugin, 'replace', 'headers').find(([name]) => name.toLowerCase() === 'host')?.[1];
  return {
    headers: withoutHop(requestHeaders(plugin, request, fill, caller), request),
    host: host === undefined ? undefined : fill(host),
    uri: uri === undefined ? undefined : fill(encodeUtf8(uri)),
    query: queryWithout(changedQuery(plugin, request, fill), caller.query),
  };
}

/** Kong puts the rest together again; the order is taken as it was, which the verdict does not promise. */
function queryWithout(query: string, names: readonly string[]): string {
  return names.length === 0 ? query : query.split('&').filter((pair) => !names.includes(unescapeArgument(pair.split('=', 1)[0] ?? ''))).join('&');
}

/**
 * After the plugins Kong clears what `Connection` lists, and sends `TE` only when it asks for trailers and nothing else
 * (kong/runloop/handler.lua).
 */
function withoutHop({ set, remove }: HeaderOps, request: RouterRequest): HeaderOps {
  const [connection = ''] = headerValues(request, 'connection');
  const listed = ['keep-alive', 'close', 'upgrade'].includes(connection.toLowerCase()) ? [] : connection.split(',').map((name) => name.trim()).filter((name) => name !== '' && name.toLowerCase() !== 'upgrade');
  const trailers = headerValues(request, 'te')[0] === 'trailers' || headerValues(request, 'te').length === 0 ? [] : ['TE'];
  const gone = new Set(listed.map((name) => name.toLowerCase()));
  return { set: set.filter(([name]) => !gone.has(name.toLowerCase())), remove: [...remove, ...listed, ...trailers] };
}

/** In order remove, rename, replace (if there), add (if absent), append. */
function requestHeaders(plugin: KongPlugin, request: RouterRequest, fill: (text: string) => string, caller: HeaderOps): HeaderOps {
  const remove: string[] = [...caller.remove];
  const set = new Map<string, { name: string; values: string[] }>(caller.set.map(([name, value]) => [name.toLowerCase(), { name, values: [value] }]));
  const present = (name: string): boolean => set.has(name.toLowerCase()) || (headerValues(request, name.toLowerCase()).length > 0 && !remove.some((gone) => gone.toLowerCase() === name.toLowerCase()));
  const put = (name: string, values: string[]): void => void set.set(name.toLowerCase(), { name, values });
  for (const [name] of pairs(plugin, 'remove', 'headers')) {
    set.delete(name.toLowerCase());
    remove.push(name);
  }
  for (const [name, to] of pairs(plugin, 'rename', 'headers')) {
    if (to === undefined || !present(name)) continue;
    put(to, [...headerValues(request, name.toLowerCase())]);
    remove.push(name);
  }
  for (const [name, value] of pairs(plugin, 'replace', 'headers')) if (value !== undefined && name.toLowerCase() !== 'host' && present(name)) put(name, [fill(value)]);
  for (const [name, value] of pairs(plugin, 'add', 'headers')) if (value !== undefined && name.toLowerCase() !== 'host' && !present(name)) put(name, [fill(value)]);
  for (const [name, value] of pairs(plugin, 'append', 'headers')) if (value !== undefined) put(name, [...(set.get(name.toLowerCase())?.values ?? headerValues(request, name.toLowerCase())), fill(value)]);
  return { set: [...set.values()].flatMap((entry) => entry.values.map((value) => [entry.name, value] as const)), remove };
}

function changedQuery(plugin: KongPlugin, request: RouterRequest, fill: (text: string) => string): string {
  const sections = ['remove', 'rename', 'replace', 'add', 'append'];
  if (sections.every((section) => pairs(plugin, section, 'querystring').length === 0)) return request.line.args;
  const query = new Map<string, readonly string[]>(request.queries);
  for (const [name] of pairs(plugin, 'remove', 'querystring')) query.delete(name);
  for (const [name, value] of pairs(plugin, 'replace', 'querystring')) if (query.has(name) && value !== undefined) query.set(name, [fill(value)]);
  for (const [name, value] of pairs(plugin, 'add', 'querystring')) if (!query.has(name) && value !== undefined) query.set(name, [fill(value)]);
  return [...query].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, values]) => values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)).join('&');
}

/** `$(uri_captures.x)`, `$(headers.x)`, `$(query_params.x)`; anything else in `$(...)` is Lua and not modelled. */
function template(text: string, request: RouterRequest, captures: ReadonlyMap<string, string>): string {
  return text.replace(/\$\((uri_captures|headers|query_params)(?:\.([A-Za-z0-9_]+)|\["([^"]*)"\]|\[(\d+)\])\)/g, (_, table: string, dotted?: string, quoted?: string, index?: string) => {
    const key = dotted ?? quoted ?? index ?? '';
    if (table === 'uri_captures') return encodeUtf8(captures.get(key) ?? '');
    return (table === 'headers' ? headerValues(request, key)[0] : request.queries.get(key)?.[0]) ?? '';
  });
}

/** Changes to the answer: response-transformer (replace + add = set) and cors. */
export function responseChange(plugins: readonly KongPlugin[], request: RouterRequest): HeaderOps {
  const remove: string[] = [];
  const set = new Map<string, readonly [string, string]>();
  for (const plugin of plugins) {
    if (plugin.name === 'cors') for (const [name, value] of corsHeaders(plugin, request)) set.set(name.toLowerCase(), [name, value]);
    if (plugin.name !== 'response-transformer') continue;
    for (const [name] of pairs(plugin, 'remove', 'headers')) remove.push(name);
    const replaced = new Set(pairs(plugin, 'replace', 'headers').map(([name]) => name.toLowerCase()));
    for (const [name, value] of pairs(plugin, 'add', 'headers')) if (value !== undefined && replaced.has(name.toLowerCase())) set.set(name.toLowerCase(), [name, value]);
  }
  return { set: [...set.values()], remove };
}
