import type { Endpoint, LoadBalancer, ResolvedService, TcpEndpoint } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import { absencesOf, isChecked } from './health.ts';
import { isAddress } from './ip-range.ts';
import { BLANK, block, comment, directive, literal, template, variable, type Part, type Statement, type Word } from './plan.ts';
import type { Sheet } from './sheet.ts';
import { stickyChoice, urlOf, type Member } from './sticky.ts';
import { bracketed } from '../../text/index.ts';
import { atLeast } from './version.ts';

/** Where requests of a service go. */
export interface Pool {
  /** `http`, `https` or `h2c`. */
  readonly scheme: string;
  /** What stands behind `proxy_pass scheme://`. */
  readonly target: readonly Part[];
  /** Directives that the location needs before it proxies. */
  readonly before: readonly Statement[];
  /** The load balancer whose settings hold for all of them. */
  readonly settings: ResolvedService;
  /** The only address, where there is one. */
  readonly only?: string;
  /** Of several endpoints, or the addresses of this machine, one that cannot be reached gives way to another one. */
  readonly checked?: true;
  /** What Set-Cookie says to a client that is new here. */
  readonly cookie?: Word;
}

/** What the location of a pool says of who cannot be reached. */
export function givesWay({ checked }: Pool): readonly Statement[] {
  return checked === true ? [directive('proxy_next_upstream', 'error', 'timeout')] : [];
}

interface Leaf {
  readonly endpoint: Endpoint;
  /** Share, a whole number. */
  readonly weight: number;
}

/** The pool of a service; undefined when nothing is in it: 503. Each pool is written once. */
export function poolOf(sheet: Sheet, resolved: ResolvedService, version: string, pools: Map<string, Pool | undefined>): Pool | undefined {
  const key = refKey(resolved.service.ref);
  if (pools.has(key)) return pools.get(key);
  const pool = makePool(sheet, resolved, version);
  pools.set(key, pool);
  return pool;
}

function makePool(sheet: Sheet, resolved: ResolvedService, version: string): Pool | undefined {
  const leaves = leavesOf(resolved);
  const [first] = leaves;
  const settings = firstBalancer(resolved);
  if (first === undefined || settings === undefined) return undefined;
  const isLocal = leaves.some(({ endpoint }) => endpoint.host === LOCAL);
  const only = leaves.length === 1 && !isLocal ? address(first.endpoint) : undefined;
  const scheme = ['https', 'h2c'].includes(first.endpoint.scheme) ? first.endpoint.scheme : 'http';
  const shared = { scheme, settings, ...(only === undefined ? {} : { only }), ...(isLocal ? { checked: true as const } : {}) };
  const { name } = resolved.service.ref;
  const { spec } = resolved.service;
  if (spec.kind === 'loadBalancer' && spec.sticky !== undefined) {
    const places = leaves.map(({ endpoint, weight }) => ({ text: placeOf(sheet, endpoint), url: urlOf(endpoint), weight }));
    const members = places.map(({ text, url }) => ({ address: text, url }));
    const choice = stickyChoice(sheet, spec.sticky, members, members.length === 1 ? (members[0]?.address ?? '') : variable(split(sheet, name, places)));
    return { ...shared, before: [], target: [choice.target], cookie: choice.cookie };
  }
  if (spec.kind === 'weighted' && spec.sticky !== undefined) {
    const members = stickyMembers(sheet, resolved, version);
    const [one, ...more] = members;
    const choice = stickyChoice(sheet, spec.sticky, members.map(({ member }) => member), one === undefined || more.length === 0 ? (one?.member.address ?? '') : variable(split(sheet, name, members.map(({ member, weight }) => ({ text: member.address, weight })))));
    return { ...shared, before: [], target: [choice.target], cookie: choice.cookie };
  }
  // Without a block of its own: nginx walks through all blocks when it reads the pool of a request from a variable.
  if (only !== undefined && isAddress(first.endpoint.host)) return { ...shared, before: [], target: [only] };
  if (only !== undefined) return { ...shared, before: [directive('set', template(variable('gw_endpoint')), sheet.text(only))], target: [variable('gw_endpoint')] };
  if (isDrawn(leaves.map(({ endpoint }) => endpoint), resolved, version)) return { ...shared, before: [], target: [variable(split(sheet, name, leaves.map(({ endpoint, weight }) => ({ text: placeOf(sheet, endpoint), weight }))))] };
  const fixed = leaves.every(({ endpoint }) => isFixed(endpoint.host));
  return { ...shared, before: [], target: [upstream(sheet, resolved, leaves, fixed ? [] : ['resolve'])], ...(isChecked(resolved) ? { checked: true } : {}) };
}

/** This machine, by up to two addresses: who is not to be found at one is asked at the other, as Go does. In a variable nginx would ask DNS for it. */
export const LOCAL = 'localhost';

/** Known when nginx starts: an address, or this machine. Other names are looked up late, so that one stopped app does not stop nginx. */
export function isFixed(host: string): boolean {
  return host === LOCAL || isAddress(host);
}

/**
 * Whether chance chooses between the endpoints, and nginx asks the chosen one alone. Before 1.27.3 it looks up one name per request.
 * On this machine the two addresses of an endpoint stand in a block, in which those of another one would be asked too: Traefik
 * answers 502 where the one whose turn it is cannot be reached (ran on 3.7.15).
 */
export function isDrawn(endpoints: readonly Endpoint[], resolved: ResolvedService, version: string): boolean {
  if (endpoints.length < 2) return false;
  if (endpoints.some(({ host }) => !isFixed(host)) && !atLeast(version, '1.27.3')) return true;
  return endpoints.some(({ host }) => host === LOCAL) && !isChecked(resolved);
}

/** What a variable may say of an endpoint: its address, or the block with the addresses that it has on this machine. */
export function placeOf(sheet: Sheet, endpoint: Endpoint | TcpEndpoint): string {
  if (endpoint.host !== LOCAL) return address(endpoint);
  const picked = sheet.names.pick(address(endpoint));
  sheet.add(`upstream ${picked}`, [BLANK, block(['upstream', picked], [directive('server', literal(address(endpoint)), 'max_fails=0')])]);
  return picked;
}

function upstream(sheet: Sheet, resolved: ResolvedService, leaves: readonly Leaf[], flags: readonly string[]): string {
  const picked = sheet.names.pick(resolved.service.ref.name);
  const absences = absencesOf(resolved);
  const zone = flags.length === 0 && absences.size === 0 ? [] : [directive('zone', picked, '64k')];
  const servers = leaves.map(({ endpoint, weight }) => {
    const absence = absences.get(endpoint);
    const failing = absence === undefined ? ['max_fails=0'] : [`max_fails=${String(absence.fails)}`, `fail_timeout=${String(absence.seconds)}s`];
    const words = [...(weight === 1 ? [] : [`weight=${String(weight)}`]), ...failing, ...(isFixed(endpoint.host) ? [] : flags)];
    return directive('server', literal(address(endpoint)), ...words);
  });
  sheet.add(`upstream ${picked}`, [BLANK, block(['upstream', picked], [...zone, ...servers])]);
  return picked;
}

/** The services between which a cookie chooses: Traefik knows each by its name. */
function stickyMembers(sheet: Sheet, resolved: ResolvedService, version: string): readonly { readonly member: Member; readonly weight: number }[] {
  const { spec } = resolved.service;
  if (spec.kind !== 'weighted') return [];
  return resolved.members.flatMap((inner, index) => {
    const weight = spec.services[index]?.weight ?? 1;
    const pool = weight <= 0 ? undefined : makePool(sheet, inner, version);
    const [target] = pool?.only === undefined ? (pool?.target ?? []) : [pool.only];
    return typeof target === 'string' ? [{ member: { address: target, url: inner.service.ref.name }, weight }] : [];
  });
}

interface Shared {
  readonly text: string;
  readonly weight: number;
}

/** The choice is made before nginx looks for an address. Same shares, in no order. */
function split(sheet: Sheet, name: string, shares: readonly Shared[]): string {
  const picked = sheet.names.pick(`gw_endpoint_${name}`);
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const entries = shares.map(({ text, weight }, index) => {
    const share = index === shares.length - 1 ? '*' : `${String(Math.round((weight / total) * 10_000) / 100)}%`;
    return directive(share, literal(text));
  });
  sheet.add(`split ${picked}`, [BLANK, comment('the share of each endpoint'), block(['split_clients', template(variable('request_id')), template(variable(picked))], entries)]);
  return picked;
}

export function address({ host, port: given, scheme }: { readonly host: string; readonly port: number; readonly scheme?: string }): string {
  const port = given === 0 ? (scheme === 'https' ? 443 : 80) : given;
  return `${bracketed(host)}:${String(port)}`;
}

/** Weighted services flattened to endpoints; weights are made whole so that each keeps its exact share. */
function leavesOf(resolved: ResolvedService): readonly Leaf[] {
  return scaled(shares(resolved));
}

/** What part of the requests an endpoint gets: a fraction. */
export interface Share<E = Endpoint> {
  readonly endpoint: E;
  readonly over: number;
  readonly under: number;
}

function shares(resolved: ResolvedService): readonly Share[] {
  const { spec } = resolved.service;
  if (spec.kind === 'loadBalancer') return balancerShares(spec);
  if (spec.kind !== 'weighted') return [];
  const members = resolved.members.map((member, index) => ({ weight: spec.services[index]?.weight ?? 1, inner: shares(member) })).filter(({ weight }) => weight > 0);
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  return members.flatMap(({ weight, inner }) => inner.map((share) => ({ endpoint: share.endpoint, over: share.over * weight, under: share.under * total })));
}

/** Weight 0 takes an endpoint out (ran on 3.7.15). */
function balancerShares({ endpoints }: LoadBalancer): readonly Share[] {
  const used = endpoints.filter(({ weight }) => weight > 0);
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  return used.map((endpoint) => ({ endpoint, over: endpoint.weight, under: total }));
}

/** Fractions as whole weights. */
export function scaled<E>(list: readonly Share<E>[]): readonly { readonly endpoint: E; readonly weight: number }[] {
  const common = list.reduce((lcm, { under }) => (lcm / gcd(lcm, under)) * under, 1);
  const weights = list.map(({ over, under }) => (common / under) * over);
  const divisor = weights.reduce(gcd, 0);
  return list.map(({ endpoint }, index) => ({ endpoint, weight: (weights[index] ?? 1) / (divisor === 0 ? 1 : divisor) }));
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function firstBalancer(resolved: ResolvedService): ResolvedService | undefined {
  if (resolved.service.spec.kind === 'loadBalancer') return resolved;
  for (const member of resolved.members) {
    const found = firstBalancer(member);
    if (found !== undefined) return found;
  }
  return undefined;
}
