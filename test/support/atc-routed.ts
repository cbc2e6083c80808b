import { answer } from '../../src/models/kong/index.ts';
import type { KongNode } from '../../src/models/kong/index.ts';
import { entriesOf } from '../../src/models/kong/classic.ts';
import { readTarget } from '../../src/models/kong/front/request-line.ts';
import { rawField, routerRequest } from '../../src/models/kong/request.ts';
import { decodeUtf8 } from '../../src/models/kong/uri.ts';
import type { Probe } from '../../src/ir/index.ts';
import { atcMatcher } from './atc-router.ts';
import type { AtcValue, loadAtcRouter } from './atc-router.ts';

interface Routed {
  readonly mine: string | undefined;
  readonly theirs: string | undefined;
}

/** The route that the model takes and the one of Kong's router engine. Where no router is asked both are undefined. */
export function routedByEngine(atc: Awaited<ReturnType<typeof loadAtcRouter>>, node: KongNode, probe: Probe): Routed {
  const line = readTarget(probe.target);
  const got = answer(node, probe, { http10: probe.host === null });
  if (line === undefined || (got.match === undefined && got.status !== 404) || got.refusedBy !== undefined) return { mine: undefined, theirs: undefined };
  const request = routerRequest(probe, line, 8000);
  const flavor = node.flavor === 'expressions' ? 'expressions' : 'traditional_compatible';
  const entries = node.file.routes.flatMap((route) => entriesOf(route, flavor)).toSorted((a, b) => (a.priority > b.priority ? -1 : a.priority < b.priority ? 1 : a.id > b.id ? -1 : 1));
  const engine = atcMatcher(atc, entries.map((entry) => entry.expression), node.router.fields);
  const index = engine.first((field) => rawField(request, field).map((value) => toAtc(field, value)));
  return { mine: got.match?.route.name, theirs: index === undefined ? undefined : entries[index]?.route.name };
}

function toAtc(field: string, value: string | bigint): AtcValue {
  if (typeof value === 'bigint') return { Int: Number(value) };
  return field.endsWith('.ip') ? { IpAddr: value } : { String: decodeUtf8(value) ?? '' };
}
