import type { Places } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { replaceFix, writtenAt } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const rule: LintRule = {
  id: 'value-unit',
  meta: {
    summary: 'a duration without a unit',
    why: 'A bare number is read as seconds, also where other proxies count milliseconds: initialInterval=100 waits for 100 seconds before the second attempt.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    bad: [web('100 seconds', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.retry.attempts=3', 'traefik.http.middlewares.m.retry.initialinterval=100', '                                                 ^^^ value-unit')],
    good: [web('with a unit', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.retry.attempts=3', 'traefik.http.middlewares.m.retry.initialinterval=100ms')],
  },
  check: (context) => reportModel(context, (resolved) => [...resolved.gateway.middlewares, ...resolved.gateway.services].flatMap((entity) => shortOf(entity.places).flatMap(([path, origin]) => ofOption(path, origin, entity.symbol, context)))),
};
export default rule;

/** Options that are usually far below a minute. */
const SHORT = /^(?:retry\.(?:initialInterval|timeout)|circuitBreaker\.(?:checkPeriod|fallbackDuration|recoveryDuration)|rateLimit\.period|loadBalancer\.(?:healthCheck\.(?:interval|timeout|unhealthyInterval)|responseForwarding\.flushInterval|passiveHealthCheck\.failureWindow))$/;

/** Hardly an entity has one. */
function shortOf(places: Places): readonly (readonly [string, OriginId])[] {
  const found: [string, OriginId][] = [];
  places.forEach((origin, path) => void (SHORT.test(path) && found.push([path, origin])));
  return found;
}

function ofOption(path: string, origin: OriginId, symbol: string, context: LintContext): readonly ModelFinding[] {
  const written = writtenAt(context, origin);
  if (written === undefined || !/^\d{3,9}$/.test(written)) return [];
  return [{
    origin,
    symbol: `${symbol}.${path}`,
    message: `"${written}" means ${written} seconds`,
    label: 'no unit',
    help: `write "${written}ms" or "${written}s"`,
    ...replaceFix(context, origin, written, `${written}ms`, 'unsafe'),
  }];
}
