import type { Argument, Expr, HttpMatcher } from '../ir/index.ts';
import type { Call, Context } from './builder.ts';
import { checkAscii, checkCount, checkIp, checkPattern, checkSlash } from './check.ts';

type Build = (context: Context, call: Call) => Expr<HttpMatcher> | undefined;

/** The HTTP matchers of v3 syntax (pkg/muxer/http/matcher.go). */
export const HTTP_V3: Readonly<Record<string, Build>> = {
  ClientIP: one((context, call, range) => (checkIp(context, call, range) ? { kind: 'clientIp', range } : undefined)),
  Method: one((_context, _call, method) => ({ kind: 'method', method })),
  Host: one((context, call, host) =>
    host.value === '*' || checkAscii(context, call, host, 'Host') ? { kind: 'host', host, wildcard: host.value.startsWith('*') } : undefined,
  ),
  HostRegexp: one((context, call, pattern) => {
    const good = checkAscii(context, call, pattern, 'HostRegexp') && checkPattern(context, call, pattern, (words) => `compiling HostRegexp matcher: ${words}`);
    return good ? { kind: 'hostRegexp', pattern } : undefined;
  }),
  Path: one((context, call, path) => (checkSlash(context, call, path) ? { kind: 'path', path } : undefined)),
  PathPrefix: one((context, call, prefix) => (checkSlash(context, call, prefix) ? { kind: 'pathPrefix', prefix } : undefined)),
  // The engine's text names the wrong matcher.
  PathRegexp: one((context, call, pattern) => (checkPattern(context, call, pattern, (words) => `compiling PathPrefix matcher: ${words}`) ? { kind: 'pathRegexp', pattern } : undefined)),
  Header: two((_context, _call, name, value) => ({ kind: 'header', name, value })),
  HeaderRegexp: two((context, call, name, pattern) =>
    checkPattern(context, call, pattern, (words) => `compiling HeaderRegexp matcher: ${words}`) ? { kind: 'headerRegexp', name, pattern } : undefined,
  ),
  Query: oneOrTwo((_context, _call, name, value) => (value === undefined ? { kind: 'query', name } : { kind: 'query', name, value })),
  QueryRegexp: oneOrTwo((context, call, name, pattern) => {
    if (pattern === undefined) return { kind: 'queryRegexp', name };
    return checkPattern(context, call, pattern, (words) => `compiling QueryRegexp matcher: ${words}`) ? { kind: 'queryRegexp', name, pattern } : undefined;
  }),
};

function one(build: (context: Context, call: Call, argument: Argument) => HttpMatcher | undefined): Build {
  return (context, call) => {
    const [argument] = call.args;
    return checkCount(context, call, [1]) && argument !== undefined ? wrap(call, build(context, call, argument)) : undefined;
  };
}

function two(build: (context: Context, call: Call, first: Argument, second: Argument) => HttpMatcher | undefined): Build {
  return (context, call) => {
    const [first, second] = call.args;
    return checkCount(context, call, [2]) && first !== undefined && second !== undefined ? wrap(call, build(context, call, first, second)) : undefined;
  };
}

function oneOrTwo(build: (context: Context, call: Call, first: Argument, second: Argument | undefined) => HttpMatcher | undefined): Build {
  return (context, call) => {
    const [first, second] = call.args;
    return checkCount(context, call, [1, 2]) && first !== undefined ? wrap(call, build(context, call, first, second)) : undefined;
  };
}

function wrap(call: Call, matcher: HttpMatcher | undefined): Expr<HttpMatcher> | undefined {
  return matcher === undefined ? undefined : { kind: 'match', matcher, origin: call.origin };
}
