import type { Places, Ref, Router, RouterTls, RuleExpr, RuleSyntax, TcpRouter, TcpRuleExpr, UdpRouter, Variables } from '../../ir/index.ts';
import { leafAt, objectAt, textAt, type ConfigObject } from '../../traefik-config/tree.ts';
import { known, type Sourced, type Text } from '../../text/index.ts';
import { resolveName } from '../names.ts';
import { itemsAt, leavesAt, plain } from '../tree.ts';
import type { Declared } from '../types.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import { read } from './read.ts';

/** The rule of a declared router, as written. */
export function ruleOf(declared: Declared): Sourced<Text> {
  const leaf = leafAt(declared.node, 'rule');
  if (leaf === undefined) return { value: known(''), origin: declared.origin };
  const text = String(leaf.value);
  return { value: text === leaf.text.text ? leaf.text : { ...leaf.text, text }, origin: leaf.origin };
}

/** `ruleSyntax: v2` per router, else the static default; any unknown value means v3 (ran). 2.11 has one grammar. */
export function syntaxOf(declared: Declared, version: '3.7' | '2.11', standard: RuleSyntax): RuleSyntax {
  if (version === '2.11') return 'v2';
  const written = textAt(declared.node, 'ruleSyntax');
  if (written !== '') return written === 'v2' ? 'v2' : 'v3';
  // The default syntax of the static configuration does not reach routers with the provider's default rule (applyModel).
  return declared.defaultRule ? 'v3' : standard;
}

interface RouterBase {
  readonly ref: Ref;
  readonly entryPoints: readonly Sourced<string>[] | 'default';
  readonly middlewares: readonly Sourced<Ref>[];
  readonly service: Sourced<Ref>;
  readonly tls: RouterTls | undefined;
  readonly places: Places;
  readonly variables: Variables;
}

function base(declared: Declared): RouterBase {
  const { ref, node } = declared;
  const entryPoints = leavesAt(node, 'entryPoints').map((leaf) => ({ value: String(leaf.value), origin: leaf.origin }));
  const service = leafAt(node, 'service');
  const tls = objectAt(node, 'tls');
  const { places, variables } = provenance(node);
  const target = { protocol: ref.protocol, kind: 'service' } as const;
  const named = { value: resolveName(service === undefined ? '' : String(service.value), ref.namespace, target), origin: service?.origin ?? declared.origin };
  return {
    ref,
    entryPoints: entryPoints.length === 0 ? 'default' : entryPoints,
    middlewares: leavesAt(node, 'middlewares').map((leaf) => ({ value: resolveName(String(leaf.value), ref.namespace, { protocol: ref.protocol, kind: 'middleware' }), origin: leaf.origin })),
    service: named,
    tls: tls === undefined ? undefined : toTls(tls, ref.namespace),
    places,
    variables,
  };
}

/** `default` names the default options of the proxy whatever the provider (pkg/server/router). */
export function toTls(node: ConfigObject, holder: string): RouterTls {
  const options = leafAt(node, 'options');
  const resolver = leafAt(node, 'certResolver');
  return {
    ...(options === undefined || options.value === '' || options.value === 'default' ? {} : { options: { value: resolveName(String(options.value), holder, { protocol: 'http', kind: 'tlsOptions' }), origin: options.origin } }),
    ...(resolver === undefined || resolver.value === '' ? {} : { resolver: { value: String(resolver.value), origin: resolver.origin } }),
    domains: itemsAt(node, 'domains').map((domain) => ({ main: textAt(domain, 'main'), sans: read(domain).list('sans') })),
    passthrough: read(node).flag('passthrough'),
    origin: node.origin,
  };
}

/** The priority that a router sets itself: not 0, which asks for the standard one. */
function writtenPriority(declared: Declared): Sourced<bigint> | undefined {
  const leaf = leafAt(declared.node, 'priority');
  if (leaf === undefined || !/^-?\d+$/.test(String(leaf.value))) return undefined;
  const value = BigInt(String(leaf.value));
  return value === 0n ? undefined : { value, origin: leaf.origin };
}

/** A rule as it was written, and what was made of it. */
export interface ReadRule<Rule> {
  readonly text: Sourced<Text>;
  readonly rule: Rule;
  readonly syntax: RuleSyntax;
  readonly standardPriority: bigint;
}

/** Whole literals for what most routers have: the same fields put together one by one take V8 several times as long. */
export function toRouter(declared: Declared, { rule, text: ruleText, syntax, standardPriority }: ReadRule<RuleExpr>): Router {
  const { ref, entryPoints, middlewares, service, tls, places, variables } = base(declared);
  const { defaultRule, origin, symbol } = declared;
  const observability = objectAt(declared.node, 'observability');
  const own = writtenPriority(declared);
  const priority = own ?? { value: standardPriority, origin: ruleText.origin };
  const prioritySet = own !== undefined;
  const parents = leavesAt(declared.node, 'parentRefs').map((leaf) => ({ value: resolveName(String(leaf.value), ref.namespace, { protocol: 'http', kind: 'router' }), origin: leaf.origin }));
  if (observability !== undefined) return { ref, entryPoints, middlewares, service, ...(tls === undefined ? {} : { tls }), places, variables, rule, ruleText, syntax, defaultRule, priority, prioritySet, parents, observability: plain(observability), origin, symbol };
  if (tls !== undefined) return { ref, entryPoints, middlewares, service, tls, places, variables, rule, ruleText, syntax, defaultRule, priority, prioritySet, parents, origin, symbol };
  return { ref, entryPoints, middlewares, service, places, variables, rule, ruleText, syntax, defaultRule, priority, prioritySet, parents, origin, symbol };
}

export function toTcpRouter(declared: Declared, { rule, text, syntax, standardPriority }: ReadRule<TcpRuleExpr>): TcpRouter {
  const { variables: _, tls, places, ...rest } = base(declared);
  const priority = writtenPriority(declared);
  return { ...rest, ...(tls === undefined ? {} : { tls }), places, rule, ruleText: text, syntax, priority: priority ?? { value: standardPriority, origin: text.origin }, prioritySet: priority !== undefined, origin: declared.origin, symbol: declared.symbol };
}

export function toUdpRouter(declared: Declared): UdpRouter {
  const { ref, service, entryPoints, places } = base(declared);
  return { ref, service, entryPoints: entryPoints === 'default' ? [] : entryPoints, places, origin: declared.origin, symbol: declared.symbol };
}
