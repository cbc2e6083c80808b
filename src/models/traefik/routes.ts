import type { EntryPoint, Listener, Middleware, Ref, Route, RouterTls, RuleExpr, RuleSyntax } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import { parseRule, type EngineVersion } from '../../rule-lang/index.ts';
import { groupedBy, known } from '../../text/index.ts';
import { ownRouters } from './internal.ts';
import { HERE, PLACES, refOf } from './refs.ts';
import { resolve, type Pools } from './service.ts';
import { readTls, type StaticFile } from './static.ts';
import type { Node } from './tree.ts';

/** A router of a dynamic file that can work: Traefik disables the others. */
export interface Router {
  readonly ref: Ref;
  readonly rule: RuleExpr;
  readonly text: string;
  readonly syntax: RuleSyntax;
  readonly priority: bigint;
  readonly entryPoints: readonly string[];
  readonly middlewares: readonly Ref[];
  readonly service: Ref;
  readonly tls: RouterTls | undefined;
}

/** Undefined for a rule that does not parse. */
export function readRouter(name: string, node: Node, { syntax, defaults, version }: StaticFile): Router | undefined {
  const text = node.text('rule');
  const own = node.has('ruleSyntax') && version !== '2.11' ? (node.text('ruleSyntax') === 'v2' ? 'v2' : 'v3') : syntax;
  const rule = ruleOf(text, own, version);
  if (rule === undefined) return undefined;
  const priority = node.whole('priority') ?? 0n;
  return {
    ref: refOf('router', name), rule, text, syntax: own, priority: priority === 0n ? BigInt(Buffer.byteLength(text)) : priority, entryPoints: node.list('entryPoints', defaults),
    middlewares: node.list('middlewares').map((one) => refOf('middleware', one)), service: refOf('service', node.text('service')), tls: node.has('tls') ? readTls(node.child('tls')) : undefined,
  };
}

function ruleOf(text: string, syntax: RuleSyntax, version: EngineVersion = '3.7'): RuleExpr | undefined {
  return parseRule({ value: known(text), origin: HERE }, syntax, version, PLACES).rule;
}

/** A route whose place among the others is still to come. */
type Draft = Omit<Route, 'rank' | 'tiedWith'> & { rank: number; tiedWith: Route['tiedWith'] };

const NO_TIES: Route['tiedWith'] = [];

/** The routers of an entry point in the order in which they are asked. */
export function listenerOf(entryPoint: EntryPoint, routers: readonly Router[], pools: Pools, file: StaticFile): Listener {
  const before = (holder: string): readonly Ref[] => entryPoint.middlewares.map(({ value }) => refOf('middleware', value, holder));
  const drafts: Draft[] = [];
  for (const router of routers) {
    if (!router.entryPoints.includes(entryPoint.name)) continue;
    const chain = pools.chain([...before('file'), ...router.middlewares]);
    const service = resolve(router.service, pools);
    if (chain === undefined || service === undefined) continue;
    drafts.push(draft(router.ref, router, chain, service, router.tls ?? entryPoint.tls));
  }
  for (const own of ownRouters(entryPoint, file)) {
    const rule = ruleOf(own.rule, 'v3');
    const service = resolve(refOf('service', `${own.service}@internal`), pools);
    if (rule === undefined || service === undefined) continue;
    drafts.push(draft(refOf('router', `${own.name}@internal`), { rule, text: own.rule, syntax: 'v3', priority: own.priority }, [...(pools.chain(before('internal')) ?? []), ...own.chain], service, entryPoint.tls));
  }
  return { entryPoint, plain: ranked(drafts.filter(({ tls }) => tls === undefined)), tls: ranked(drafts.filter(({ tls }) => tls !== undefined)), tcp: [] };
}

function draft(router: Ref, from: Pick<Router, 'rule' | 'text' | 'syntax' | 'priority'>, chain: readonly Middleware[], service: Route['service'], tls: RouterTls | undefined): Draft {
  const { rule, text, syntax, priority } = from;
  const route: Draft = { router, rule, ruleText: text, syntax, rank: 0, priority, tiedWith: NO_TIES, chain, service, defaultRule: false, synthetic: false, origin: HERE, symbol: router.name };
  return tls === undefined ? route : { ...route, tls };
}

/** The larger priority first. Between equals chance decides: they are tied with those of the same host, and of any. */
function ranked(drafts: readonly Draft[]): readonly Route[] {
  const sorted = drafts.toSorted((a, b) => (a.priority === b.priority ? (refKey(a.router) < refKey(b.router) ? -1 : 1) : a.priority > b.priority ? -1 : 1));
  const hosts = new Map(sorted.map((one) => [one, hostIn(one.rule)]));
  const byHost = groupedBy(sorted, (one) => `${String(one.priority)} ${hosts.get(one) ?? ''}`);
  const everyone = groupedBy(sorted, ({ priority }) => String(priority));
  sorted.forEach((one, rank) => {
    const host = hosts.get(one) ?? '';
    const others = host === '' ? (everyone.get(String(one.priority)) ?? []) : [host, ''].flatMap((name) => byHost.get(`${String(one.priority)} ${name}`) ?? []);
    one.rank = rank;
    if (others.length > 1) one.tiedWith = others.filter((other) => other !== one).map(({ router }) => router);
  });
  return sorted;
}

/** A host that the rule asks for by name in any case; empty = none. */
function hostIn(rule: RuleExpr): string {
  if (rule.kind === 'match') return rule.matcher.kind === 'host' && !rule.matcher.wildcard ? rule.matcher.host.value.toLowerCase().replace(/\.$/, '') : '';
  return rule.kind === 'and' ? (rule.operands.map(hostIn).find((host) => host !== '') ?? '') : '';
}
