import type { Diagnostic } from '../../diagnostics/index.ts';
import { refKey, type Listener, type Routing, type TlsOptions } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import type { ListenerSite } from './terminal.ts';
import { chosenCertificates, type Pair } from './certificates.ts';
import { directive, literal, template, variable, type Statement } from './plan.ts';
import { literalPattern } from './regex.ts';
import type { Sheet } from './sheet.ts';
import { findOptions, lowerOptions } from './tls-options.ts';
import { atLeast } from './version.ts';

/** nginx makes no certificate of its own, and takes plain and TLS connections on different ports only. */
export function checkTls(routing: Routing, options: TargetOptions): readonly Diagnostic[] {
  return routing.listeners.flatMap((listener): readonly Diagnostic[] => {
    const { tls, plain, tcp, entryPoint } = listener;
    const route = tls[0] ?? tcp.find((one) => one.tls !== undefined && !one.tls.passthrough);
    if (route === undefined) return [];
    const { missing } = chosenCertificates(routing, options);
    const at = route.tls?.origin ?? route.origin;
    const [other] = plain.filter(({ synthetic }) => !synthetic);
    const own = lowerOptions(optionsOf(routing, listener));
    return [
      ...(missing === undefined ? [] : [unsupported('nginx needs a certificate for TLS', missing, at, `tls ${route.symbol}`, 'give it one: targets.nginx.tls.certificate and targets.nginx.tls.key in gateway.config.yaml')]),
      ...('unsupported' in own ? [unsupported('nginx cannot keep these TLS options', own.unsupported, optionsOf(routing, listener)?.origin ?? at, `tls.options ${entryPoint.name}`, 'change the options, or leave them out')] : []),
      ...(plain.length > 0 && tls.length > 0
        ? [unsupported(`nginx cannot take plain and TLS requests on one port (entry point "${entryPoint.name}")`, 'Traefik tells them apart by the first byte', (other ?? route).origin, `tls.shared ${entryPoint.name}`, 'name the entry points of each router, so that routers with tls and routers without it do not meet')]
        : []),
    ];
  });
}

function unsupported(message: string, why: string, origin: Diagnostic['at']['origin'], symbol: string, help: string): Diagnostic {
  return { rule: 'target-unsupported', severity: 'error', blocking: true, message, why, help, at: { origin }, symbol: `nginx/${symbol}` };
}

/** The options that all TLS routers of a port share: judge refuses where they differ. */
function optionsOf(routing: Routing, { tls, tcp }: Listener): TlsOptions | undefined {
  const named = [...tls, ...tcp].map((route) => route.tls?.options?.value).find((ref) => ref !== undefined);
  return findOptions(routing, named === undefined ? undefined : refKey(named));
}

/** True when routers of one port name different TLS options: nginx would have to choose before it knows the request. */
export function optionsDiffer(routing: Routing, options: string): boolean {
  return routing.listeners.some(({ tls, tcp }) => {
    const keys = [...tls, ...tcp].filter((route) => route.tls !== undefined).map((route) => (route.tls?.options === undefined ? '' : refKey(route.tls.options.value)));
    return keys.includes(options) && new Set(keys).size > 1;
  });
}

/** Certificate and options of a TLS port. */
export function tlsStatements(sheet: Sheet, routing: Routing, options: TargetOptions, listener: Listener): readonly Statement[] {
  const lowered = lowerOptions(optionsOf(routing, listener));
  const statements = 'unsupported' in lowered ? [] : lowered.statements;
  return [...pairStatements(sheet, chosenCertificates(routing, options).pairs), ...statements];
}

/** Several certificates are chosen by the name that the client asks for, as Traefik does; the first is for all other names. */
function pairStatements(sheet: Sheet, pairs: readonly Pair[]): readonly Statement[] {
  const [first, ...more] = pairs;
  if (first === undefined) return [];
  if (more.length === 0) return [directive('ssl_certificate', literal(first.certificate)), directive('ssl_certificate_key', literal(first.key))];
  const choose = (wish: string, of: (pair: Pair) => string): string =>
    sheet.map(wish, [variable('ssl_server_name')], [
      { key: literal('default'), value: template(of(first)) },
      ...more.flatMap((pair) => pair.names.map((name) => ({ key: literal(`~*${namePattern(name)}`), value: template(of(pair)) }))),
    ]);
  const [certificate, key] = [choose('certificate', (pair) => pair.certificate), choose('certificate_key', (pair) => pair.key)];
  return [directive('ssl_certificate', template(variable(certificate))), directive('ssl_certificate_key', template(variable(key)))];
}

/** HTTP/2 is a word of `listen` before 1.25.1 and a directive of its own after. */
export function http2({ tls, options }: ListenerSite, routing: Routing, listener: Listener): { readonly words: readonly string[]; readonly statements: readonly Statement[] } {
  if (!tls) return { words: [], statements: [] };
  const lowered = lowerOptions(optionsOf(routing, listener));
  const on = 'unsupported' in lowered || lowered.http2;
  const asDirective = atLeast(options.version, '1.25.1');
  return { words: on && !asDirective ? ['ssl', 'http2'] : ['ssl'], statements: asDirective && on ? [directive('http2', 'on')] : [] };
}

/** A wildcard is for one label. */
function namePattern(name: string): string {
  return name.startsWith('*.') ? `^[^.]+${literalPattern(name.slice(1))}\\z` : `^${literalPattern(name)}\\z`;
}
