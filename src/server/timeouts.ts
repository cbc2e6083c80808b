import { optionTable, type Transport } from '../ir/index.ts';

/** How long things may take on connections to servers, in milliseconds; 0 = for ever. */
export interface Timeouts {
  readonly dial: number;
  /** Between two pieces that a server sends. */
  readonly read: number;
  /** In which a server takes something of a request. */
  readonly write: number;
  /** That a connection waits for its next request. */
  readonly idle: number;
  /** Connections that wait. */
  readonly mostIdle: number;
}

/** Without a transport of its own a service gets what Traefik's static configuration starts with. */
export const TIMEOUTS: Timeouts = { dial: 30_000, read: 0, write: 0, idle: 90_000, mostIdle: 200 };

const known = new WeakMap<Transport, Timeouts>();

export function timeoutsOf(transport: Transport | undefined): Timeouts {
  if (transport === undefined) return TIMEOUTS;
  const found = known.get(transport) ?? readFrom(transport);
  known.set(transport, found);
  return found;
}

function readFrom({ dialTimeout, raw }: Transport): Timeouts {
  const tree = optionTable(raw);
  const times = optionTable(tree.get('forwardingtimeouts'));
  const most = Number(tree.get('maxidleconnsperhost') ?? 0);
  // Go takes 0 for two, and less for none.
  return { dial: dialTimeout, read: duration(times.get('readtimeout')) ?? 0, write: duration(times.get('writetimeout')) ?? 0, idle: duration(times.get('idleconntimeout')) ?? TIMEOUTS.idle, mostIdle: most === 0 ? 2 : Math.max(0, most) };
}

/** A duration of the dynamic configuration: read already, milliseconds. */
export function duration(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A Go duration of the static configuration; a bare number is seconds, as Traefik's files have it. */
export function milliseconds(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value : '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : unit === 'm' ? 60_000 : 3_600_000), 0);
}
