import type { Decision, Listener, Middleware, MiddlewareSpec, Probe, Route, Routing } from '../../ir/index.ts';
import { chainOf, isSecretOption, optionTable, optionTexts, refKey } from '../../ir/index.ts';
import { hostNames } from '../../runtime/index.ts';
import { middlewaresOf } from '../validation/environment.ts';
import { isFieldValue } from '../../text/index.ts';

/** What depends on time, or on how often somebody asked: one request says nothing about it. */
const BY_COUNT: readonly string[] = ['rateLimit', 'inFlightReq', 'circuitBreaker'];

/** Why a gateway cannot be asked at all without leaving this machine, or without what it is not told; undefined = it can. */
export function unaskable(routing: Routing): string | undefined {
  for (const middleware of middlewaresOf(routing)) {
    const { spec, ref } = middleware;
    if (spec.kind === 'plugin') return `middleware "${ref.name}" is a plugin, which the engine would have to download`;
    if (spec.kind === 'rateLimit' && spec.redis !== undefined) return `middleware "${ref.name}" counts in Redis`;
    const unset = secretWithoutValue(middleware);
    if (unset !== undefined) return `the variable ${unset} has no value here, so nobody could log in`;
  }
  const asking = routing.tlsOptions.find(({ raw }) => asksForCertificates(raw));
  return asking === undefined ? undefined : `the TLS options "${asking.ref.name}" ask for client certificates, which nobody has here`;
}

/** With a file of authorities an engine asks for certificates even where no type is written. */
function asksForCertificates(raw: unknown): boolean {
  const auth = optionTable(optionTable(raw).get('clientauth'));
  const type = String(auth.get('clientauthtype') ?? '').toLowerCase();
  return optionTexts(auth.get('cafiles')).length > 0 || !['', 'noclientcert', 'requestclientcert'].includes(type);
}

function secretWithoutValue({ variables }: Middleware): string | undefined {
  for (const [path, { unset }] of variables) if (isSecretOption(path) && unset[0] !== undefined) return unset[0];
  return undefined;
}

/** Whether a request can be sent from here, and its answer foretold. */
export function isAskable(probe: Probe, { kind }: Decision, route: Route | undefined, listener: Listener | undefined): boolean {
  if (!probe.clientIp.startsWith('127.') || listener === undefined || listener.entryPoint.port === 0 || repeatsAgent(probe) || !isSendable(probe) || optionsAreChance(probe, listener)) return false;
  if (route === undefined) return true;
  const isAcme = route.synthetic && route.router.name.startsWith('acme');
  const chain = chainOf(route);
  // An error page comes from a service, so somebody behind the engine sees the request that it answers itself.
  const hasPages = kind === 'respond' && chain.some(({ spec }) => spec.kind === 'errors');
  return !isAcme && !hasPages && !chain.some(({ spec }) => BY_COUNT.includes(spec.kind)) && !readsFiles(route) && !isOwn(route);
}

/** Whether a middleware of the route reads files: they lie where the engine will run, not here. */
export function readsFiles(route: Route): boolean {
  return chainOf(route).some(({ spec }) => namesFiles(spec));
}

function namesFiles(spec: MiddlewareSpec): boolean {
  if (spec.kind === 'basicAuth' || spec.kind === 'digestAuth') return spec.usersFile !== '';
  return spec.kind === 'forwardAuth' && [spec.tls?.ca, spec.tls?.cert, spec.tls?.key].some((file) => file !== undefined && file !== '');
}

/** Traefik's own services: what they say is not in the files. */
function isOwn({ service }: Route): boolean {
  return service.service.spec.kind === 'internal';
}

/**
 * Server names that no router has get the TLS options of a router without a host or with `Host(*)`. Where those differ the engine
 * leaves it to chance whose they are, at each start anew (ran on 3.7.15).
 */
function optionsAreChance({ tls }: Probe, listener: Listener): boolean {
  if (tls === false) return false;
  const known = knownNames.get(listener) ?? namesOf(listener);
  knownNames.set(listener, known);
  const name = (tls.sni ?? '').toLowerCase();
  return known !== 'all' && !known.has(name) && !known.has(`*${name.slice(Math.max(0, name.indexOf('.')))}`);
}

/** Found once for all requests of an entry point. */
const knownNames = new WeakMap<Listener, ReadonlySet<string> | 'all'>();

/** The names that routers have; `all` = the options of the others are the same, whose they are. */
function namesOf({ tls: routes }: Listener): ReadonlySet<string> | 'all' {
  const named = routes.map((route) => ({ route, names: hostNames(route.rule) }));
  const open = named.filter(({ names }) => names.length === 0 || names.includes('*'));
  const options = new Set(open.map(({ route }) => (route.tls?.options === undefined ? '' : refKey(route.tls.options.value))));
  return options.size > 1 ? new Set(named.flatMap(({ names }) => names)) : 'all';
}

/** A line break would begin another field: no client sends that. */
function isSendable({ host, target, headers }: Probe): boolean {
  return [host ?? '', target, ...headers.map(([, value]) => value)].every(isFieldValue);
}

/** Go sends one User-Agent, however many came: no matter of the files. */
function repeatsAgent({ headers }: Probe): boolean {
  return headers.filter(([name]) => name.toLowerCase() === 'user-agent').length > 1;
}
