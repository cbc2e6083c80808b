import type { HeaderList } from '../ir/index.ts';
import type { ExplainRequest } from './request.ts';

/** What a test wants of the answer; what it does not name may be anything. */
export interface Expectation {
  /** A router, a service, or the Compose service that answers. */
  readonly to?: string;
  readonly status?: number;
  readonly router?: string;
  readonly service?: string;
  /** `host:port`, or the Compose service. */
  readonly endpoint?: string;
  /** Path and query as the backend gets them. */
  readonly target?: string;
  readonly redirect?: string;
  /** Fields that reach the backend; null = must not be there. */
  readonly headers?: readonly (readonly [string, string | null])[];
  readonly responseHeaders?: readonly (readonly [string, string | null])[];
  /** Names of the middlewares in order. */
  readonly middlewares?: readonly string[];
}

/** One request and what must become of it. */
export interface RouteTest {
  readonly name: string;
  readonly request: ExplainRequest;
  readonly body?: string;
  readonly expect: Expectation;
  readonly file: string;
  readonly line: number;
}

/** What became of a request, in the words that tests use. */
export interface Outcome {
  readonly status: number;
  readonly router: string | null;
  readonly service: string | null;
  /** Each server that may have answered, under all of its names. */
  readonly endpoints: readonly (readonly string[])[];
  readonly target: string | null;
  readonly redirect: string | null;
  /** As the backend receives them; null = no backend was reached. */
  readonly headers: HeaderList | null;
  readonly responseHeaders: HeaderList;
  readonly middlewares: readonly string[];
  /** Where the engine itself is random: the routers among which it chooses. */
  readonly tie: readonly string[];
}

/** Where an outcome is not what the test wants, one line each; empty = it passes. */
export function failuresOf(expect: Expectation, seen: Outcome): readonly string[] {
  if (seen.tie.length > 0) return [`a tie: the engine picks ${seen.tie.join(' or ')} at random`];
  const found: string[] = [];
  const same = (what: string, wanted: string | number | undefined, got: string | number | null): void => {
    if (wanted !== undefined && wanted !== got) found.push(`expected ${what} ${String(wanted)}, got ${got === null ? 'none' : String(got)}`);
  };
  const named = (what: string, wanted: string | undefined, got: string | null): void => {
    if (wanted !== undefined && !isCalled(wanted, got)) found.push(`expected ${what} ${wanted}, got ${got ?? 'none'}`);
  };
  same('status', expect.status, seen.status);
  if (expect.to !== undefined && !reaches(expect.to, seen)) found.push(`expected ${expect.to}, got ${whoAnswered(seen)}`);
  named('router', expect.router, seen.router);
  named('service', expect.service, seen.service);
  if (expect.endpoint !== undefined && !hasEndpoint(expect.endpoint, seen)) found.push(`expected endpoint ${expect.endpoint}, got ${seen.endpoints.map(([name]) => name).join(' or ') || 'none'}`);
  same('target', expect.target, seen.target);
  same('redirect', expect.redirect, seen.redirect);
  for (const [name, value] of expect.headers ?? []) header(`header ${name} at the backend`, value, seen.headers === null ? [] : valuesOf(seen.headers, name), found);
  for (const [name, value] of expect.responseHeaders ?? []) header(`response header ${name}`, value, valuesOf(seen.responseHeaders, name), found);
  if (expect.middlewares !== undefined && !sameNames(expect.middlewares, seen.middlewares)) found.push(`expected middlewares ${expect.middlewares.join(', ') || 'none'}, got ${seen.middlewares.join(', ') || 'none'}`);
  return found;
}

function header(what: string, wanted: string | null, got: readonly string[], found: string[]): void {
  if (wanted === null ? got.length === 0 : got.includes(wanted)) return;
  found.push(`expected ${what} ${wanted === null ? 'to be absent' : `"${wanted}"`}, got ${got.length === 0 ? 'none' : got.map((value) => `"${value}"`).join(', ')}`);
}

function valuesOf(headers: HeaderList, name: string): readonly string[] {
  return headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

function sameNames(wanted: readonly string[], got: readonly string[]): boolean {
  return wanted.length === got.length && wanted.every((name, index) => isCalled(name, got[index] ?? null));
}

/** `auth` is `auth@docker`. */
function isCalled(wanted: string, got: string | null): boolean {
  return got !== null && (got === wanted || got.slice(0, got.lastIndexOf('@')) === wanted);
}

/** The backend was reached under this name, whatever a middleware would have to say on the way. */
function reaches(wanted: string, seen: Outcome): boolean {
  if (seen.headers === null) return false;
  return isCalled(wanted, seen.router) || isCalled(wanted, seen.service) || hasEndpoint(wanted, seen);
}

function hasEndpoint(wanted: string, seen: Outcome): boolean {
  return seen.endpoints.length > 0 && seen.endpoints.every((names) => names.includes(wanted));
}

function whoAnswered(seen: Outcome): string {
  if (seen.headers === null) return `${String(seen.status)}${seen.router === null ? ', no router' : ` from router ${seen.router}`}${seen.redirect === null ? '' : ` to ${seen.redirect}`}`;
  return `router ${seen.router ?? '(unknown)'}, ${seen.endpoints.map(([name]) => name).join(' or ')}`;
}
