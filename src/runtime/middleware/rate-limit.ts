import { sleep } from '../effect.ts';
import { respondStatus } from '../message.ts';
import { slot } from '../slot.ts';
import { sourceOf } from '../source.ts';
import type { Factory } from './factory.ts';

const MAX_SOURCES = 65_536;
interface Bucket {
  tokens: number;
  last: number;
  expires: number;
}

/**
 * A token bucket per source: rate = average / period, burst the size. A request that would have to wait up to
 * 1/(2 * rate) (half a second below 1/s) waits, a longer one gets 429 with Retry-After (pkg/middlewares/ratelimiter; ran).
 */
export const rateLimit: Factory<'rateLimit'> = (spec) => {
  const source = sourceOf(spec.sourceCriterion, 'peer');
  const perMs = spec.average / (spec.period === 0 ? 1000 : spec.period);
  const perSecond = perMs * 1000;
  const maxDelay = perSecond < 1 ? 500 : 1000 / (Math.trunc(perSecond) * 2);
  const burst = Math.max(spec.burst, 1);
  const ttl = 1000 * (perSecond >= 1 ? 2 : 1 + Math.trunc(1 / perSecond));
  const buckets = slot(() => new Map<string, Bucket>());
  return (next) => {
    if (spec.average <= 0) return next;
    return function* (request, draft) {
      const now = request.scope.now();
      const bucket = take(buckets(request.scope), source(request), now, burst, ttl);
      refill(bucket, now, perMs, burst);
      const delay = Math.max(0, (1 - bucket.tokens) / perMs);
      if (delay > maxDelay) return respondStatus(draft, 429, retryHeaders(delay));
      bucket.tokens -= 1;
      yield* sleep(request.scope.deciding ? 0 : delay);
      return yield* next(request, draft);
    };
  };
};

function take(buckets: Map<string, Bucket>, key: string, now: number, burst: number, ttl: number): Bucket {
  const found = buckets.get(key);
  const bucket = found !== undefined && found.expires > now ? found : { tokens: burst, last: now, expires: 0 };
  bucket.expires = now + ttl;
  buckets.delete(key);
  buckets.set(key, bucket);
  for (const oldest of buckets.keys()) {
    if (buckets.size <= MAX_SOURCES) break;
    buckets.delete(oldest);
  }
  return bucket;
}

function refill(bucket: Bucket, now: number, perMs: number, burst: number): void {
  bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.last) * perMs);
  bucket.last = now;
}

function retryHeaders(delay: number): readonly (readonly [string, string])[] {
  return [['Retry-After', String(Math.ceil(delay / 1000))], ['X-Retry-In', goDuration(delay)]];
}

/** Go's Duration.String of milliseconds. */
function goDuration(milliseconds: number): string {
  const nanos = Math.round(milliseconds * 1e6);
  if (nanos < 1000) return `${String(nanos)}ns`;
  if (nanos < 1e6) return `${String(nanos / 1e3)}µs`;
  if (nanos < 1e9) return `${String(nanos / 1e6)}ms`;
  const seconds = nanos / 1e9;
  const minutes = Math.floor(seconds / 60);
  const rest = `${String(Number((seconds - minutes * 60).toFixed(9)))}s`;
  if (minutes === 0) return rest;
  return minutes < 60 ? `${String(minutes)}m${rest}` : `${String(Math.floor(minutes / 60))}h${String(minutes % 60)}m${rest}`;
}
