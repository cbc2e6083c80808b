import type { TcpEndpoint, TcpRoute, TcpService, UdpRoute } from '../../ir/index.ts';
import { BLANK, block, comment, directive, literal, template, variable, type Statement, type Word } from './plan.ts';
import type { Sheet } from './sheet.ts';
import { address, isFixed, scaled, type Share } from './upstreams.ts';
import { atLeast } from './version.ts';

/** Where a TCP or UDP router's connections go. */
export interface StreamPool {
  /** What a map says, when it chooses. */
  readonly word: Word;
  /** Directives of a server that always goes there. */
  readonly use: readonly Statement[];
}

/** Undefined = nobody is there: the connection is closed. */
export function streamPool(sheet: Sheet, { service, members, router }: TcpRoute | UdpRoute, version: string): StreamPool | undefined {
  const leaves = scaled<TcpEndpoint>(shares(service, members));
  const [first, second] = leaves;
  if (first === undefined) return undefined;
  const fixed = leaves.every(({ endpoint }) => isFixed(endpoint.host));
  if (!fixed && second === undefined) return lateName(sheet, router.name, first.endpoint);
  if (!fixed && !atLeast(version, '1.27.3')) return split(sheet, router.name, leaves);
  const name = sheet.names.pick(router.name);
  const servers = leaves.map(({ endpoint, weight }) => directive('server', literal(address(endpoint)), ...(weight === 1 ? [] : [`weight=${String(weight)}`]), 'max_fails=0', ...(isFixed(endpoint.host) ? [] : ['resolve'])));
  sheet.add(`upstream ${name}`, [BLANK, block(['upstream', name], [...(fixed ? [] : [directive('zone', name, '64k')]), ...servers])]);
  return { word: template(name), use: [directive('proxy_pass', name)] };
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
  const entries = leaves.map(({ endpoint, weight }, index) => directive(index === leaves.length - 1 ? '*' : `${String(Math.round((weight / total) * 10_000) / 100)}%`, literal(address(endpoint))));
  const source = template(variable('remote_addr'), ':', variable('remote_port'), ':', variable('msec'));
  sheet.add(`split ${name}`, [BLANK, comment('names are looked up for each connection: the share is chosen here'), block(['split_clients', source, template(variable(name))], entries)]);
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
