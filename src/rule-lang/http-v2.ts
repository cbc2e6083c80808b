import type { Argument, Expr, HttpMatcher } from '../ir/index.ts';
import { type Call, complain, type Context, hasHoles } from './builder.ts';
import { checkAscii, checkIp, checkPattern } from './check.ts';
import { goQuote } from './go-quote.ts';
import { compileTemplate, type Template, type TemplateKind } from './template.ts';

type Build = (context: Context, call: Call) => Expr<HttpMatcher> | undefined;
type Single = (context: Context, call: Call, argument: Argument) => HttpMatcher | undefined;

/** The HTTP matchers of v2 syntax (pkg/muxer/http/matcher_v2.go; 2.11 pkg/muxer/http/mux.go). */
export const HTTP_V2: Readonly<Record<string, Build>> = {
  Host: any(buildHost),
  HostHeader: any(buildHost),
  HostRegexp: any(buildHostRegexp),
  ClientIP: any((context, call, range) => (checkIp(context, call, range) ? { kind: 'clientIp', range } : undefined)),
  Path: any((context, call, path) => buildPath(context, call, path, 'path')),
  PathPrefix: any((context, call, prefix) => buildPath(context, call, prefix, 'pathPrefix')),
  Method: any((_context, _call, method) => ({ kind: 'method', method })),
  Headers: pairs((_context, _call, name, value) => ({ kind: 'header', name, value })),
  HeadersRegexp: pairs((context, call, name, pattern) => (checkPattern(context, call, pattern, (words) => words) ? { kind: 'headerRegexp', name, pattern } : undefined)),
  Query: buildQuery,
};

/** Several arguments are alternatives. */
function any(build: Single): Build {
  return (context, call) => {
    const built = call.args.map((argument) => build(context, call, argument));
    const matchers = built.filter((matcher) => matcher !== undefined);
    return matchers.length === built.length ? join('or', matchers, call) : undefined;
  };
}

function join(kind: 'and' | 'or', matchers: readonly HttpMatcher[], call: Call): Expr<HttpMatcher> | undefined {
  const operands = matchers.map((matcher) => ({ kind: 'match' as const, matcher, origin: call.origin }));
  return operands.length === 1 ? operands[0] : { kind, operands };
}

function buildHost(context: Context, call: Call, host: Argument): HttpMatcher | undefined {
  return checkAscii(context, call, host, '"Host"') ? { kind: 'host', host, wildcard: false } : undefined;
}

function buildHostRegexp(context: Context, call: Call, pattern: Argument): HttpMatcher | undefined {
  if (!checkAscii(context, call, pattern, 'HostRegexp')) return undefined;
  const template = compile(context, call, pattern, 'host');
  return template === undefined ? undefined : { kind: 'hostRegexp', pattern: replaced(pattern, template), v2: true };
}

function buildPath(context: Context, call: Call, path: Argument, kind: 'path' | 'pathPrefix'): HttpMatcher | undefined {
  if (!hasHoles(path) && path.value !== '' && !path.value.startsWith('/')) {
    const message = `path ${goQuote(path.value)} does not begin with a slash`;
    return complain(context, call, { code: 'no-leading-slash', message, engine: `mux: path must start with a slash, got ${goQuote(path.value)}`, suggestion: `/${path.value}` }, path.origin);
  }
  const template = compile(context, call, path, kind);
  if (template === undefined) return undefined;
  if (template.literal === undefined) return { kind: 'pathRegexp', pattern: replaced(path, template), v2: true };
  return kind === 'path' ? { kind: 'path', path } : { kind: 'pathPrefix', prefix: path };
}

/** An unknown value may hold braces of its own: it stays a literal that equals only itself. */
function compile(context: Context, call: Call, argument: Argument, kind: TemplateKind): Template | undefined {
  if (hasHoles(argument)) return { literal: argument.value, pattern: argument.value, variables: [] };
  const result = compileTemplate(argument.value, kind);
  if (result.ok) return result.template;
  const message = `template ${goQuote(argument.value)} is not valid: ${result.engine}`;
  return complain(context, call, { code: result.engine.startsWith('mux') ? 'bad-template' : 'bad-regexp', message, engine: result.engine }, argument.origin);
}

function replaced(argument: Argument, template: Template): Argument {
  return hasHoles(argument) ? argument : { value: template.pattern, origin: argument.origin };
}

/** Name and value pairs, all of which must hold. A name that is given twice keeps its last value. */
function pairs(build: (context: Context, call: Call, name: Argument, value: Argument) => HttpMatcher | undefined): Build {
  return (context, call) => {
    if (call.args.length % 2 !== 0) return oddParameters(context, call, call.args.map((argument) => argument.value));
    const byName = new Map<string, HttpMatcher | undefined>();
    for (let index = 0; index < call.args.length; index += 2) {
      const [name, value] = [call.args[index], call.args[index + 1]];
      if (name !== undefined && value !== undefined) byName.set(name.value, build(context, call, name, value));
    }
    const matchers = [...byName.values()].filter((matcher) => matcher !== undefined);
    return matchers.length === byName.size ? join('and', matchers, call) : undefined;
  };
}

function oddParameters(context: Context, call: Call, values: readonly string[]): undefined {
  const query = call.name === 'Query';
  return complain(context, call, {
    code: query ? 'bad-query' : 'arity',
    message: query ? 'Query needs a value in v2 syntax: `key=value`, or `key=` for any value' : `${call.name} takes names and values in pairs, got ${values.length}`,
    engine: `mux: number of parameters must be multiple of 2, got [${values.join(' ')}]`,
    ...(query && call.args.length === 1 && values[0] !== undefined ? { suggestion: `Query(\`${values[0]}=\`)` } : {}),
  });
}

interface Part {
  readonly text: string;
  readonly argument: Argument;
}

/** Each argument is cut at its first `=`; the parts are taken in pairs, so ``Query(`k`, `v`)`` is k=v. */
function buildQuery(context: Context, call: Call): Expr<HttpMatcher> | undefined {
  const parts = call.args.flatMap(cut);
  if (parts.length % 2 !== 0) {
    if (call.args.some(hasHoles)) return undefined;
    return oddParameters(context, call, parts.map((part) => part.text));
  }
  const variables: string[] = [];
  const matchers: HttpMatcher[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [name, value] = [parts[index], parts[index + 1]];
    const matcher = name === undefined || value === undefined ? undefined : buildPair(context, call, name, value, variables);
    if (matcher === undefined) return undefined;
    matchers.push(matcher);
  }
  return join('and', matchers, call);
}

function cut(argument: Argument): readonly Part[] {
  const equals = argument.value.indexOf('=');
  if (equals < 0) return [{ text: argument.value, argument }];
  return [
    { text: argument.value.slice(0, equals), argument },
    { text: argument.value.slice(equals + 1), argument },
  ];
}

function buildPair(context: Context, call: Call, name: Part, value: Part, variables: string[]): HttpMatcher | undefined {
  const unknown = hasHoles(name.argument) || hasHoles(value.argument);
  const whole: Argument = { value: `${name.text}=${value.text}`, origin: value.argument.origin };
  const checked = unknown ? undefined : compile(context, call, whole, 'query');
  if (!unknown && (checked === undefined || repeats(context, call, whole, checked, variables))) return undefined;
  const key = piece(name);
  if (value.text === '') return { kind: 'queryPresent', name: key };
  const template = unknown ? undefined : compileTemplate(value.text, 'query');
  if (template?.ok !== true || template.template.literal !== undefined) return { kind: 'query', name: key, value: piece(value), v2: true };
  return { kind: 'queryRegexp', name: key, pattern: { value: template.template.pattern, origin: value.argument.origin }, v2: true };
}

function piece(part: Part): Argument {
  return { ...part.argument, value: part.text };
}

function repeats(context: Context, call: Call, whole: Argument, template: Template, variables: string[]): boolean {
  const twice = template.variables.find((name) => variables.includes(name));
  variables.push(...template.variables);
  if (twice === undefined) return false;
  complain(context, call, { code: 'bad-template', message: `variable "${twice}" is used twice`, engine: `mux: duplicated route variable ${goQuote(twice)}` }, whole.origin);
  return true;
}
