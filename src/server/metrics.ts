import type { ExchangeRecord, Observer } from './observer.ts';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Figures for Prometheus. Labels are names of the configuration only: a client cannot make new ones. */
export interface Metrics extends Observer {
  readonly reloaded: (result: 'taken' | 'refused') => void;
  readonly text: () => string;
}

export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Histogram>();
  const open = new Map<string, number>();
  const reloads = { taken: 0, refused: 0 };
  const ended = (record: ExchangeRecord): void => {
    add(open, labels({ entrypoint: record.entryPoint }), -1);
    add(requests, labels({ entrypoint: record.entryPoint, router: record.router ?? '', code: String(record.status) }), 1);
    observe(durations, labels({ entrypoint: record.entryPoint, router: record.router ?? '' }), record.milliseconds / 1000);
  };
  return {
    began: (entryPoint) => add(open, labels({ entrypoint: entryPoint }), 1),
    ended,
    reloaded: (result) => void (reloads[result] += 1),
    text: () => [
      ...family('gateway_requests_total', 'counter', 'Requests that are over.', requests),
      ...family('gateway_open_requests', 'gauge', 'Requests under way.', open),
      ...histogram('gateway_request_duration_seconds', 'From the head of a request to the end of its answer.', durations),
      ...family('gateway_reloads_total', 'counter', 'Configurations that were read anew.', new Map(Object.entries(reloads).map(([result, count]) => [labels({ result }), count]))),
      '',
    ].join('\n'),
  };
}

function add(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function observe(map: Map<string, Histogram>, key: string, seconds: number): void {
  const known = map.get(key) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
  map.set(key, known);
  known.sum += seconds;
  known.count += 1;
  for (const [index, limit] of BUCKETS.entries()) if (seconds <= limit) known.counts[index] = (known.counts[index] ?? 0) + 1;
}

function labels(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`).join(',');
}

function family(name: string, type: string, help: string, values: ReadonlyMap<string, number>): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...[...values].toSorted().map(([key, value]) => `${name}{${key}} ${String(value)}`)];
}

function histogram(name: string, help: string, values: ReadonlyMap<string, Histogram>): readonly string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const [key, { counts, sum, count }] of [...values].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [index, limit] of BUCKETS.entries()) lines.push(`${name}_bucket{${key},le="${String(limit)}"} ${String(counts[index])}`);
    lines.push(`${name}_bucket{${key},le="+Inf"} ${String(count)}`, `${name}_sum{${key}} ${String(sum)}`, `${name}_count{${key}} ${String(count)}`);
  }
  return lines;
}
