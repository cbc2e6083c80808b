import type { TcpEndpoint, TcpRoute, TcpService, UdpRoute } from '../../ir/index.ts';
import { BLANK, block, comment, directive, literal, template, variable, type Statement, type Word } from './plan.ts';
import type { Sheet } from './sheet.ts';
import { isAddress } from './ip-range.ts';
import { address, isFixed, placeOf, scaled, type Share } from './upstreams.ts';

/** Where a TCP or UDP router's connections go. */
export interface StreamPool {
  /** What a map says, when it chooses. */
  readonly word: Word;
  /** Directives of a server that always goes there. */
  readonly use: readonly Statement[];
  /** Several endpoints in one block: nginx would go on to the next one. */
  readonly several?: true;
}

/**
 * Whether a port goes to names, or to this machine: who cannot be reached at one of their addresses is looked for at the others, as Go
 * does. nginx says that for a port and not for a pool, so no pool of such a port may hold more than one endpoint.
 */
export function isDrawnFrom(routes: readonly (TcpRoute | UdpRoute)[]): boolean {
  return routes.some(({ service, members }) => [service, ...members].some(({ spec }) => spec.kind === 'loadBalancer' && spec.endpoints.some(({ host }) => !isAddress(host))));
}

/** Undefined = nobody is there: the connection is closed. `drawn`: chance chooses between several endpoints, one alone is asked. */
export function streamPool(sheet: Sheet, { service, members, router }: TcpRoute | UdpRoute, drawn: boolean): StreamPool | undefined {
  const leaves = scaled<TcpEndpoint>(shares(service, members));
  const [first, second] = leaves;
  if (first === undefined) return undefined;
  if (second === undefined && !isFixed(first.endpoint.host)) return lateName(sheet, router.name, first.endpoint);
  if (second !== undefined && drawn) return split(sheet, router.name, leaves);
  const name = sheet.names.pick(router.name);
  const servers = leaves.map(({ endpoint, weight }) => directive('server', literal(address(endpoint)), ...(weight === 1 ? [] : [`weight=${String(weight)}`]), 'max_fails=0'));
  sheet.add(`upstream ${name}`, [BLANK, block(['upstream', name], servers)]);
  return { word: template(name), use: [directive('proxy_pass', name)], ...(second === undefined ? {} : { several: true }) };
}

/** A name is looked up for each connection, so that one stopped app does not stop nginx. */
function lateName(sheet: Sheet, wish: string, endpoint: TcpEndpoint): StreamPool {
  const held = sheet.names.pick(`gw_${wish}`);
  const word = template(address(endpoint));
  return { word, use: [directive('set', template(variable(held)), word), directive('proxy_pass', template(variable(held)))] };
}

function split(sheet: Sheet, wish: string, leaves: readonly { readonly endpoint: TcpEndpoint; readonly weight: number }[]): StreamPool {
  const name = sheet.names.pick(`gw_endpoint_${wish}`);
  const total = leaves.reduce((sum, { weight }) => sum + weight, 0);
  const entries = leaves.map(({ endpoint, weight }, index) => directive(index === leaves.length - 1 ? '*' : `${String(Math.round((weight / total) * 10_000) / 100)}%`, literal(placeOf(sheet, endpoint))));
  const source = template(variable('remote_addr'), ':', variable('remote_port'), ':', variable('msec'));
  sheet.add(`split ${name}`, [BLANK, comment('the share of each endpoint'), block(['split_clients', source, template(variable(name))], entries)]);
  return { word: template(variable(name)), use: [directive('proxy_pass', template(variable(name)))] };
}

/** Endpoints with their shares; members of a weighted service one level deep. */
function shares(service: TcpService, members: readonly TcpService[]): readonly Share<TcpEndpoint>[] {
  const { spec } = service;
  if (spec.kind === 'loadBalancer') return spec.endpoints.map((endpoint) => ({ endpoint, over: 1, under: spec.endpoints.length }));
  const used = spec.services.flatMap(({ weight }, index) => {
    const member = members[index];
    return member === undefined || weight <= 0 ? [] : [{ weight, inner: shares(member, []) }];
  });
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  return used.flatMap(({ weight, inner }) => inner.map(({ endpoint, over, under }) => ({ endpoint, over: over * weight, under: under * total })));
}
