import type { Argument, Expr, TcpMatcher } from '../ir/index.ts';
import { type Call, complain, type Context, hasHoles } from './builder.ts';
import { checkCount, checkIp, checkPattern } from './check.ts';
import { goQuote } from './go-quote.ts';
import { compileTemplate } from './template.ts';

type Build = (context: Context, call: Call) => Expr<TcpMatcher> | undefined;
type Single = (context: Context, call: Call, argument: Argument) => TcpMatcher | undefined;

/** The TCP matchers of v3 syntax (pkg/muxer/tcp/matcher.go): one argument each. */
export const TCP_V3: Readonly<Record<string, Build>> = {
  ALPN: one(buildAlpn),
  ClientIP: one(buildClientIp),
  HostSNI: one((context, call, host) => buildHostSni(context, call, host, /^(\*\.)?[0-9A-Za-z_.\-:]+$/)),
  HostSNIRegexp: one(buildHostSniRegexp),
};

/** The TCP matchers of v2 syntax (pkg/muxer/tcp/matcher_v2.go): several arguments are alternatives. */
export const TCP_V2: Readonly<Record<string, Build>> = {
  ALPN: any(buildAlpn),
  ClientIP: any(buildClientIp),
  HostSNI: any((context, call, host) => {
    // Only a star in the first place also takes connections without a name.
    if (host.value === '*' && call.args[0] !== host) return { kind: 'hostSniRegexp', pattern: { value: '(?s).', origin: host.origin } };
    return buildHostSni(context, call, host, /^[0-9A-Za-z_.\-:]+$/);
  }),
  HostSNIRegexp: any(buildHostSniTemplate),
};

function one(build: Single): Build {
  return (context, call) => {
    const [argument] = call.args;
    const matcher = checkCount(context, call, [1]) && argument !== undefined ? build(context, call, argument) : undefined;
    return matcher === undefined ? undefined : { kind: 'match', matcher, origin: call.origin };
  };
}

function any(build: Single): Build {
  return (context, call) => {
    const built = call.args.map((argument) => build(context, call, argument));
    const operands = built.flatMap((matcher) => (matcher === undefined ? [] : [{ kind: 'match' as const, matcher, origin: call.origin }]));
    if (operands.length !== built.length) return undefined;
    return operands.length === 1 ? operands[0] : { kind: 'or', operands };
  };
}

function named(context: Context, name: string): string {
  return context.syntax === 'v2' ? `"${name}"` : name;
}

function buildAlpn(context: Context, call: Call, protocol: Argument): TcpMatcher | undefined {
  if (protocol.value !== 'acme-tls/1') return { kind: 'alpn', protocol };
  const complaint = {
    code: 'bad-protocol' as const,
    message: 'protocol "acme-tls/1" is kept for certificate challenges',
    engine: `invalid protocol value for ${named(context, 'ALPN')} matcher, "acme-tls/1" is not allowed`,
  };
  return complain(context, call, complaint, protocol.origin);
}

function buildClientIp(context: Context, call: Call, range: Argument): TcpMatcher | undefined {
  return checkIp(context, call, range) ? { kind: 'clientIp', range } : undefined;
}

function buildHostSni(context: Context, call: Call, host: Argument, valid: RegExp): TcpMatcher | undefined {
  if (host.value === '*' || hasHoles(host) || valid.test(host.value)) return { kind: 'hostSni', host };
  const complaint = {
    code: 'bad-host' as const,
    message: `${goQuote(host.value)} is not a host name`,
    engine: `invalid value for ${named(context, 'HostSNI')} matcher, ${goQuote(host.value)} is not a valid hostname${context.syntax === 'v2' ? ' or IP' : ''}`,
  };
  return complain(context, call, complaint, host.origin);
}

function buildHostSniRegexp(context: Context, call: Call, pattern: Argument): TcpMatcher | undefined {
  if (!hasHoles(pattern) && !/^[\x00-\x7f]*$/.test(pattern.value)) {
    const message = `pattern ${goQuote(pattern.value)} is not ASCII: write its punycode form`;
    return complain(context, call, { code: 'non-ascii-host', message, engine: `invalid value for HostSNIRegexp matcher, ${goQuote(pattern.value)} is not a valid hostname` }, pattern.origin);
  }
  return checkPattern(context, call, pattern, (words) => `compiling HostSNIRegexp matcher: ${words}`) ? { kind: 'hostSniRegexp', pattern } : undefined;
}

function buildHostSniTemplate(context: Context, call: Call, pattern: Argument): TcpMatcher | undefined {
  if (hasHoles(pattern)) return { kind: 'hostSniRegexp', pattern, v2: true };
  const result = compileTemplate(pattern.value, 'sni');
  if (result.ok) return { kind: 'hostSniRegexp', pattern: { value: result.template.pattern, origin: pattern.origin }, v2: true };
  const template = result.engine.startsWith('mux');
  const engine = template ? `invalid pattern value for "HostSNIRegexp" matcher, ${goQuote(pattern.value)} is not a valid pattern: ${result.engine}` : result.engine;
  return complain(context, call, { code: template ? 'bad-template' : 'bad-regexp', message: `template ${goQuote(pattern.value)} is not valid: ${result.engine}`, engine }, pattern.origin);
}
