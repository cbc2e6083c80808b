import { readFileSync } from 'node:fs';
import type { RuleSyntax } from '../../../src/ir/index.ts';
import { type EngineVersion, goReplaceAll, parseRule } from '../../../src/rule-lang/index.ts';
import { canonicalRequest, compileRule, matchRequest, type RulePredicate, upstreamTarget } from '../../../src/runtime/match/index.ts';
import { escapedPath, joinedPath, requestUri, type UrlPath } from '../../../src/runtime/url.ts';
import { unescapePath } from '../../../src/runtime/url-parts.ts';
import { known, Origins } from '../../../src/text/index.ts';

export interface RecordedRouter {
  readonly name: string;
  readonly rule: string;
  readonly priority: number;
  readonly middlewares: readonly string[];
  readonly backend: string;
}
export interface Asked {
  readonly target: string;
  readonly method?: string;
  readonly host?: string | null;
  readonly headers?: readonly (readonly [string, string])[];
  readonly http10?: boolean;
  readonly clientIp?: string;
}
export interface Answer {
  readonly status: number;
  readonly router?: string;
  readonly backend?: string;
  readonly upstream?: string;
  readonly host?: string;
}
export interface Engine {
  readonly version: EngineVersion;
  readonly syntax: RuleSyntax;
}

export function loadFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/oracle/traefik/${name}`, import.meta.url), 'utf8'));
}

/** The engine with one set of routers: decides a request as the recording shows it. */
export function simulate(routers: readonly RecordedRouter[], entryPoint: string, engine: Engine): (asked: Asked) => Answer {
  const ordered = [...routers]
    .sort((a, b) => b.priority - a.priority)
    .flatMap((router): { router: RecordedRouter; matches: RulePredicate }[] => {
      const rule = parseRecorded(router.rule, engine).rule;
      return rule === undefined ? [] : [{ router, matches: compileRule(rule) }];
    });
  const options = { sanitizePath: !entryPoint.includes('sanitizePath: false'), encodeQuerySemicolons: false, engine: engine.version };
  const denied = entryPoint.includes('encodedCharacters') ? /%(?:2F|5C|00|3B|25|3F|23)/ : /(?!)/;
  return (asked) => {
    const headers = asked.headers ?? [];
    const method = asked.method ?? 'GET';
    const clientIp = asked.clientIp ?? '127.0.0.1';
    const arrived = { method, target: asked.target, host: asked.host === undefined ? 'x.test' : asked.host, headers, clientIp, ...(asked.http10 === undefined ? {} : { http10: asked.http10 }) };
    const canonical = canonicalRequest(arrived, options);
    if (!canonical.ok) return { status: canonical.refusal.status };
    const { request } = canonical;
    const found = ordered.find(({ matches }) => matches(matchRequest(request, method, () => headers, clientIp)))?.router;
    if (found === undefined) return { status: 404 };
    if (denied.test(escapedPath(request))) return { status: 400 };
    const uri = request.opaque === '' ? applyMiddleware(found.middlewares[0], request) : request.requestUri;
    if (typeof uri === 'number') return { status: uri };
    return { status: 200, router: found.name, backend: found.backend, upstream: upstreamTarget(uri, request.forceQuery, engine.version), host: request.host };
  };
}

export function parseRecorded(rule: string, engine: Engine): ReturnType<typeof parseRule> {
  const origins = new Origins();
  return parseRule({ value: known(rule), origin: origins.span('rule', 0, rule.length) }, engine.syntax, engine.version, origins);
}

interface Travelling extends UrlPath {
  readonly rawQuery: string;
  readonly forceQuery: boolean;
  readonly requestUri: string;
}

/** The middlewares of the set `strip`, in the least words: the request URI behind them, or a status. */
function applyMiddleware(name: string | undefined, request: Travelling): string | number {
  switch (name) {
    case undefined:
      return request.requestUri;
    case 'sa':
      return strip(request, ['/a']);
    case 'sapi':
      return strip(request, ['/api/v1', '/api/']);
    case 'sre':
      return strip(request, /\/n\/[a-z]+\//.exec(request.path)?.[0] === undefined ? [] : [/\/n\/[a-z]+\//.exec(request.path)?.[0] ?? '']);
    case 'add':
      return requestUri({ ...request, path: `/cdn${request.path}`, rawPath: request.rawPath === '' ? '' : `/cdn${request.rawPath}` });
    case 'rp':
      return requestUri({ ...request, path: '/new path', rawPath: '/new path' });
    default:
      return replaceRegex(request);
  }
}

function replaceRegex(request: Travelling): string | number {
  const before = request.rawPath === '' ? escapedPath(request) : request.rawPath;
  if (!/^\/static\/(.*)/.test(before)) return request.requestUri;
  const replaced = goReplaceAll('^/static/(.*)', '/s/$1', before);
  const rawPath = replaced.ok ? replaced.bytes : before;
  const path = unescapePath(rawPath);
  return typeof path === 'string' ? requestUri({ ...request, path, rawPath }) : 500;
}

function strip(request: Travelling, prefixes: readonly string[]): string | number {
  const prefix = prefixes.find((one) => request.path.startsWith(one));
  if (prefix === undefined) return request.requestUri;
  const path = slashed(request.path.slice(prefix.length));
  const rawPath = request.rawPath === '' ? '' : slashed(request.rawPath.slice(encodedLength(request.rawPath, prefix)));
  if (path === '') return requestUri({ ...request, path, rawPath });
  const joined = joinedPath({ path, rawPath });
  return joined?.path === path ? requestUri({ ...request, ...joined }) : 400;
}

function slashed(path: string): string {
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}

function encodedLength(rawPath: string, prefix: string): number {
  let at = 0;
  for (let decoded = 0; at < rawPath.length && decoded < prefix.length; decoded += 1) at += rawPath[at] === '%' && at + 2 < rawPath.length ? 3 : 1;
  return at;
}
