import { compileExpression, type Expression } from '../expression.ts';
import { respondStatus, type Scope } from '../message.ts';
import { slot } from '../slot.ts';
import type { Factory } from './factory.ts';

interface Breaker {
  state: 'standby' | 'tripped' | 'recovering';
  /** End of the present state. */
  until: number;
  nextCheck: number;
  recoveringSince: number;
  allowed: number;
  denied: number;
  samples: readonly Sample[];
}
interface Sample {
  readonly at: number;
  readonly status: number;
  readonly latency: number;
}
/** Ten buckets of one second (oxy memmetrics). */
const WINDOW = 10;

/**
 * Counts answers, trips on the expression, recovers with rising traffic (oxy cbreaker). One bad answer can trip it;
 * while it recovers the first request after the pause is refused (ran).
 */
export const circuitBreaker: Factory<'circuitBreaker'> = (spec) => {
  const condition = compileExpression(spec.expression);
  const breaker = slot((): Breaker => ({ state: 'standby', until: 0, nextCheck: 0, recoveringSince: 0, allowed: 0, denied: 0, samples: [] }));
  return (next) =>
    function* (request, draft) {
      const { scope } = request;
      const own = breaker(scope);
      if (blocked(own, scope.now(), spec.recoveryDuration)) return respondStatus(draft, spec.responseCode);
      const start = scope.now();
      const response = yield* next(request, draft);
      const record = () => {
        own.samples = [...recent(own.samples, scope.now()), { at: scope.now(), status: response.status, latency: scope.now() - start }];
        check(own, scope, condition, spec.checkPeriod, spec.fallbackDuration);
      };
      return { ...response, finalizers: [...response.finalizers, record] };
    };
};

function recent(samples: readonly Sample[], now: number): readonly Sample[] {
  const first = Math.floor(now / 1000) - WINDOW;
  return samples.filter((sample) => Math.floor(sample.at / 1000) > first);
}

function blocked(own: Breaker, now: number, recovery: number): boolean {
  if (own.state === 'standby') return false;
  if (own.state === 'tripped') {
    if (now < own.until) return true;
    Object.assign(own, { state: 'recovering', until: now + recovery, recoveringSince: now, allowed: 0, denied: 0 });
  }
  if (now > own.until) {
    own.state = 'standby';
    return false;
  }
  return !allowed(own, now, recovery);
}

/** Lets through while their share stays below half the share of the recovery time that has passed. */
function allowed(own: Breaker, now: number, recovery: number): boolean {
  const target = (0.5 * (now - own.recoveringSince)) / recovery;
  const passes = (own.allowed + 1) / (own.allowed + own.denied + 1) < target;
  if (passes) own.allowed += 1;
  else own.denied += 1;
  return passes;
}

function check(own: Breaker, scope: Scope, condition: Expression, period: number, fallback: number): void {
  const now = scope.now();
  if (now <= own.nextCheck && own.nextCheck !== 0) return;
  own.nextCheck = now + period;
  if (own.state === 'tripped' || !condition(metrics(recent(own.samples, now)))) return;
  Object.assign(own, { state: 'tripped', until: now + fallback, samples: [] });
}

function metrics(samples: readonly Sample[]) {
  const count = (from: number, to: number) => samples.filter(({ status }) => status >= from && status < to).length;
  const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);
  return {
    NetworkErrorRatio: () => ratio(samples.filter(({ status }) => status === 502 || status === 504).length, samples.length),
    ResponseCodeRatio: (...range: readonly (number | string)[]) => {
      const [a = 0, b = 0, c = 0, d = 0] = range.map(Number);
      return ratio(count(a, b), count(c, d));
    },
    LatencyAtQuantileMS: (quantile: number | string) => quantileOf(samples, Number(quantile)),
  };
}

function quantileOf(samples: readonly Sample[], quantile: number): number {
  const sorted = samples.map(({ latency }) => latency).toSorted((a, b) => a - b);
  return Math.trunc(sorted[Math.max(0, Math.ceil((quantile / 100) * sorted.length) - 1)] ?? 0);
}
