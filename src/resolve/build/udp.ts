import type { UdpRouter } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import type { EntryPointSet } from '../entry-points.ts';
import type { Declared } from '../types.ts';
import { reportNoUdp } from './static-names.ts';
import type { States } from './state.ts';
import { settle, tcpServiceFailures, validEntryPoints } from './tcp.ts';
import { namesService, ownProblem, useIn, type World } from './world.ts';

export interface BuiltUdp {
  readonly router: UdpRouter;
  readonly entryPoints: readonly string[];
}
export interface UdpInput {
  readonly routers: readonly UdpRouter[];
  readonly declared: ReadonlyMap<string, Declared>;
  readonly entryPoints: EntryPointSet;
  readonly states: States;
  readonly world: World;
}

/** pkg/server/router/udp: no rules; a router that names no entry point serves all UDP ones (ran), since they are never default elsewhere. */
export function buildUdp(input: UdpInput): readonly BuiltUdp[] {
  return input.routers.flatMap((router) => {
    const declared = input.declared.get(refKey(router.ref));
    return declared === undefined ? [] : [{ router, entryPoints: buildOne(router, declared, input) }];
  });
}

function buildOne(router: UdpRouter, declared: Declared, input: UdpInput): readonly string[] {
  const { states, world } = input;
  states.add(router.ref);
  const all = input.entryPoints.list.filter(({ udp }) => udp).map(({ name }) => ({ value: name, origin: router.origin }));
  const valid = validEntryPoints(router.ref, router.entryPoints.length === 0 ? all : router.entryPoints, declared, input);
  if (router.entryPoints.length === 0 && all.length === 0 && input.entryPoints.judged) reportNoUdp(declared, world);
  const missing = !namesService(router, world);
  const says = 'the service is missing on the udp router';
  const failures = missing
    ? [{ says, marks: [], key: `service-unknown|${refKey(router.ref)}`, problem: ownProblem(declared, 'service-unknown', says, router.origin, 'service') }]
    : tcpServiceFailures(router.service.value, useIn(declared, router.service.origin, 'service'), world);
  return settle(router.ref, failures, valid, input);
}
