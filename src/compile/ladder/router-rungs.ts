import { refKey, refName } from '../../ir/index.ts';
import type { Problem, Router } from '../../ir/index.ts';
import type { ResolvedGateway } from '../../resolve/index.ts';
import type { Loaded } from '../types.ts';
import { isOf, rungAt } from './container-rungs.ts';
import type { LadderInput } from './ladder.ts';
import type { Rung } from './rung.ts';
import { said } from './said.ts';
import type { Subject } from './subject.ts';

/** What the engine makes of the router, and where it listens. */
export function routerRungs(subject: Subject, input: LadderInput, resolved: ResolvedGateway): readonly Rung[] {
  const { loaded } = input;
  const { entity } = subject;
  if (entity === undefined) return [missing(subject, resolved, loaded)];
  const state = resolved.gateway.states.find(({ ref }) => refKey(ref) === refKey(entity.ref));
  if (state?.status === 'disabled' || state?.status === 'dropped') return [disabled(entity, state.status, state.reasons, resolved, loaded)];
  return [rungAt('router', 'ok', 'enabled', loaded, entity.origin), entryPoint(entity, input, state?.using ?? []), tls(entity, input), service(entity, input, resolved)];
}

/** Its container is not served, or the merge or the provider made nothing of it. */
function missing({ name, container, origin }: Subject, { problems, gateway }: ResolvedGateway, loaded: Loaded): Rung {
  const named = problems.find((problem) => name !== undefined && [problem.ref, ...(problem.loses ?? [])].some((ref) => ref?.kind === 'router' && ref.name.toLowerCase() === name.toLowerCase()));
  const own = named ?? (container === undefined ? undefined : problems.find((problem) => problem.loss === 'router' && isOf(problem, container)));
  const fate = gateway.fates.find((one) => one.container === container)?.fate;
  if (fate !== undefined && fate.kind !== 'served') return rungAt('router', 'waiting', 'not made: its container is not served', loaded, origin);
  return rungAt('router', 'failed', own === undefined ? 'the engine makes no router of these labels' : said(own, loaded), loaded, own?.origin ?? origin);
}

function disabled({ ref, origin }: Router, status: string, reasons: readonly string[], { problems }: ResolvedGateway, loaded: Loaded): Rung {
  const problem = causeOf(problems, problems.find((one) => one.loss === 'router' && [one.ref, ...(one.loses ?? [])].some((lost) => lost !== undefined && refKey(lost) === refKey(ref))));
  const text = problem === undefined ? reasons.join('; ') : said(problem, loaded);
  return rungAt('router', 'failed', `${status}: ${text === '' ? 'the engine gives no reason' : text}`, loaded, problem?.origin ?? origin);
}

/** What a problem only follows from. */
function causeOf(problems: readonly Problem[], problem: Problem | undefined): Problem | undefined {
  const cause = problem?.causedBy === undefined ? undefined : problems[problem.causedBy];
  return cause === undefined || cause === problem ? problem : causeOf(problems, cause);
}

function entryPoint(router: Router, { probe, loaded }: LadderInput, using: readonly string[]): Rung {
  const origin = router.entryPoints === 'default' ? router.origin : (router.entryPoints[0]?.origin ?? router.origin);
  if (using.includes(probe.entryPoint)) return rungAt('entry point', 'ok', probe.entryPoint, loaded, origin);
  return rungAt('entry point', 'failed', `it listens on ${using.length === 0 ? 'no entry point' : using.join(', ')}, the request comes in at ${probe.entryPoint}`, loaded, origin);
}

function tls(router: Router, { probe, routing, loaded }: LadderInput): Rung {
  const wanted = probe.tls !== false;
  const listener = routing.listeners.find((one) => one.entryPoint.name === probe.entryPoint);
  const isHere = (routes: readonly { readonly router: Router['ref'] }[] | undefined): boolean => routes?.some((route) => refKey(route.router) === refKey(router.ref)) === true;
  const has = { plain: isHere(listener?.plain), tls: isHere(listener?.tls) };
  const origin = router.tls?.origin ?? router.origin;
  if (wanted ? has.tls : has.plain) return rungAt('TLS', 'ok', wanted ? 'yes' : 'no, as the request', loaded, origin);
  if (!has.plain && !has.tls) return rungAt('TLS', 'unseen', 'it is not on this entry point', loaded);
  return rungAt('TLS', 'failed', wanted ? 'it has no TLS, so it takes plain HTTP only' : 'it has TLS, so it takes HTTPS only', loaded, origin);
}

function service(router: Router, { decision, loaded }: LadderInput, { gateway }: ResolvedGateway): Rung {
  const { value, origin } = router.service;
  const found = gateway.services.find(({ ref }) => refKey(ref) === refKey(value));
  if (found === undefined) return rungAt('service', 'unseen', `${refName(value)} is not declared here`, loaded, origin);
  const state = gateway.states.find(({ ref }) => refKey(ref) === refKey(value));
  if (state?.status === 'disabled' || state?.status === 'dropped') return rungAt('service', 'failed', `${refName(value)} is ${state.status}: ${state.reasons.join('; ')}`, loaded, found.origin);
  const isEmpty = decision.kind === 'forward' && refKey(decision.service) === refKey(value) && decision.endpoints.length === 0;
  return isEmpty ? rungAt('service', 'failed', `${refName(value)} has no server: every request is answered with 503`, loaded, found.origin) : rungAt('service', 'ok', refName(value), loaded, found.origin);
}
