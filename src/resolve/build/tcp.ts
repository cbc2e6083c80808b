import type { Ref, TcpRouter, TcpService } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import type { RuleError } from '../../rule-lang/error.ts';
import type { Sourced } from '../../text/index.ts';
import { badRanges } from '../check/ip.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import { unknownAt } from '../convert/places.ts';
import type { EntryPointSet } from '../entry-points.ts';
import { integerText, quoted, quotedRef } from '../names.ts';
import { leafAt, objectAt, textAt } from '../../traefik-config/tree.ts';
import type { Declared } from '../types.ts';
import { through, type Failure } from './failure.ts';
import { judgeResolver, reportEntryPoint } from './static-names.ts';
import { hostsIn, ruleFailures, tcpRuleMessage } from './rules.ts';
import type { States } from './state.ts';
import { tlsOptionsFailures } from './tls-options.ts';
import { dangling, namesService, ownProblem, useIn, type World } from './world.ts';

const MAX_PRIORITY = 9_223_372_036_854_774_807n;

export interface BuiltTcp {
  readonly router: TcpRouter;
  readonly entryPoints: readonly string[];
}
export interface TcpInput {
  readonly routers: readonly TcpRouter[];
  readonly declared: ReadonlyMap<string, Declared>;
  readonly errors: ReadonlyMap<string, readonly RuleError[]>;
  readonly entryPoints: EntryPointSet;
  readonly states: States;
  readonly world: World;
}

/** addTCPHandlers of pkg/server/router/tcp/manager.go. */
export function buildTcp(input: TcpInput): readonly BuiltTcp[] {
  return input.routers.flatMap((router) => {
    const declared = input.declared.get(refKey(router.ref));
    return declared === undefined ? [] : [{ router, entryPoints: buildOne(router, declared, input) }];
  });
}

function buildOne(router: TcpRouter, declared: Declared, input: TcpInput): readonly string[] {
  const { states, world } = input;
  states.add(router.ref);
  const wanted = router.entryPoints === 'default' ? input.entryPoints.defaults.map((value) => ({ value, origin: router.origin })) : router.entryPoints;
  const valid = validEntryPoints(router.ref, wanted, declared, input);
  if (router.tls?.resolver !== undefined) judgeResolver(router.tls.resolver, declared, world);
  return settle(router.ref, failuresOf(router, declared, input), valid, input);
}

/**
 * Marks and reports what a TCP or UDP router fails for; the entry points that serve it are left. Without an entry point the engine
 * never gets that far: the rest is said in the same run, but marks nothing.
 */
export function settle(router: Ref, failures: readonly Failure[], valid: readonly string[], { states, world }: Pick<TcpInput, 'states' | 'world'>): readonly string[] {
  const first = failures.find(({ joins }) => joins !== true);
  if (valid.length > 0) states.use(router, valid);
  if (valid.length > 0) for (const failure of failures.filter((one) => one.joins === true || one === first)) for (const ref of [router, ...failure.marks]) states.say(ref, failure.says, true);
  for (const failure of failures) world.problems.report(failure.key, failure.problem, [router]);
  return failures.length === 0 ? valid : [];
}

/** TCP and UDP routers of one kind of entry point. */
export function validEntryPoints(ref: Ref, wanted: readonly Sourced<string>[], declared: Declared, input: Pick<TcpInput, 'entryPoints' | 'states' | 'world'>): readonly string[] {
  const { entryPoints, states, world } = input;
  const udp = ref.protocol === 'udp';
  const exists = (name: string): boolean => entryPoints.list.some((entryPoint) => entryPoint.name === name && entryPoint.udp === udp);
  const valid = wanted.filter(({ value }) => exists(value)).map(({ value }) => value);
  const open = unknownAt(provenance(declared.node).variables, 'entryPoints');
  if (open && valid.length === 0) {
    world.unjudged.add({ needs: 'variables', what: 'entryPoint', name: declared.ref.name, origin: declared.origin, symbol: `${declared.symbol}.entryPoints` });
    return [];
  }
  for (const use of wanted) {
    if (!entryPoints.judged) world.unjudged.add({ needs: 'static', what: 'entryPoint', name: use.value, origin: use.origin, symbol: `${declared.symbol}.entryPoints` });
    if (exists(use.value) || open) continue;
    states.say(ref, `entryPoint ${quoted(use.value)} doesn't exist`, false);
    reportEntryPoint(use, declared, valid.length === 0 ? [ref] : [], entryPoints, world);
  }
  if (valid.length === 0) states.say(ref, 'no valid entryPoint for this router', true);
  return valid;
}

function failuresOf(router: TcpRouter, declared: Declared, input: TcpInput): readonly Failure[] {
  const { world } = input;
  const errors = input.errors.get(refKey(router.ref)) ?? [];
  const rule = router.ruleText.value.text;
  const message = tcpRuleMessage(rule, errors, world.version);
  const ruleFailed = message === undefined ? [] : ruleFailures(declared, errors, message.says);
  const own = (kind: 'service-unknown' | 'tcp-host-without-tls' | 'priority-too-large', says: string, origin: Declared['origin'], path: string): Failure => ({ says, marks: [], key: `${kind}|${refKey(router.ref)}`, problem: ownProblem(declared, kind, says, origin, path) });
  const missing = namesService(router, world) ? [] : [own('service-unknown', 'the service is missing on the router', router.origin, 'service')];
  const options = optionsFailure(router, declared, world);
  const handler = [...options, ...(missing.length > 0 ? [] : tcpServiceFailures(router.service.value, useIn(declared, router.service.origin, 'service'), world)), ...chain(router, declared, world)];
  // The engine looks for these two first, and at nothing else when it finds one.
  if (missing.length > 0 || message?.early === true) return [...missing, ...ruleFailed, ...handler];
  const hosts = hostsIn(rule, 'hostsni') ?? [];
  const out: Failure[] = [];
  if (hosts.length > 0 && router.tls === undefined && hosts[0] !== '*') out.push(own('tcp-host-without-tls', `invalid rule: ${quoted(rule)} , has HostSNI matcher, but no TLS on router`, router.ruleText.origin, 'rule'));
  if (router.priority.value > MAX_PRIORITY) out.push(own('priority-too-large', `the router priority ${String(router.priority.value)} exceeds the max user-defined priority ${String(MAX_PRIORITY)}`, router.priority.origin, 'priority'));
  if (out.length > 0) return [...out, ...handler, ...ruleFailed];
  // Without its TLS options the router is added nonetheless, to turn connections away: its rule is read too.
  return [...foreignHosts(hosts, router, ruleFailed), ...handler, ...(options.length === 0 ? ruleFailed : ruleFailed.map((failure) => ({ ...failure, joins: true })))];
}

/** Hosts of a router that ends TLS are looked at one by one before the rule is: each that is not ASCII is told beside what comes. */
function foreignHosts(hosts: readonly string[], { tls }: TcpRouter, [rule]: readonly Failure[]): readonly Failure[] {
  if (rule === undefined || tls === undefined || tls.passthrough) return [];
  return hosts.filter((host) => !/^[\x00-\x7f]*$/.test(host)).map((host) => ({ ...rule, joins: true, says: `invalid domain name value ${quoted(host)}, non-ASCII characters are not allowed` }));
}

function optionsFailure(router: TcpRouter, declared: Declared, world: World): readonly Failure[] {
  return router.tls === undefined || router.tls.passthrough ? [] : tlsOptionsFailures(router.tls.options, declared, world);
}

function chain(router: TcpRouter, declared: Declared, world: World): readonly Failure[] {
  return router.middlewares.map((ref, index) => ({ ref, use: useIn(declared, ref.origin, `middlewares[${String(index)}]`) })).toReversed().flatMap(({ ref, use }) => {
    if (world.declared.has(refKey(ref.value))) return middlewareFailures(ref.value, world).map((failure) => through(failure, ref.value));
    const failure = dangling(ref.value, use, `middleware ${quotedRef(ref.value)} does not exist`, world);
    return failure === undefined ? [] : [failure];
  });
}

function middlewareFailures(ref: Ref, world: World): readonly Failure[] {
  const declared = world.declared.get(refKey(ref));
  if (declared === undefined) return [];
  const middleware = world.tcpMiddlewares.get(refKey(ref));
  const own = (kind: 'middleware-no-kind' | 'middleware-invalid', says: string, path: string): Failure => ({ says, marks: [], key: `${kind}|${refKey(ref)}|${path}`, problem: { ...ownProblem(declared, kind, says, middleware?.places.get(path) ?? declared.origin, path), subject: path } });
  if (middleware === undefined) return [own('middleware-no-kind', `invalid middleware ${quotedRef(ref)} configuration: invalid middleware type or middleware does not exist`, '')];
  const { spec } = middleware;
  if (spec.kind === 'inFlightConn') return [];
  const old = spec.writtenAs === 'ipWhiteList';
  const path = `${spec.writtenAs}.sourceRange`;
  if (unknownAt(middleware.variables, path)) return [];
  if (spec.sourceRange.length === 0) return [own('middleware-invalid', `sourceRange is empty, ${old ? 'IPWhiteLister' : 'IPAllowLister'} not created`, path)];
  return badRanges(spec.sourceRange).map(({ index, says }) => own('middleware-invalid', `cannot parse ${old ? 'CIDR whitelist' : 'CIDRs'} [${spec.sourceRange.join(' ')}]: ${says}`, `${path}[${String(index)}]`));
}

/** BuildTCP and BuildUDP: they mark a service only for its kinds and for members that do not tell of their health. */
export function tcpServiceFailures(ref: Ref, use: ReturnType<typeof useIn>, world: World, seen: readonly string[] = []): readonly Failure[] {
  const word = ref.protocol === 'udp' ? 'UDP service' : 'service';
  const declared = world.declared.get(refKey(ref));
  if (declared === undefined) {
    const failure = dangling(ref, use, `the ${word} ${quotedRef(ref)} does not exist`, world);
    return failure === undefined ? [] : [failure];
  }
  // The engine does not look for recursion here; a service that contains itself would never end.
  if (seen.includes(refKey(ref))) return [];
  const several = declared.node.entries.has('loadBalancer') && declared.node.entries.has('weighted');
  const own = (kind: 'service-several-kinds' | 'service-no-kind', says: string): readonly Failure[] => [{ says, marks: [ref], key: `${kind}|${refKey(ref)}`, problem: ownProblem(declared, kind, says, declared.origin) }];
  if (several) return own('service-several-kinds', 'cannot create service: multi-types service not supported, consider declaring two different pieces of service instead');
  const service = world.tcpServices.get(refKey(ref));
  if (service === undefined) return own('service-no-kind', `the ${word} ${quotedRef(ref)} does not have any type defined`);
  if (service.spec.kind === 'weighted') {
    const inside = service.spec.services.flatMap(({ service: member }, index) => tcpServiceFailures(member, useIn(declared, service.origin, `weighted.services[${String(index)}].name`), world, [...seen, refKey(ref)]));
    return [...inside, ...deafMembers(service, declared, world)];
  }
  return ref.protocol === 'udp' ? [] : balancerFailures(declared, world);
}

/** A service that follows the health of its members cannot be built over one that has no health check (ran). */
function deafMembers({ ref, spec, origin, places }: TcpService, declared: Declared, world: World): readonly Failure[] {
  if (spec.kind !== 'weighted' || spec.healthCheck !== true || ref.protocol === 'udp') return [];
  const [index = -1] = spec.services.flatMap(({ service: member }, at) => {
    const found = world.tcpServices.get(refKey(member))?.spec;
    return found === undefined || found.healthCheck !== undefined ? [] : [at];
  });
  const member = spec.services[index]?.service;
  if (member === undefined) return [];
  const path = `weighted.services[${String(index)}].name`;
  const written = member.namespace === ref.namespace ? member.name : refName(member);
  const says = `cannot register ${written} as updater for ${ref.name}: healthCheck not enabled in config for this weighted service`;
  return [{ says, marks: [ref], key: `service-invalid|${refKey(ref)}|${path}`, problem: { ...ownProblem(declared, 'service-invalid', says, places.get(path) ?? origin, path), subject: path } }];
}

function balancerFailures(declared: Declared, world: World): readonly Failure[] {
  const balancer = objectAt(declared.node, 'loadBalancer');
  const servers = balancer?.entries.get('servers');
  const service = world.tcpServices.get(refKey(declared.ref));
  if (service?.spec.kind !== 'loadBalancer' || servers?.kind !== 'list' || servers.items.length === 0 || world.version === '2.11') return [];
  const { transport, proxyProtocol } = service.spec;
  if (transport !== undefined && !world.declared.has(refKey(transport.value)) && refName(transport.value) !== 'default@internal') {
    const failure = dangling(transport.value, useIn(declared, transport.origin, 'loadBalancer.serversTransport'), `no transport configuration found for ${quotedRef(transport.value)}`, world);
    return failure === undefined ? [] : [failure];
  }
  if (transport !== undefined || proxyProtocol === undefined || (proxyProtocol >= 1 && proxyProtocol <= 2)) return [];
  const says = `unknown proxyProtocol version: ${integerText(proxyProtocol)}`;
  const leaf = leafAt(objectAt(balancer, 'proxyProtocol'), 'version');
  return [{ says, marks: [], key: `service-invalid|${refKey(declared.ref)}`, problem: { ...ownProblem(declared, 'service-invalid', says, leaf?.origin ?? declared.origin, 'loadBalancer.proxyProtocol.version'), subject: textAt(objectAt(balancer, 'proxyProtocol'), 'version') } }];
}
