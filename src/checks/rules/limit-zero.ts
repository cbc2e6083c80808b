import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { isUnknown, middlewaresOf, optionAt, reportModel } from '../support/model.ts';

const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m'] as const;

const rule: LintRule = {
  id: 'limit-zero',
  meta: {
    summary: 'a limit that lets nothing or everything through',
    why: 'inFlightReq with the amount 0 answers 429 to every request. rateLimit with the average 0 limits nothing at all.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [
      web('nothing passes', ...LABELS, 'traefik.http.middlewares.m.inflightreq.amount=0', '                                              ^ limit-zero'),
      web('everything passes', ...LABELS, 'traefik.http.middlewares.m.ratelimit.burst=20', '                           ^^^^^^^^^ limit-zero'),
    ],
    good: [web('a limit', ...LABELS, 'traefik.http.middlewares.m.inflightreq.amount=10')],
  },
  check: (context) =>
    reportModel(context, (resolved) => [
      ...middlewaresOf(resolved, 'inFlightReq').filter(({ middleware, spec }) => spec.amount <= 0 && !isUnknown(middleware, 'inFlightReq.amount')).map(({ middleware }) => ({
        origin: optionAt(middleware, middleware.places.has('inFlightReq.amount') ? 'inFlightReq.amount' : 'inFlightReq'),
        symbol: `${middleware.symbol}.inFlightReq.amount`,
        message: `middleware "${middleware.ref.name}" lets no request through`,
        label: 'every request gets 429',
        help: 'set the amount of requests that may run at once',
      })),
      ...middlewaresOf(resolved, 'rateLimit').filter(({ middleware, spec }) => spec.average === 0 && !isUnknown(middleware, 'rateLimit.average')).map(({ middleware }) => ({
        origin: optionAt(middleware, middleware.places.has('rateLimit.average') ? 'rateLimit.average' : 'rateLimit'),
        symbol: `${middleware.symbol}.rateLimit.average`,
        message: `middleware "${middleware.ref.name}" limits nothing`,
        label: 'no average',
        help: 'set "average" to the requests per period',
      })),
    ]),
};
export default rule;
