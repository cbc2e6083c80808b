import type { Places, Ref, Router, RouterTls, RuleExpr, RuleSyntax, TcpRouter, TcpRuleExpr, UdpRouter, Variables } from '../../ir/index.ts';
import { leafAt, objectAt, textAt, type ConfigObject } from '../../traefik-config/tree.ts';
import { known, type Sourced, type Text } from '../../text/index.ts';
import { resolveName } from '../names.ts';
import { itemsAt, leavesAt, plain } from '../tree.ts';
import type { Declared } from '../types.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import type { Unfinished } from '../unfinished.ts';
import { read } from './read.ts';

/** The rule of a declared router, as written. */
export function ruleOf(declared: Declared): Sourced<Text> {
  const leaf = leafAt(declared.node, 'rule');
  return leaf === undefined ? { value: known(''), origin: declared.origin } : { value: { ...leaf.text, text: String(leaf.value) }, origin: leaf.origin };
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
  readonly tls?: RouterTls;
  readonly places: Places;
  readonly variables: Variables;
}

function base(declared: Declared): RouterBase {
  const { ref, node } = declared;
  const entryPoints = leavesAt(node, 'entryPoints').map((leaf) => ({ value: String(leaf.value), origin: leaf.origin }));
  const service = leafAt(node, 'service');
  const tls = objectAt(node, 'tls');
  const { places, variables } = provenance(node);
  const made: Unfinished<RouterBase> = {
    ref,
    entryPoints: entryPoints.length === 0 ? 'default' : entryPoints,
    middlewares: leavesAt(node, 'middlewares').map((leaf) => ({ value: resolveName(String(leaf.value), ref.namespace, { protocol: ref.protocol, kind: 'middleware' }), origin: leaf.origin })),
    service: { value: resolveName(service === undefined ? '' : String(service.value), ref.namespace, { protocol: ref.protocol, kind: 'service' }), origin: service?.origin ?? declared.origin },
    places,
    variables,
  };
  if (tls !== undefined) made.tls = toTls(tls, ref.namespace);
  return made;
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

function priorityOf(declared: Declared, standard: bigint): { readonly priority: Sourced<bigint>; readonly prioritySet: boolean } {
  const leaf = leafAt(declared.node, 'priority');
  const written = leaf === undefined || !/^-?\d+$/.test(String(leaf.value)) ? 0n : BigInt(String(leaf.value));
  if (leaf !== undefined && written !== 0n) return { priority: { value: written, origin: leaf.origin }, prioritySet: true };
  return { priority: { value: standard, origin: ruleOf(declared).origin }, prioritySet: false };
}

export function toRouter(declared: Declared, rule: RuleExpr, syntax: RuleSyntax, standardPriority: bigint): Router {
  const observability = objectAt(declared.node, 'observability');
  const { ref, entryPoints, middlewares, service, tls, places, variables } = base(declared);
  const { priority, prioritySet } = priorityOf(declared, standardPriority);
  const router: Unfinished<Router> = {
    ref,
    entryPoints,
    middlewares,
    service,
    places,
    variables,
    rule,
    ruleText: ruleOf(declared),
    syntax,
    defaultRule: declared.defaultRule,
    priority,
    prioritySet,
    parents: leavesAt(declared.node, 'parentRefs').map((leaf) => ({ value: resolveName(String(leaf.value), declared.ref.namespace, { protocol: 'http', kind: 'router' }), origin: leaf.origin })),
    origin: declared.origin,
    symbol: declared.symbol,
  };
  if (tls !== undefined) router.tls = tls;
  if (observability !== undefined) router.observability = plain(observability);
  return router;
}

export function toTcpRouter(declared: Declared, rule: TcpRuleExpr, syntax: RuleSyntax, standardPriority: bigint): TcpRouter {
  const { variables: _, ...rest } = base(declared);
  return { ...rest, rule, ruleText: ruleOf(declared), syntax, ...priorityOf(declared, standardPriority), origin: declared.origin, symbol: declared.symbol };
}

export function toUdpRouter(declared: Declared): UdpRouter {
  const { ref, service, entryPoints, places } = base(declared);
  return { ref, service, entryPoints: entryPoints === 'default' ? [] : entryPoints, places, origin: declared.origin, symbol: declared.symbol };
}
