import type { KongFile, KongRoute } from './document.ts';
import { entriesOf } from './classic.ts';
import type { Flavor } from './classic.ts';
import type { Atc } from './expression/ast.ts';
import { evaluate, fieldsOf } from './expression/evaluate.ts';
import { parseAtc } from './expression/parser.ts';
import { indexByHost } from './route-index.ts';
import type { HostIndex } from './route-index.ts';
import { fieldReader, rawField } from './request.ts';
import type { RouterRequest } from './request.ts';

interface Entry {
  readonly route: KongRoute;
  readonly id: string;
  readonly priority: bigint;
  readonly atc: Atc;
}
export interface KongRouter {
  readonly entries: readonly Entry[];
  readonly byHost: HostIndex<Entry>;
  /** Fields used by any route, sorted: a part of the cache key and of the UTF-8 check. */
  readonly fields: readonly string[];
  /** Routes that did not compile, with the reason; Kong refuses the whole file. */
  readonly faults: readonly { readonly route: string; readonly message: string }[];
}
export interface RouteMatch {
  readonly route: KongRoute;
  /** The text that `strip_path` removes, as bytes; undefined = nothing. */
  readonly prefix: string | undefined;
  readonly captures: ReadonlyMap<string, string>;
}

export function buildRouter(file: KongFile, flavor: Flavor): KongRouter {
  const entries: Entry[] = [];
  const faults: { route: string; message: string }[] = [];
  for (const item of file.routes.flatMap((route) => entriesOf(route, flavor))) {
    const parsed = parseAtc(item.expression);
    if (parsed.ok) entries.push({ route: item.route, id: item.id, priority: item.priority, atc: parsed.atc });
    else faults.push({ route: item.route.name, message: parsed.message });
  }
  entries.sort((a, b) => order(a, b, flavor));
  const fields = new Set(entries.flatMap((entry) => fieldsOf(entry.atc)));
  return { entries, byHost: indexByHost(entries), fields: [...fields].sort(), faults };
}

/** Larger priority first; a tie goes to the greater id (ran), in the traditional flavour to the older route. */
function order(a: Entry, b: Entry, flavor: Flavor): number {
  if (a.priority !== b.priority) return a.priority > b.priority ? -1 : 1;
  if (flavor === 'traditional' && a.route.createdAt !== b.route.createdAt) return a.route.createdAt - b.route.createdAt;
  if (flavor === 'traditional') return a.route.order - b.route.order;
  return a.id > b.id ? -1 : a.id < b.id ? 1 : 0;
}

/** The first route that matches. A field that is not UTF-8 makes the whole lookup fail. */
export function findRoute(router: KongRouter, request: RouterRequest): RouteMatch | undefined {
  const fault = { invalid: false };
  const read = fieldReader(request, fault);
  for (const field of router.fields) read(field);
  if (fault.invalid) return undefined;
  for (const entry of router.byHost.candidates(read('http.host').map(String))) {
    const matched = { texts: new Map<string, string>(), captures: new Map<string, string>() };
    if (evaluate(entry.atc, read, matched)) return { route: entry.route, prefix: entry.route.stripPath ? matched.texts.get('http.path') : undefined, captures: matched.captures };
  }
  return undefined;
}

/** The key under which 3.9 caches a lookup: without `net.protocol`, absent and empty alike, several values sorted and joined. */
export function cacheKey(router: KongRouter, request: RouterRequest): string {
  const fields = router.fields.filter((field) => field !== 'net.protocol');
  return fields.map((field) => rawField(request, field).map(String).sort().join(',')).join('|');
}
