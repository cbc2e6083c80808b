import { aimAt, encoded } from './aim.ts';
import type { Aim } from './aim.ts';
import { chance, pick, type Draw } from './draw.ts';
import { hostileFields, hostileHost, hostileTarget } from './hostile.ts';
import { ENTRY_POINTS } from './spec.ts';
import type { GatewaySpec, RouterSpec } from './spec.ts';
import { FIELDS, HOSTS, OTHER_HOSTS, PARAMETERS, PATHS, PREFIXES, RANGES, SENT_METHODS } from './words.ts';

/** Requests for a gateway, in the words of the case table: most aim at a router, many of them with something odd in them. */
export function drawRequests(draw: Draw, spec: GatewaySpec, count: number): readonly string[] {
  return Array.from({ length: count }, () => drawRequest(draw, spec));
}

interface Parts {
  readonly method: string;
  readonly entryPoint: string;
  readonly tls: boolean;
  readonly host: string;
  readonly target: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly clientIp?: string;
  readonly body?: string;
}

function drawRequest(draw: Draw, spec: GatewaySpec): string {
  if (chance(draw, 4)) return print(withOddities(draw, anywhere(draw, spec), spec));
  const router = pick(draw, spec.routers);
  return print(withOddities(draw, partsOf(draw, aimAt(draw, router.rule), router, spec), spec));
}

function partsOf(draw: Draw, aim: Aim, router: RouterSpec, spec: GatewaySpec): Parts {
  const method = aim.method ?? pick(draw, SENT_METHODS);
  const path = aim.path ?? (chance(draw, 50) ? pick(draw, PATHS) : `${encoded(pick(draw, PREFIXES))}${pick(draw, ['', '/x', 'y/z'])}`);
  const onTls = router.tls !== chance(draw, 4);
  const clientIp = aim.clientIp ?? (chance(draw, 12) ? pick(draw, RANGES.flatMap(({ hits }) => hits)) : undefined);
  return {
    method, tls: onTls && spec.profile === 'tls', entryPoint: entryPointOf(draw, router, spec), host: aim.host ?? pick(draw, HOSTS).replace(/\.$/, ''),
    target: `${path.startsWith('/') ? path : `/${path}`}${queryOf(draw, aim)}`, fields: aim.fields,
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(['POST', 'PUT', 'PATCH'].includes(method) && chance(draw, 60) ? { body: pick(draw, ['x', 'short', 'exactly-10', 'much longer than ten bytes']) } : {}),
  };
}

function entryPointOf(draw: Draw, { entryPoints, tls }: RouterSpec, { profile }: GatewaySpec): string {
  const known = entryPoints.length > 0 ? entryPoints : ENTRY_POINTS[profile];
  if (chance(draw, 4)) return pick(draw, ENTRY_POINTS[profile]);
  return profile === 'tls' && entryPoints.length === 0 ? (tls ? 'websecure' : 'web') : pick(draw, known);
}

function queryOf(draw: Draw, { parameters }: Aim): string {
  const { name, values } = pick(draw, PARAMETERS);
  const more: readonly (readonly [string, string | undefined])[] = chance(draw, 12) ? [[name, pick(draw, values)]] : [];
  const all = chance(draw, 50) ? [...parameters, ...more] : [...more, ...parameters];
  if (all.length === 0) return '';
  return `?${all.map(([key, value]) => (value === undefined ? `${encodeURIComponent(key)}${pick(draw, ['', '='])}` : `${encodeURIComponent(key)}=${escapedValue(draw, value)}`)).join('&')}`;
}

function escapedValue(draw: Draw, value: string): string {
  const escaped = encodeURIComponent(value);
  return chance(draw, 40) ? escaped.replaceAll('%20', '+') : escaped;
}

/** A request that has no router in mind. */
function anywhere(draw: Draw, spec: GatewaySpec): Parts {
  const service = pick(draw, spec.services);
  return { method: pick(draw, SENT_METHODS), entryPoint: pick(draw, ENTRY_POINTS[spec.profile]), tls: false, host: chance(draw, 50) ? `${service.name}-case` : pick(draw, OTHER_HOSTS), target: pick(draw, PATHS), fields: [] };
}

function withOddities(draw: Draw, parts: Parts, spec: GatewaySpec): Parts {
  const { name, values } = pick(draw, FIELDS);
  const more: readonly (readonly [string, string])[] = chance(draw, 10) ? [[name, pick(draw, values)]] : [];
  return {
    ...parts,
    host: chance(draw, 5) ? hostileHost(draw, parts.host) : parts.host,
    target: chance(draw, spec.unusual === true ? 45 : 26) ? hostileTarget(draw, parts.target) : parts.target,
    fields: [...parts.fields, ...more, ...hostileFields(draw, spec)],
  };
}

function print({ method, entryPoint, tls, host, target, fields, clientIp, body }: Parts): string {
  const place = `${tls ? 'https:' : ''}${entryPoint === 'web' ? '' : `${entryPoint}:`}${host}`;
  const from = clientIp === undefined ? '' : ` from ${clientIp}`;
  const asked = fields.some(([name]) => name === 'Access-Control-Request-Method') ? 'OPTIONS' : method;
  // No client sends the dot at the end of a host, or its port, as a server name.
  const sni = tls && host.includes('.') && /\.$/.test(host.replace(/:\d*$/, '')) ? [`sni: ${host.replace(/:\d*$/, '').replace(/\.+$/, '')}`] : [];
  return [`${asked} ${place} ${target}${from}`, ...sni, ...fields.map(([name, value]) => `${name}: ${value}`), ...(body === undefined ? [] : [`body: ${body}`])].join(' | ');
}
