import type { Ref, Router } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import type { RuleError } from '../../rule-lang/error.ts';
import type { Sourced } from '../../text/index.ts';
import { unknownAt } from '../convert/places.ts';
import type { EntryPointSet } from '../entry-points.ts';
import { quoted } from '../names.ts';
import type { Declared } from '../types.ts';
import type { Failure } from './failure.ts';
import { chainFailures } from './middlewares.ts';
import { judgeResolver, reportEntryPoint } from './static-names.ts';
import { routerTree, vanishes, type RouterTree } from './router-tree.ts';
import { serviceFailures } from './services.ts';
import { tlsOptionsFailures } from './tls-options.ts';
import { domainsMessage, hostsIn, httpRuleMessage, ruleFailures } from './rules.ts';
import type { RunningRouter } from './split.ts';
import type { States } from './state.ts';
import { namesService, ownProblem, useIn, type World } from './world.ts';

/** The highest priority that users may give: MaxInt64 - 1000. */
const MAX_PRIORITY = 9_223_372_036_854_774_807n;

export interface BuiltRouter {
  readonly running: RunningRouter;
  /** Entry points that serve it; empty when it is disabled. */
  readonly entryPoints: readonly string[];
}

export interface HttpInput {
  readonly running: readonly RunningRouter[];
  readonly declared: ReadonlyMap<string, Declared>;
  readonly errors: ReadonlyMap<string, readonly RuleError[]>;
  readonly entryPoints: EntryPointSet;
  readonly states: States;
  readonly world: World;
}

/** Does with every router what the engine does when it builds its handlers (pkg/server/router/router.go). */
export function buildHttp(input: HttpInput): readonly BuiltRouter[] {
  const routers = routerTree(input.running, input.world);
  const tree: BuiltTree = { ...routers, asked: routers.builtFrom(() => startingRouters(input)), useless: new Map() };
  for (const { ref, router } of input.running) if (!vanishes(router)) input.states.add(ref);
  const built = new Map(tree.inOrder(input.running).flatMap((running) => {
    const declared = input.declared.get(refKey(running.router.ref));
    return declared === undefined ? [] : [[running, buildOne(running, declared, tree, input)] as const];
  }));
  return input.running.flatMap((running) => {
    const entryPoints = built.get(running);
    return entryPoints === undefined ? [] : [{ running, entryPoints }];
  });
}

/** `asked`: those that are built at all; `useless`: children that could not be, with the finding that says why, where there is one. */
interface BuiltTree extends RouterTree {
  readonly asked: ReadonlySet<Router>;
  readonly useless: Map<string, number | undefined>;
}

/** The roots that the engine gets as far as building. */
function startingRouters({ running, entryPoints: { list } }: HttpInput): readonly Router[] {
  const isThere = ({ value }: { readonly value: string }): boolean => list.some(({ name, udp }) => name === value && !udp);
  return running.filter(({ router, entryPoints }) => router.parents.length === 0 && router.priority.value <= MAX_PRIORITY && entryPoints.some(isThere)).map(({ router }) => router);
}

function buildOne(running: RunningRouter, declared: Declared, tree: BuiltTree, input: HttpInput): readonly string[] {
  const { states, world } = input;
  const { router } = running;
  const failures = tree.failuresOf(router);
  const circle = tree.circleOf(router);
  if (circle !== undefined) states.say(running.ref, circle, false);
  if (!vanishes(router)) for (const says of failures) states.say(running.ref, says, true);
  const [failure] = circle === undefined ? failures : [circle, ...failures];
  const cause = failure === undefined ? undefined : report(ofTree(failure, declared, router), router, world);
  if (router.parents.length > 0) {
    if (failure === undefined && tree.asked.has(router)) buildChild(running, declared, tree, input);
    else if (failure === undefined) reportRest(running, declared, tree, input);
    else {
      tree.useless.set(refKey(router.ref), cause);
      reportRest(running, declared, tree, input);
    }
    return [];
  }
  const valid = validEntryPoints(running, declared, input);
  resolverProblem(running, declared, world);
  if (valid.length === 0) {
    reportRest(running, declared, tree, input);
    return [];
  }
  states.use(running.ref, valid);
  if (router.priority.value > MAX_PRIORITY) {
    const says = `the router priority ${String(router.priority.value)} exceeds the max user-defined priority ${String(MAX_PRIORITY)}`;
    states.say(running.ref, says, true);
    report({ says, marks: [], key: `priority-too-large|${refKey(router.ref)}`, problem: { ...ownProblem(declared, 'priority-too-large', says, router.priority.origin, 'priority'), subject: String(router.priority.value) } }, router, world);
    reportRest(running, declared, tree, input);
    return [];
  }
  const built = build(running, declared, tree, input) === undefined;
  tlsWarnings(running, declared, input);
  return built && failure === undefined ? valid : [];
}

function ofTree(says: string, declared: Declared, router: Router, causedBy?: number): Failure {
  return { says, marks: [], key: `parent-invalid|${refKey(router.ref)}`, problem: { ...ownProblem(declared, 'parent-invalid', says, router.parents[0]?.origin ?? router.origin), ...(causedBy === undefined ? {} : { causedBy }) } };
}

/** Built with its parent, for the entry points of that one (buildChildRoutersMuxer). */
function buildChild(running: RunningRouter, declared: Declared, tree: BuiltTree, input: HttpInput): void {
  resolverProblem(running, declared, input.world);
  const problem = build(running, declared, tree, input);
  if (problem !== undefined) tree.useless.set(refKey(running.router.ref), problem);
}

/** A parent without any child that could be built. */
function childrenFailure(declared: Declared, router: Router, tree: BuiltTree): readonly Failure[] {
  const children = tree.childrenOf(router).map(({ ref }) => refKey(ref));
  if (children.length === 0 || !children.every((key) => tree.useless.has(key))) return [];
  const says = `building child routers muxer: no child routers could be added to muxer (${String(children.length)} skipped)`;
  return [ofTree(says, declared, router, tree.useless.get(children[0] ?? ''))];
}

/** The engine gave up before it built anything; what it would meet next is said in the same run. */
function reportRest(running: RunningRouter, declared: Declared, tree: BuiltTree, input: HttpInput): void {
  for (const failure of failuresOf(running, declared, tree, input)) report(failure, running.router, input.world);
}

function failuresOf(running: RunningRouter, declared: Declared, tree: BuiltTree, { errors: all, world }: HttpInput): readonly Failure[] {
  const errors = all.get(refKey(running.router.ref)) ?? [];
  const says = httpRuleMessage(running.router.ruleText.value.text, errors, world.version);
  return [...handlerFailures(running, declared, tree, world), ...(says === undefined ? [] : ruleFailures(declared, errors, says))];
}

/** The first failure is what the engine says; all are reported. Returns the finding of the first one. */
function build(running: RunningRouter, declared: Declared, tree: BuiltTree, input: HttpInput): number | undefined {
  const { world, states } = input;
  const failures = failuresOf(running, declared, tree, input);
  const [first] = failures;
  if (first !== undefined) {
    states.say(running.ref, first.says, true);
    for (const ref of first.marks) states.say(ref, markText(first, ref), true);
  }
  const [told] = failures.map((failure) => report(failure, running.router, world));
  return told;
}

/** A member of a weighted service is marked with its own words, its holders with theirs; all end alike. */
function markText(failure: Failure, ref: Ref): string {
  const own = failure.marks[0];
  return own !== undefined && refKey(own) === refKey(ref) ? (failure.problem.engineSays ?? failure.says) : failure.says;
}

function report(failure: Failure, router: Router, world: World): number {
  return world.problems.report(failure.key, failure.problem, [router.ref]);
}

/** TLS options, service, middlewares: in this order. */
function handlerFailures(running: RunningRouter, declared: Declared, tree: BuiltTree, world: World): readonly Failure[] {
  const { router } = running;
  noteVariables(router, declared, world);
  const isParent = tree.childrenOf(router).length > 0;
  const service = isParent ? childrenFailure(declared, router, tree) : namesService(router, world) ? serviceFailures(router.service.value, useIn(declared, router.service.origin, 'service'), [], world) : withoutService(declared, router, world);
  const known = running.middlewares.filter(({ index, entryPoint }) => entryPoint !== undefined || !unknownAt(router.variables, `middlewares[${String(index)}]`));
  const chain = chainFailures(known.map(({ ref }) => ref), (index, ref) => middlewareUse(known[index], ref.origin, declared), [], world, serviceFailures);
  return [...optionsFailure(running, declared, world), ...(unknownAt(router.variables, 'service') ? [] : service), ...chain];
}

/** References that still hold a variable are not judged. */
function noteVariables(router: Router, declared: Declared, world: World): void {
  for (const [path, { unset }] of router.variables) {
    const what = /^(service|middlewares|entryPoints)(?:\[|$)/.exec(path)?.[1];
    const origin = router.places.get(path) ?? router.origin;
    if (what !== undefined && unset.length > 0) world.unjudged.add({ needs: 'variables', what: WHAT[what] ?? what, name: unset.join(' '), origin, symbol: `${declared.symbol}.${path}` });
  }
}

const WHAT: Readonly<Record<string, string | undefined>> = { middlewares: 'middleware', entryPoints: 'entryPoint' };

function withoutService(declared: Declared, router: Router, { version }: World): readonly Failure[] {
  return [ofTree(version === '2.11' ? 'the service is missing on the router' : 'router must have either a service or child routers', declared, router)];
}

function middlewareUse(middleware: RunningRouter['middlewares'][number] | undefined, origin: Declared['origin'], declared: Declared): ReturnType<typeof useIn> {
  if (middleware?.entryPoint !== undefined) return { origin, symbol: `entryPoints.${middleware.entryPoint}.http.middlewares[${String(middleware.index)}]`, container: undefined };
  return useIn(declared, origin, `middlewares[${String(middleware?.index ?? 0)}]`);
}

function optionsFailure(running: RunningRouter, declared: Declared, world: World): readonly Failure[] {
  if (running.tls === undefined || unknownAt(running.router.variables, 'tls.options')) return [];
  return tlsOptionsFailures(running.tls.options, declared, world, 'building router handler: ');
}

const NONE: readonly never[] = [];

function validEntryPoints(running: RunningRouter, declared: Declared, { entryPoints, states, world }: HttpInput): readonly string[] {
  const { router } = running;
  const isThere = ({ value }: Sourced<string>): boolean => entryPoints.list.some(({ name, udp }) => name === value && !udp);
  const there = running.entryPoints.every(isThere) ? running.entryPoints : running.entryPoints.filter(isThere);
  const valid = there.map(({ value }) => value);
  if (!entryPoints.judged && router.entryPoints !== 'default') {
    for (const use of running.entryPoints) world.unjudged.add({ needs: 'static', what: 'entryPoint', name: use.value, origin: use.origin, symbol: `${declared.symbol}.entryPoints` });
  }
  const missing = there.length === running.entryPoints.length || unknownAt(router.variables, 'entryPoints') ? NONE : running.entryPoints.filter((use) => !isThere(use));
  for (const use of missing) {
    states.say(running.ref, `entryPoint ${quoted(use.value)} doesn't exist`, false);
    reportEntryPoint(use, declared, valid.length === 0 ? [router.ref] : [], entryPoints, world);
  }
  if (valid.length === 0 && router.parents.length === 0 && !unknownAt(router.variables, 'entryPoints')) states.say(running.ref, 'no valid entryPoint for this router', true);
  return valid;
}

/** An unknown resolver costs nothing but the certificate: the default one is served (ran). */
function resolverProblem(running: RunningRouter, declared: Declared, world: World): void {
  const resolver = running.tls?.resolver;
  if (resolver !== undefined && !unknownAt(running.router.variables, 'tls.certResolver')) judgeResolver(resolver, declared, world);
}

/** What the engine finds while it maps hosts to TLS options (pkg/server/router/tcp/manager.go). */
function tlsWarnings(running: RunningRouter, declared: Declared, input: HttpInput): void {
  const { errors, states, world } = input;
  if (running.tls === undefined) return;
  const rule = running.router.ruleText.value.text;
  const says = domainsMessage(rule, errors.get(refKey(running.router.ref)) ?? [], world.version);
  if (says !== undefined) {
    states.say(running.ref, says, true);
    return;
  }
  const hosts = hostsIn(rule, 'host') ?? [];
  const options = running.tls.options === undefined ? 'default' : refName(running.tls.options.value);
  const lost = hosts.length === 0 && options !== 'default' ? `no domain found in rule ${rule}, the TLS option ${options} cannot be applied`
    : hosts.length > 0 && running.options !== options ? "router's TLSOptions configuration is conflicting with other routers on the same entrypoint and host, default TLS options will be used instead" : undefined;
  if (lost === undefined) return;
  states.say(running.ref, lost, false);
  if (running.tls.options !== undefined) reportLost(running, running.tls.options, hosts, lost, declared, input);
}

/** The options that a router asks for are in force for nobody; a router with the default ones keeps what it has. */
function reportLost({ router, entryPoints }: RunningRouter, options: Sourced<Ref>, hosts: readonly string[], says: string, declared: Declared, input: HttpInput): void {
  if (unknownAt(router.variables, 'tls.options')) return;
  const ports = new Set(entryPoints.map(({ value }) => value));
  const rivals = input.running.filter((other) => {
    const theirs = other.tls?.options === undefined ? 'default' : refName(other.tls.options.value);
    return other.tls !== undefined && theirs !== refName(options.value) && other.entryPoints.some(({ value }) => ports.has(value)) && (hostsIn(other.router.ruleText.value.text, 'host') ?? []).some((host) => hosts.includes(host));
  });
  const related = [...new Set(rivals.map((other) => other.router.ruleText.origin))];
  input.world.problems.report(`tls-options-lost|${refKey(router.ref)}`, { ...ownProblem(declared, 'tls-options-lost', says, options.origin, 'tls.options'), subject: refName(options.value), context: hosts.length === 0 ? 'host' : 'clash', loss: 'requests', ...(related.length === 0 ? {} : { related }) });
}
