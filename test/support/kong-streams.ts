import { parseTcpRule } from '../../src/rule-lang/index.ts';
import { known } from '../../src/text/index.ts';
import type { EntryPoint, Listener, RouterTls, TcpRoute, TcpService } from '../../src/ir/index.ts';
import { entryPointOf } from '../runtime/routing-of.ts';
import { origins } from './routing-builder.ts';

const ORIGIN = origins.default('streams');

export interface TcpInput {
  readonly name: string;
  readonly rule: string;
  readonly to: readonly string[] | TcpService;
  readonly members?: readonly TcpService[];
  readonly tls?: 'ends' | 'passes';
  readonly allow?: readonly string[];
}

export function tcpService(name: string, to: readonly string[]): TcpService {
  const endpoints = to.map((address) => {
    const colon = address.lastIndexOf(':');
    return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)), tls: false, origin: ORIGIN };
  });
  return { ref: { protocol: 'tcp', kind: 'service', name, namespace: 'file' }, spec: { kind: 'loadBalancer', endpoints }, origin: ORIGIN, places: new Map(), variables: new Map(), symbol: `db/${name}` };
}

/** TCP routers of one entry point, in the order of asking. */
export function tcpListener(entryPoint: Partial<EntryPoint> & { readonly name: string }, ...routers: readonly TcpInput[]): Listener {
  return { entryPoint: { ...entryPointOf(entryPoint.name), ...entryPoint }, plain: [], tls: [], tcp: routers.map(routeOf) };
}

export function udpListener(entryPoint: Partial<EntryPoint> & { readonly name: string }, name: string, to: readonly string[]): Listener {
  const service = tcpService(name, to);
  const router = { protocol: 'udp', kind: 'router', name, namespace: 'file' } as const;
  return { entryPoint: { ...entryPointOf(entryPoint.name), udp: true, ...entryPoint }, plain: [], tls: [], tcp: [], udp: { router, service, members: [], origin: ORIGIN, symbol: `db/${name} traefik.udp.routers.${name}` } };
}

function routeOf({ name, rule, to, members = [], tls, allow }: TcpInput, rank: number): TcpRoute {
  const parsed = parseTcpRule({ value: known(rule), origin: ORIGIN }, 'v3', '3.7', origins);
  if (parsed.rule === undefined) throw new Error(`bad rule ${rule}`);
  const own: RouterTls = { domains: [], passthrough: tls === 'passes', origin: ORIGIN };
  const symbol = `db/${name} traefik.tcp.routers.${name}`;
  const chain = allow === undefined ? [] : [{ ref: { protocol: 'tcp', kind: 'middleware', name: 'near', namespace: 'file' } as const, spec: { kind: 'ipAllowList', sourceRange: allow, writtenAs: 'ipAllowList' } as const, origin: ORIGIN, places: new Map(), variables: new Map(), symbol }];
  return {
    router: { protocol: 'tcp', kind: 'router', name, namespace: 'file' }, rule: parsed.rule, ruleText: rule, rank, priority: BigInt(100 - rank), tiedWith: [], chain,
    service: 'ref' in to ? to : tcpService(name, to), members, origin: ORIGIN, symbol, ...(tls === undefined ? {} : { tls: own }),
  };
}
