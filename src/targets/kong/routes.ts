import { chainOf, refKey, refName } from '../../ir/index.ts';
import type { Listener, Middleware, Route, SpecOf } from '../../ir/index.ts';
import { ruleExpression } from './expression.ts';
import { cutPattern, deniedEscapes, HASH_IN_PATH, HOST_WITH_REST, uncleanRest, UNCLEAN_ESCAPES } from './guards.ts';
import { Names, refWish } from './names.ts';
import { planPath } from './paths.ts';
import type { PathPlan, ReplacePlan } from './paths.ts';
import type { ClassicInput, Draft } from './draft.ts';
import type { PluginPlan } from './plan.ts';
import { BAD_REQUEST, changingPlugins, NOT_FOUND, refusingPlugins, TEAPOT } from './plugins.ts';
import { atcRegex, atcString } from './quote.ts';
import { isDefaultPort, namedHosts, redirectPlugin } from './redirect.ts';
import type { Report } from './report.ts';
import { tagsOf } from './services.ts';
import type { Services } from './services.ts';

export interface RouteContext {
  readonly tls: boolean;
  readonly names: Names;
  readonly services: Services;
  readonly report: Report;
}

/** A pattern of ours as a predicate; the last predicate on `http.path` is the one whose match is cut. */
function matches(field: string, pattern: string): string {
  return `${field} ~ ${atcRegex(pattern) ?? '""'}`;
}

/** Guards of a whole node, asked before everything else. */
export function nodeGuards(listener: Listener, routes: readonly Route[], names: Names): readonly Draft[] {
  const guard = (wish: string, expression: string, comment: string, test?: string): Draft => ({
    name: names.of(wish, wish), comment, tags: [], service: undefined, expression, ...(test === undefined ? {} : { classic: { test } }), stripPath: false, preserveHost: false, plugins: [BAD_REQUEST],
  });
  const guards = [
    guard('guard.hash', matches('http.path', HASH_IN_PATH), 'a raw # in the path is refused, as Traefik does', HASH_IN_PATH),
    guard('guard.host', 'http.host contains "@"', 'an @ in Host is refused, as Traefik does'),
  ];
  if (routes.some((route) => !route.synthetic && usesHostRegexp(route))) guards.push(guard('guard.host.port', matches('http.host', HOST_WITH_REST), 'HostRegexp looks at the name alone: refused where Kong keeps a port in it'));
  const denied = listener.entryPoint.encodedCharacters === undefined ? undefined : deniedEscapes(listener.entryPoint.encodedCharacters);
  if (denied !== undefined) guards.push(guard('guard.encoded', matches('http.path', denied), `entryPoints.${listener.entryPoint.name} encodedCharacters`, denied));
  return guards;
}

function usesHostRegexp(route: Route): boolean {
  const uses = (rule: Route['rule']): boolean => {
    if (rule.kind === 'and' || rule.kind === 'or') return rule.operands.some(uses);
    return rule.kind === 'not' ? uses(rule.operand) : rule.kind === 'match' && rule.matcher.kind === 'hostRegexp';
  };
  return uses(route.rule);
}

/** All Kong routes of one route, most particular first. */
export function draftRoute(route: Route, context: RouteContext): readonly Draft[] {
  const chain = chainOf(route);
  const { report } = context;
  const path = planPath(chain);
  if (!path.ok) {
    report.unsupported(path.middleware.spec.kind, { origin: path.middleware.origin, symbol: path.middleware.symbol }, path.why);
    return [];
  }
  const drafter = new Drafter(route, chain, path.plan, context);
  return [...drafter.escapes(), ...drafter.redirects(), ...drafter.cuts(), ...drafter.rest()];
}

class Drafter {
  readonly #route: Route;
  readonly #chain: readonly Middleware[];
  readonly #path: PathPlan;
  readonly #context: RouteContext;
  readonly #rule: string;

  constructor(route: Route, chain: readonly Middleware[], path: PathPlan, context: RouteContext) {
    this.#route = route;
    this.#chain = chain;
    this.#path = path;
    this.#context = context;
    this.#rule = ruleExpression(route.rule, route.symbol, context.report);
  }

  /** encodedCharacters of the router: a guard of its own. */
  escapes(): readonly Draft[] {
    return this.#chain.flatMap(({ spec }, index) => {
      const denied = spec.kind === 'encodedCharacters' ? deniedEscapes(spec) : undefined;
      return denied === undefined ? [] : [this.#guard('escapes', this.#and(matches('http.path', denied)), this.#before(index), { rule: this.#route.rule, test: denied })];
    });
  }

  /** Traefik: 302 or 301 for GET, 307 or 308 for every other method. On TLS the scheme is already right. */
  redirects(): readonly Draft[] {
    const redirect = this.#chain.find(({ spec }) => spec.kind === 'redirectScheme')?.spec;
    if (redirect?.kind !== 'redirectScheme' || this.#context.tls) return [];
    if (!isDefaultPort(redirect)) return this.#redirectsByHost(redirect);
    const base = this.#draft('', this.#rule, {});
    return [
      { ...base, name: this.#name('get'), expression: this.#and('http.method == "GET"'), classic: { rule: this.#route.rule, method: 'GET' }, httpsRedirect: redirect.permanent ? 301 : 302 },
      { ...base, name: this.#name(''), httpsRedirect: redirect.permanent ? 308 : 307 },
    ];
  }

  /** One pair per host as it can be written; a Host with anything behind the name is refused. */
  #redirectsByHost(redirect: SpecOf<'redirectScheme'>): readonly Draft[] {
    const before = this.#before(this.#chain.findIndex(({ spec }) => spec === redirect));
    const [get, other] = redirect.permanent ? [301, 308] as const : [302, 307] as const;
    const drafts = (namedHosts(this.#route.rule) ?? []).flatMap((name) => [name, `${name}.`]).flatMap((host): readonly Draft[] => {
      const test = `lower(http.host) == ${atcString(host) ?? '""'}`;
      const at = (part: string, expression: string, status: typeof get | typeof other): Draft => ({ ...this.#guard(`${part}.${host}`, expression, []), name: this.#name(`${part}.${host}`), plugins: [...before, redirectPlugin(redirect, host, status)] });
      return [at('get', `${this.#and(test)} && http.method == "GET"`, get), at('to', this.#and(test), other)];
    });
    return [...drafts, this.#guard('host', this.#rule, before)];
  }

  /** Per prefix, in the order of the list: what must be refused, the bare prefix, the cut. */
  cuts(): readonly Draft[] {
    if (this.#redirected()) return [];
    const { cuts, prefix, replace, at, forceSlash } = this.#path;
    if (replace?.pattern !== undefined) return this.#replacement(replace, replace.pattern);
    const before = this.#before(at);
    return cuts.flatMap((cut, index) => {
      const number = cuts.length === 1 ? '' : String(index + 1);
      const unclean = uncleanRest(cut.pattern, cut.ends);
      const drafts = unclean === undefined ? [] : [this.#tested(unclean, (expression, classic) => this.#guard(`unclean${number}`, expression, before, classic))];
      // An escaped slash that is all that is left is `/` for Traefik, so `/p/` behind a prefix; Kong would send `/p`.
      if (prefix !== '' && cut.ends.slash) drafts.push(this.#tested(`^${cut.pattern}${forceSlash ? '(?:%2F)?' : '%2F'}$`, (expression, classic) => this.#draft(`bare${number}`, expression, { uri: `${prefix}/` }, classic)));
      drafts.push(this.#tested(cutPattern(cut.pattern), (expression, classic) => this.#draft(`strip${number}`, expression, replace === undefined ? { path: prefix, stripPath: true } : { uri: replace.uri }, classic)));
      return drafts;
    });
  }

  /** What no prefix and no pattern took. */
  rest(): readonly Draft[] {
    const { replace, prefix } = this.#path;
    if (this.#redirected()) return [];
    return [this.#draft('', this.#rule, replace === undefined || replace.pattern !== undefined ? { path: prefix } : { uri: replace.uri })];
  }

  #replacement(replace: ReplacePlan, pattern: string): readonly Draft[] {
    const matched = this.#and(matches('http.path', pattern));
    const before = this.#before(this.#path.at);
    const unclean = replace.unclean === undefined ? [] : [this.#guard('unclean2', this.#and(matches('http.path', replace.unclean)), before)];
    return [this.#guard('unclean', `${matched} && ${matches('http.path', UNCLEAN_ESCAPES)}`, before), ...unclean, this.#draft('replace', matched, { uri: replace.uri }, { rule: this.#route.rule, test: pattern })];
  }

  /** What stands before a middleware that refuses: what refuses sooner, and headers of all answers. */
  #before(index: number): readonly PluginPlan[] {
    const chain = this.#chain.slice(0, Math.max(0, index));
    const { report, tls } = this.#context;
    return [...refusingPlugins(chain, report), ...changingPlugins(chain, tls, undefined, report).filter(({ name }) => name === 'response-transformer')];
  }

  #redirected(): boolean {
    return !this.#context.tls && this.#chain.some(({ spec }) => spec.kind === 'redirectScheme');
  }

  #and(test: string): string {
    return this.#rule.includes(' || ') ? `(${this.#rule}) && ${test}` : `${this.#rule} && ${test}`;
  }

  #name(part: string): string {
    const key = `${refKey(this.#route.router)} ${part}`;
    return this.#context.names.of(key, refWish(this.#route.router) + (part === '' ? '' : `.${part}`));
  }

  /** The rule and a pattern that begins with `^`, in both flavours. */
  #tested(test: string, make: (expression: string, classic: ClassicInput) => Draft): Draft {
    return make(this.#and(matches('http.path', test)), { rule: this.#route.rule, test });
  }

  #guard(part: string, expression: string, before: readonly PluginPlan[], classic?: ClassicInput): Draft {
    return { ...this.#head(`guard.${part}`, expression), ...(classic === undefined ? {} : { classic }), service: undefined, stripPath: false, preserveHost: false, plugins: [...before, BAD_REQUEST] };
  }

  #head(part: string, expression: string): Pick<Draft, 'name' | 'comment' | 'tags' | 'expression'> {
    return { name: this.#name(part), comment: this.#route.symbol, tags: tagsOf(this.#route.symbol, `router:${refName(this.#route.router)}`), expression };
  }

  #draft(part: string, expression: string, wish: { readonly path?: string; readonly uri?: string; readonly stripPath?: boolean }, classic: ClassicInput = { rule: this.#route.rule }): Draft {
    const { report, services, tls } = this.#context;
    const { service } = this.#route;
    const { spec } = service.service;
    const internal = spec.kind === 'internal';
    const preserveHost = spec.kind === 'loadBalancer' ? spec.passHostHeader : true;
    const plugins = [...refusingPlugins(this.#chain, report), ...changingPlugins(this.#chain, tls, wish.uri, report, !preserveHost), ...(spec.kind === 'internal' ? [spec.name === 'noop' ? TEAPOT : NOT_FOUND] : [])];
    return {
      ...this.#head(part, expression),
      classic,
      service: internal ? undefined : services.of(service, { path: servicePath(wish.path ?? '', this.#route), retries: retriesOf(this.#chain) }),
      stripPath: wish.stripPath ?? false,
      preserveHost,
      ...(spec.kind === 'loadBalancer' && spec.flushInterval < 0 ? { responseBuffering: false as const } : {}),
      plugins,
    };
  }
}

/** A service path with a slash at its end: `/p/` before `/x` is `/p/x` (ran). */
function servicePath(prefix: string, route: Route): string {
  const { spec } = route.service.service;
  const kept = spec.kind === 'loadBalancer' && spec.endpoints[0]?.preservePath === true ? spec.endpoints[0].path.replace(/\/$/, '') : '';
  return kept + prefix === '' ? '' : `${kept}${prefix}/`;
}

/** `attempts` counts the first try; Kong's number is of further ones. */
function retriesOf(chain: readonly Middleware[]): number {
  const retry = chain.findLast(({ spec }) => spec.kind === 'retry')?.spec;
  return retry?.kind === 'retry' ? Math.max(0, Math.min(32_767, retry.attempts - 1)) : 0;
}
