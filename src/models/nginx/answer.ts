import type { HeaderList, Probe } from '../../ir/index.ts';
import { fieldValue, heardAtPlace, type Place } from '../../text/index.ts';
import { refusal } from './access.ts';
import type { NginxConfig } from './config.ts';
import { validHost } from './host.ts';
import type { Copy, Hop, NginxAnswer, Replies } from './exchange.ts';
import { findLocation } from './location.ts';
import type { Body, Location } from './location.ts';
import { packed } from './packing.ts';
import { forward } from './proxy.ts';
import type { Forwarded } from './proxy.ts';
import { goesOn } from './repeats.ts';
import { runOps } from './rewrite.ts';
import type { Rewritten } from './rewrite.ts';
import type { ErrorPage, Settings } from './settings.ts';
import { findServer } from './sockets.ts';
import { State } from './state.ts';
import { evaluate } from './template.ts';
import { ConfigError } from './tokens.ts';
import { escapeUri, hostOfTarget, parseTarget } from './uri.ts';

/** What nginx does with a request that comes in at the place of its entry point. */
export function answer(config: NginxConfig, probe: Probe, places: ReadonlyMap<string, Place>, replies: Replies = {}): NginxAnswer {
  if (config.unknown !== undefined) return { kind: 'unknown', directive: config.unknown };
  try {
    return acrossShares({ config, probe, places, replies });
  } catch (error) {
    if (error instanceof ConfigError || error instanceof SyntaxError) return { kind: 'unknown', directive: error.message };
    throw error;
  }
}

interface Asked {
  readonly config: NginxConfig;
  readonly probe: Probe;
  readonly places: ReadonlyMap<string, Place>;
  readonly replies: Replies;
}

/** `split_clients` chooses by chance: every share is asked, the endpoints are put together. */
function acrossShares(asked: Asked): NginxAnswer {
  const { answer: first, shares: found } = start(asked, 0);
  const shares = found.at(-1);
  if (shares === undefined || first.kind === 'unknown' || first.hops.length === 0) return first;
  const all = shares.map(([weight], index) => ({ weight, answer: start(asked, index).answer }));
  const hops = first.hops.map((hop, at): Hop => ({ ...hop, endpoints: all.flatMap(({ weight, answer: one }) => (one.kind === 'unknown' ? [] : weighed(one.hops[at]?.endpoints ?? [], weight))) }));
  if (first.kind === 'respond') return { ...first, hops };
  return { ...first, hops, endpoints: all.flatMap(({ weight, answer: one }) => (one.kind === 'forward' ? weighed(one.endpoints, weight) : [])) };
}

function weighed(endpoints: Hop['endpoints'], weight: number): Hop['endpoints'] {
  return endpoints.map(({ address }) => ({ address, weight }));
}

interface Started {
  readonly answer: NginxAnswer;
  readonly shares: State['shares'];
}

const bare = (status: number): Started => ({ answer: { kind: 'respond', status, headers: [], hops: [] }, shares: [] });

/** The request line and header, before any server's own directives. */
function start({ config, probe, places, replies }: Asked, share: number): Started {
  const place = places.get(probe.entryPoint);
  const listening = place === undefined ? undefined : heardAtPlace(config.sockets, place);
  if (place === undefined || listening === undefined) return { answer: { kind: 'unknown', directive: `no server listens for entry point ${probe.entryPoint}` }, shares: [] };
  if (!/^[A-Z_-]+$/.test(probe.method)) return bare(400);
  if (probe.method.length + probe.target.length + 11 > config.lineLimit) return bare(414);
  const sent = probe.host === null ? undefined : fieldValue(probe.host);
  const name = sent === undefined ? undefined : validHost(sent);
  const host = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(probe.target) ? validHost(hostOfTarget(probe.target) ?? '') : name;
  if (sent === undefined || name === undefined || host === undefined || probe.headers.some(([field]) => field.toLowerCase() === 'host')) return bare(400);
  const server = findServer(listening, host, (regex) => regex.test(host));
  const settings = server.body().settings;
  const target = parseTarget(probe.target, settings.mergeSlashes);
  if (target === undefined) return bare(400);
  if (server.tls !== (probe.tls !== false)) return bare(400);
  if (probe.method === 'TRACE' || probe.method === 'CONNECT') return bare(405);
  const state = new State({ config, server, probe, target, port: place.port, host, share, headers: fieldsOf(probe, sent, config), upstream: replies.headers ?? [] });
  return { answer: handle(state, replies.statuses ?? []), shares: state.shares };
}

/** Fields with odd characters in their names are dropped (ignore_invalid_headers on); those with `_` too unless they are asked for. */
function fieldsOf(probe: Probe, host: string, { underscores, anyName }: NginxConfig): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, readonly string[]>([['host', [host]]]);
  for (const [name, value] of probe.headers) {
    if (!anyName && !(underscores ? /^[A-Za-z0-9_-]+$/ : /^[A-Za-z0-9-]+$/).test(name)) continue;
    const key = name.toLowerCase();
    out.set(key, [...(out.get(key) ?? []), value]);
  }
  if (probe.body !== undefined && probe.body.length > 0 && !out.has('content-length')) out.set('content-length', [String(probe.body.length)]);
  return out;
}

/** What a phase says: go on, or this is the answer. */
type Outcome = NginxAnswer | undefined;

interface Site {
  readonly state: State;
  location: Location | undefined;
  settings: Settings;
  changes: number;
  /** The status that an error page without `=` keeps. */
  kept: number | undefined;
  /** Who was asked. */
  readonly hops: Hop[];
  readonly statuses: readonly number[];
}

function handle(state: State, statuses: readonly number[]): NginxAnswer {
  const server = state.server.body();
  if (server.unknown !== undefined) return { kind: 'unknown', directive: server.unknown };
  const site: Site = { state, location: undefined, settings: server.settings, changes: 11, kept: undefined, hops: [], statuses };
  state.validLocation = true;
  const rewritten = runOps(state, server.ops, undefined);
  return ended(site, rewritten) ?? find(site);
}

function find(site: Site): NginxAnswer {
  const { state } = site;
  const found = findLocation(state.server.body().locations, state.uri, (location) => location.regex !== undefined && state.match(location.regex, state.uri));
  if (found === undefined) return finish(site, 404);
  if (found.redirect) return slashRedirect(site, found.location);
  const { settings } = found.location.body();
  const length = Number(state.variable('content_length'));
  site.settings = settings;
  site.location = found.location;
  if (settings.bodyLimit > 0 && length > settings.bodyLimit) return finish(site, 413);
  return enter(site, found.location);
}

/** `location /a/` with a proxy_pass answers `/a` by itself (ran on 1.22). */
function slashRedirect(site: Site, location: Location): NginxAnswer {
  const { state } = site;
  const args = state.args === '' ? '' : `?${state.args}`;
  return { kind: 'respond', status: 301, headers: [['Location', absolute(state, location.body().settings, `${escapeUri(location.name)}${args}`)]], hops: [] };
}

function absolute(state: State, { absoluteRedirect }: Settings, path: string): string {
  if (!absoluteRedirect) return path;
  const scheme = state.probe.tls === false ? 'http' : 'https';
  const port = state.port === (scheme === 'http' ? 80 : 443) ? '' : `:${String(state.port)}`;
  return path.startsWith('/') ? `${scheme}://${state.host}${port}${path}` : path;
}

/** From the rewrite phase of a location on: that is where a named location begins too. */
function enter(site: Site, location: Location): NginxAnswer {
  const { state } = site;
  const body = location.body();
  site.location = location;
  site.settings = body.settings;
  if (body.unknown !== undefined) return { kind: 'unknown', directive: body.unknown };
  const rewritten = runOps(state, body.ops, body);
  // An answer inside an `if` carries the settings of that block.
  if (rewritten.body !== undefined) {
    if (rewritten.body.unknown !== undefined) return { kind: 'unknown', directive: rewritten.body.unknown };
    site.settings = rewritten.body.settings;
  }
  const done = ended(site, rewritten);
  if (done !== undefined) return done;
  if (rewritten.kind === 'on' && rewritten.changed) return again(site) ?? find(site);
  const now = rewritten.kind === 'on' ? (rewritten.body ?? body) : body;
  return access(site, now) ?? content(site, location, now);
}

function again(site: Site): Outcome {
  site.changes -= 1;
  return site.changes <= 0 ? finish(site, 500) : undefined;
}

function ended(site: Site, rewritten: Rewritten): Outcome {
  if (rewritten.kind === 'on') return undefined;
  if (rewritten.kind === 'status') return finish(site, rewritten.status);
  return send(site, rewritten.status, rewritten.text);
}

/** What refuses a request in these phases; subrequests agree here. */
function access(site: Site, body: Body): Outcome {
  const { state } = site;
  const refused = refusal(state, body.settings);
  if (refused !== undefined) return finish(site, refused.status, refused.headers);
  const { reached } = state;
  state.reached = true;
  for (const { name, value } of body.authSet) state.set(name, evaluate(value, state));
  state.reached = reached;
  return undefined;
}

function content(site: Site, location: Location, body: Body): NginxAnswer {
  const { state } = site;
  if (body.tryFiles !== undefined) return tryFiles(site, body.tryFiles);
  if (body.proxy === undefined) return { kind: 'unknown', directive: `location ${location.name} without an answer` };
  const forwarded = forward(state, body, location, body.proxy);
  if (forwarded === undefined) return finish(site, 500);
  const copies = copiesOf(site, body);
  const status = askInTurn(site, forwarded, body);
  state.reached = true;
  if (status === 0) return finish(site, 502);
  if (body.settings.interceptErrors && status >= 300 && pageFor(site, status) !== undefined) return finish(site, status);
  const kept = site.kept === 0 ? undefined : site.kept;
  const asking = { method: state.method, accepts: state.headers.get('accept-encoding')?.[0], via: state.headers.get('via')?.[0] };
  const small = packed(body.settings.packing, asking, kept ?? status, state.upstream);
  return {
    kind: 'forward', endpoints: forwarded.endpoints, target: forwarded.target, hops: site.hops, copies, requestHeaders: forwarded.headers, ...(small === undefined ? {} : { packed: small }),
    added: added(site, kept ?? status), hidden: body.settings.hidden, location: location.name, uri: state.uri, ...(kept === undefined ? {} : { status: kept }),
  };
}

/** The status of the endpoint that nginx stays with. */
function askInTurn(site: Site, { endpoints, target, headers }: Forwarded, { settings }: Body): number {
  const { repeats, passesBody } = settings;
  const passesOn = repeats.after.includes('error') && !repeats.after.includes('off');
  for (let asked = 1; ; asked += 1) {
    const status = site.statuses[site.hops.length] ?? 200;
    const more = goesOn(repeats, { method: site.state.method, status, asked });
    const alone = more && asked >= endpoints.length;
    site.hops.push({ endpoints, method: settings.method ?? site.state.method, target, headers, body: passesBody && (site.state.probe.body?.length ?? 0) > 0, passesOn, alone });
    if (!more || alone) return status;
  }
}

/** ngx_http_mirror_handler: a request of its own for each, which goes through the server from the start; of a copy none is made. */
function copiesOf({ state }: Site, { settings }: Body): readonly Copy[] {
  return (state.main ? settings.mirrors : []).flatMap((name) => {
    const branch = state.branch(name);
    const seen = handle(branch, []);
    if (seen.kind === 'unknown') throw new ConfigError(seen.directive);
    const [hop] = seen.hops;
    // The parts of a lot are 1 and 0, those of a pool addresses.
    const lot = branch.shares.find((parts) => parts.some(([, value]) => value === '0'));
    return hop === undefined ? [] : [{ ...hop, share: lot?.[state.share]?.[0] ?? 100 }];
  });
}

/** Only the form that leads to a named location: no file is ever there. */
function tryFiles(site: Site, words: readonly string[]): NginxAnswer {
  const last = words.at(-1) ?? '';
  if (words.length !== 2 || words[0] !== '/.none' || !last.startsWith('@')) throw new ConfigError('try_files');
  return toNamed(site, last);
}

function toNamed(site: Site, name: string): NginxAnswer {
  const exhausted = again(site);
  if (exhausted !== undefined) return exhausted;
  const location = site.state.server.body().locations.named.get(name);
  site.state.internal = true;
  return location === undefined ? finish(site, 500) : enter(site, location);
}

function pageFor({ settings, changes, kept }: Site, status: number): ErrorPage | undefined {
  const page = settings.errorPages.find(({ codes }) => codes.includes(status));
  return changes > 0 && (kept === undefined || settings.recursive) ? page : undefined;
}

/** Ends the connection without a word, and without an error page (ran); with a text it is a status like others. */
const CLOSED = 444;

/** ngx_http_special_response_handler: an error page of the level, else nginx's own. */
function finish(site: Site, status: number, headers: HeaderList = []): NginxAnswer {
  if (status === CLOSED) return { kind: 'respond', status: 0, headers: [], hops: site.hops };
  const page = pageFor(site, status);
  if (page === undefined) return respond(site, status, headers);
  const target = evaluate(page.page, site.state);
  if (!target.startsWith('@')) throw new ConfigError('error_page with a path');
  site.kept = page.answer === undefined ? status : page.answer;
  site.state.status = site.kept === 0 ? status : site.kept;
  return toNamed(site, target);
}

function send(site: Site, status: number, text: string): NginxAnswer {
  if ([301, 302, 303, 307, 308].includes(status)) return respond(site, status, [['Location', absolute(site.state, site.settings, text)]]);
  return respond(site, status, [['Content-Type', site.settings.defaultType]], text);
}

/** An error page reached without `=` keeps the status of the error. */
function respond(site: Site, status: number, headers: HeaderList, body?: string): NginxAnswer {
  const final = site.kept !== undefined && site.kept !== 0 ? site.kept : status;
  return { kind: 'respond', status: final, headers: [...headers, ...added(site, final)], hops: site.hops, ...(body === undefined ? {} : { body }) };
}

const PLAIN_STATUS = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

function added(site: Site, status: number): HeaderList {
  const lines = site.settings.added.filter(({ always }) => always || PLAIN_STATUS.has(status));
  return lines.flatMap(({ name, value }): HeaderList => {
    const text = evaluate(value, site.state);
    // Blanks are a value to nginx, and nothing to who receives the line.
    return text === '' ? [] : [[name, fieldValue(text)]];
  });
}
