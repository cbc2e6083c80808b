import { LARGEST_BODY } from '../../../analysis/index.ts';
import { chainOf, type HeaderList, type Middleware, type Probe, type Route } from '../../../ir/index.ts';
import type { Mismatch } from '../verdict.ts';
import type { Exchange, Question } from './exchange.ts';

const TYPES = 3;
const OTHER = 'application/x-other';

/** Answers on both sides of what is packed: by length, by type, and for clients that did not ask. Where something else of the chain writes the same fields nothing is asked. */
export function aboutPacking(route: Route, probe: Probe): readonly Question[] {
  const all = chainOf(route);
  const [spec, ...more] = all.flatMap(({ spec: one }) => (one.kind === 'compress' ? [one] : []));
  const asks = probe.headers.some(([name]) => /^(?:accept-encoding|range|via)$/i.test(name));
  if (spec === undefined || more.length > 0 || asks || route.service.service.spec.kind === 'failover' || all.some(touches)) return [];
  const least = spec.minResponseBodyBytes > 0 ? spec.minResponseBodyBytes : 1024;
  if (least > LARGEST_BODY) return [];
  // nginx packs text/html in any case, as the row says.
  const types = spec.includedContentTypes.length === 0 ? [OTHER] : [...spec.includedContentTypes.slice(0, TYPES), OTHER];
  const asked: Probe = { ...probe, headers: [...probe.headers, ['Accept-Encoding', 'gzip']] };
  return [
    ...types.map((type) => question(asked, type, least)),
    question(asked, types[0] ?? OTHER, least - 1),
    question(probe, types[0] ?? OTHER, least),
  ];
}

function touches({ spec }: Middleware): boolean {
  if (spec.kind === 'errors' || spec.kind === 'contentType') return true;
  return spec.kind === 'headers' && Object.keys(spec.customResponseHeaders).some((name) => /^(?:content-(?:encoding|type|length|range)|vary)$/i.test(name));
}

function question(probe: Probe, type: string, length: number): Question {
  const headers: HeaderList = [['Content-Type', type], ['Content-Length', String(length)]];
  return { probe, replied: { statuses: [200], headers, length }, difference: (expected, seen) => difference(expected, seen, `an answer of ${String(length)} bytes of ${type}`) };
}

function difference(expected: Exchange, seen: Exchange, of: string): Mismatch | undefined {
  const [left, right] = [coding(expected), coding(seen)];
  if (left !== right) return { what: `packing of ${of}`, expected: left, seen: right };
  const [vary, other] = [varies(expected), varies(seen)];
  return left === 'none' || vary === other ? undefined : { what: `Vary of ${of}`, expected: vary, seen: other };
}

function coding({ packing }: Exchange): string {
  return packing.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? 'none';
}

function varies({ packing }: Exchange): string {
  return packing.flatMap(([name, value]) => (name.toLowerCase() === 'vary' && /\baccept-encoding\b/i.test(value) ? ['Accept-Encoding'] : []))[0] ?? 'none';
}
