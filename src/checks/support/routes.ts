import type { Route } from '../../ir/index.ts';
import type { ResolvedGateway } from '../rule.ts';
import { casesOf, hostsOf } from './overlap.ts';
import type { Case } from './overlap.ts';

/** The routes that are asked one after the other: those of one entry point, with TLS or without. */
export interface Lane {
  readonly entryPoint: string;
  readonly scheme: 'http' | 'https';
}

/** Two routes of one lane, in the order in which they are asked, that have a host in common or may have one. */
export interface Pair {
  readonly lane: Lane;
  readonly earlier: Route;
  readonly later: Route;
}

interface Prepared {
  readonly route: Route;
  readonly cases: readonly Case[] | undefined;
}

/** All pairs that could meet; routes that are bound to different hosts are never compared. */
export function neighbours(resolved: ResolvedGateway): readonly Pair[] {
  return resolved.routing.listeners.flatMap(({ entryPoint, plain, tls }) => [
    ...pairs(plain, { entryPoint: entryPoint.name, scheme: 'http' }),
    ...pairs(tls, { entryPoint: entryPoint.name, scheme: 'https' }),
  ]);
}

function pairs(routes: readonly Route[], lane: Lane): readonly Pair[] {
  const byHost = new Map<string, Prepared[]>();
  const anywhere: Prepared[] = [];
  const all: Prepared[] = [];
  const out: Pair[] = [];
  for (const route of routes.filter((one) => !one.synthetic)) {
    const prepared = { route, cases: casesOf(route.rule) };
    const hosts = hostsOf(prepared.cases);
    const before = hosts === undefined ? all : [...anywhere, ...[...hosts].flatMap((host) => byHost.get(host) ?? [])];
    for (const other of new Set(before)) out.push({ lane, earlier: other.route, later: route });
    all.push(prepared);
    if (hosts === undefined) anywhere.push(prepared);
    else for (const host of hosts) byHost.set(host, [...(byHost.get(host) ?? []), prepared]);
  }
  return out;
}
