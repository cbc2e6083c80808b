import type { SpecOf } from '../../../ir/index.ts';
import { keptName, type ChainState, type Site, type Step } from '../chain.ts';
import { headerVariable } from '../atoms.ts';
import { ipRange } from '../ip-range.ts';
import { addressAllowed, chosenAddress, isPeer } from '../ip-strategy.ts';
import { block, directive, template, variable, type Part, type Statement } from '../plan.ts';
import { literal } from '../plan.ts';
import { authority } from '../request.ts';

/** 403 for peers outside the ranges; another status, or an address out of X-Forwarded-For, is answered in the rewrite phase. */
export function ipAllowList(site: Site, state: ChainState, spec: SpecOf<'ipAllowList'>): Step {
  const ranges = spec.sourceRange.flatMap((range) => ipRange(range) ?? []);
  const strategy = spec.ipStrategy !== undefined && !isPeer(spec.ipStrategy) ? spec.ipStrategy : undefined;
  const status = spec.rejectStatusCode === 0 ? 403 : spec.rejectStatusCode;
  if (status === 403 && strategy === undefined) {
    const statements = [...ranges.map((range) => directive('allow', range)), directive('deny', 'all')];
    return { state, respond: [{ phase: 'allow', statements: () => statements }] };
  }
  const flag = strategy === undefined ? site.sheet.geo('allowed', ranges) : addressAllowed(site.sheet, chosenAddress(site.sheet, site.forwarding, strategy), spec.sourceRange);
  const statements = [block(['if', `($${flag}`, '=', '0)'], [directive('return', String(status))])];
  return { state, respond: [{ phase: 'rewrite', statements: () => statements }] };
}

/** Requests per second or per minute as nginx counts them; undefined when the rate is neither. */
export function requestRate(spec: SpecOf<'rateLimit'>): string | undefined {
  const perSecond = (spec.average * 1000) / spec.period;
  if (Number.isInteger(perSecond)) return `${String(perSecond)}r/s`;
  return Number.isInteger(perSecond * 60) ? `${String(perSecond * 60)}r/m` : undefined;
}

/**
 * Traefik's bucket of `burst` is a burst of one less on top of the first request. Equal for spikes, stricter under a lasting
 * overload: Traefik lets some of those wait (ran on both).
 */
export function rateLimit(site: Site, state: ChainState, spec: SpecOf<'rateLimit'>): Step {
  const rate = requestRate(spec);
  if (spec.average === 0 || rate === undefined) return { state };
  const key: readonly Part[] = spec.sourceCriterion === undefined ? [variable('binary_remote_addr')] : criterion(site, spec.sourceCriterion, variable('binary_remote_addr'));
  const zone = zoneOf(site, 'rate');
  site.sheet.add(`limit_req_zone ${zone}`, [directive('limit_req_zone', template(...key), `zone=${zone}:10m`, `rate=${rate}`)]);
  const burst = Math.max(0, spec.burst - 1);
  const words = [`zone=${zone}`, ...(burst === 0 ? [] : [`burst=${String(burst)}`, 'nodelay'])];
  const statements = [directive('limit_req', ...words), directive('limit_req_status', '429')];
  return { state, respond: [{ phase: 'limit', statements: () => statements }] };
}

/** At once per source, by default the host as the client wrote it (ran on 3.7.15). */
export function inFlightReq(site: Site, state: ChainState, spec: SpecOf<'inFlightReq'>): Step {
  if (spec.amount <= 0) return { state, respond: [{ phase: 'rewrite', statements: () => [directive('return', '429', literal(`max connections reached: ${String(spec.amount)}`))] }], ends: true };
  const host = variable(authority(site.sheet));
  const key = spec.sourceCriterion === undefined ? [host] : criterion(site, spec.sourceCriterion, host);
  const zone = zoneOf(site, 'active');
  site.sheet.add(`limit_conn_zone ${zone}`, [directive('limit_conn_zone', template(...key), `zone=${zone}:10m`)]);
  const statements: readonly Statement[] = [directive('limit_conn', zone, String(spec.amount)), directive('limit_conn_status', '429')];
  return { state, respond: [{ phase: 'limit', statements: () => statements }] };
}

function criterion(site: Site, source: NonNullable<SpecOf<'rateLimit'>['sourceCriterion']>, otherwise: Part): readonly Part[] {
  // nginx does not count an empty key; Traefik counts requests without the header as one source (ran).
  if (source.requestHeaderName !== '') return ['=', headerVariable(source.requestHeaderName.toLowerCase())];
  if (source.requestHost) return [variable(authority(site.sheet))];
  if (source.ipStrategy === undefined) return [otherwise];
  return isPeer(source.ipStrategy) ? [variable('binary_remote_addr')] : ['=', chosenAddress(site.sheet, site.forwarding, source.ipStrategy)];
}

/** Each router has its own buckets. */
function zoneOf(site: Site, wish: string): string {
  const { router } = site.route;
  const { ref } = site.middleware;
  return keptName(site, `${wish} ${router.name}@${router.namespace} ${ref.name}@${ref.namespace} ${String(site.tls)}`, `${wish}_${router.name}_${ref.name}`);
}
