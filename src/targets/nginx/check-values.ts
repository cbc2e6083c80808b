import type { Diagnostic } from '../../diagnostics/index.ts';
import { chainOf, visitMatchers, type Middleware, type ResolvedService, type Route, type Routing, type Service } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import { isQuotable } from './quote.ts';
import { isToken } from '../../text/index.ts';

/** Values that nginx has no way to write: a line break would begin a header or a directive of its own, NUL ends a text. */
export function findUnquotable(routing: Routing): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const report = (value: string, what: string, origin: OriginId, symbol: string): void => {
    const why = reason(value, what);
    const key = `${String(origin)} ${what}`;
    if (why !== undefined && !found.has(key)) found.set(key, unquotable(what, why, origin, symbol));
  };
  for (const listener of routing.listeners) {
    report(listener.entryPoint.host, 'the address of an entry point', listener.entryPoint.origin, `entryPoints.${listener.entryPoint.name}`);
    for (const route of [...listener.plain, ...listener.tls]) checkRoute(route, report);
    for (const route of listener.tcp) visitMatchers(route.rule, (matcher, origin) => checkTree(matcher, 'an argument of a rule', origin, route.symbol, report));
  }
  for (const { certFile, keyFile, origin } of routing.certificates) checkTree([certFile, keyFile], 'a certificate path', origin, 'tls.certificates', report);
  return [...found.values()];
}

type Report = (value: string, what: string, origin: OriginId, symbol: string) => void;

function checkRoute(route: Route, report: Report): void {
  visitMatchers(route.rule, (matcher, origin) => checkTree(matcher, 'an argument of a rule', origin, route.symbol, report));
  for (const middleware of chainOf(route)) checkMiddleware(middleware, report);
  checkService(route.service, report);
}

function checkMiddleware(middleware: Middleware, report: Report): void {
  const { spec, places, origin, symbol } = middleware;
  for (const [option, value] of Object.entries(spec)) {
    const path = `${spec.kind}.${option}`;
    const at = places.get(path) ?? [...places].find(([key]) => key.startsWith(`${path}.`) || key.startsWith(`${path}[`))?.[1] ?? origin;
    checkTree(value, path, at, `${symbol}.${option}`, report);
    if (HEADER_NAMES.has(path)) for (const name of namesIn(value)) report(name, `${path}: header name`, at, `${symbol}.${option}`);
  }
}

const HEADER_NAMES = new Set([
  'headers.customRequestHeaders', 'headers.customResponseHeaders', 'headers.hostsProxyHeaders', 'basicAuth.headerField', 'forwardAuth.authResponseHeaders', 'forwardAuth.authRequestHeaders',
]);

function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function checkService(resolved: ResolvedService, report: Report): void {
  const { spec, symbol }: Service = resolved.service;
  if (spec.kind === 'loadBalancer') for (const endpoint of spec.endpoints) report(endpoint.host, 'the host of an endpoint', endpoint.origin, symbol);
  if (resolved.transport !== undefined) checkTree([resolved.transport.serverName, resolved.transport.rootCAs, resolved.transport.certificates], 'a serversTransport', resolved.transport.origin, resolved.transport.symbol, report);
  for (const middleware of resolved.chain) checkMiddleware(middleware, report);
  for (const member of resolved.members) checkService(member, report);
}

function checkTree(value: unknown, what: string, origin: OriginId, symbol: string, report: Report): void {
  if (typeof value === 'string') report(value, what, origin, symbol);
  else if (Array.isArray(value)) for (const item of value) checkTree(item, what, origin, symbol, report);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      report(key, what, origin, symbol);
      checkTree(item, what, origin, symbol, report);
    }
  }
}

function reason(value: string, what: string): string | undefined {
  if (!isQuotable(value)) return 'nginx has no way to write a line break or a NUL byte in this place: it would end the value';
  if (what.endsWith('header name') && !isToken(value)) return 'this is no name of a header: nginx would send it as it stands';
  if (what === 'the host of an endpoint' && !/^[A-Za-z0-9._:[\]-]+$/.test(value)) return 'this is neither a host name nor an address: nginx would not start';
  if (/certificate path|serversTransport/.test(what) && value.includes('$')) return 'nginx reads a dollar sign in this place as a variable';
  if (what === 'the address of an entry point' && !/^[A-Za-z0-9._:[\]-]*$/.test(value)) return 'this is no address to listen on: nginx would not start';
  return undefined;
}

function unquotable(what: string, why: string, origin: OriginId, symbol: string): Diagnostic {
  return { rule: 'value-unquotable', severity: 'error', blocking: true, message: `nginx cannot be given ${what}`, why, help: 'write the value without it', at: { origin }, symbol: `nginx/${symbol}` };
}
