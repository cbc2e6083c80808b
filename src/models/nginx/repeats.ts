import { named } from './directive.ts';
import type { Directive } from './directive.ts';

/** When another endpoint of the pool is asked. */
export interface Repeats {
  /** `error`, `http_503`, `non_idempotent`: as `proxy_next_upstream` names them. */
  readonly after: readonly string[];
  /** Endpoints that one request may be sent to; 0 = all of them. */
  readonly tries: number;
  /** The request is held back until it is there as a whole: only then it can be sent again once some of it was sent. */
  readonly buffered: boolean;
}

export const REPEATS: Repeats = { after: ['error', 'timeout'], tries: 0, buffered: true };

/** `module`: the one that speaks to the endpoints. gRPC never holds a request back. */
export function repeatsOf(directives: readonly Directive[], parent: Repeats, module: 'proxy' | 'grpc'): Repeats {
  const after = named(directives, `${module}_next_upstream`);
  const tries = named(directives, `${module}_next_upstream_tries`).at(-1)?.args[0];
  const buffering = named(directives, 'proxy_request_buffering').at(-1)?.args[0];
  return {
    after: after.length === 0 ? parent.after : after.flatMap(({ args }) => args),
    tries: tries === undefined ? parent.tries : Number(tries),
    buffered: module === 'proxy' && (buffering === undefined ? parent.buffered : buffering === 'on'),
  };
}

/** An endpoint was asked, and this came of it; 0 = it could not be reached. */
interface Tried {
  readonly method: string;
  readonly status: number;
  /** How many were asked, this one too. */
  readonly asked: number;
}

/** ngx_http_upstream_test_next: whether the status is one after which nginx goes on, if another endpoint is left. */
export function goesOn({ after, tries, buffered }: Repeats, { method, status, asked }: Tried): boolean {
  if (after.includes('off') || (tries > 0 && asked >= tries)) return false;
  if (status === 0) return after.includes('error');
  const mayRepeat = after.includes('non_idempotent') || !['POST', 'LOCK', 'PATCH'].includes(method);
  return buffered && mayRepeat && after.includes(`http_${String(status)}`);
}
