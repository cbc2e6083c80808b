import type { Probe } from '../ir/index.ts';
import { keyOf } from './draft.ts';
import { pushTo } from '../text/index.ts';

/** What a request is good for, most needed first: 0 a route wins it, 1 the edge of a rule, 2 a middleware, 3 another spelling. */
export type Level = 0 | 1 | 2 | 3;

/** Collects requests once each, within a budget. */
export interface Collector {
  readonly add: (level: Level, probe: Probe) => void;
  /** Requests of the last levels, which are only made where there is room for some: a large routing has none. */
  readonly later: (level: 2 | 3, make: () => readonly Probe[]) => void;
  /** All of the first levels; of the level that does not fit evenly spread ones. */
  readonly take: (limit: number) => readonly Probe[];
}

export function createCollector(): Collector {
  const levels: readonly [Probe[], Probe[], Probe[], Probe[]] = [[], [], [], []];
  const waiting = new Map<Level, (() => readonly Probe[])[]>();
  const seen = new Set<string>();
  const add: Collector['add'] = (level, probe) => {
    const key = keyOf(probe);
    if (seen.has(key)) return;
    seen.add(key);
    levels[level].push(probe);
  };
  const chosen = (level: Level, room: number): readonly Probe[] => {
    if (room <= 0) return [];
    for (const make of waiting.get(level) ?? []) for (const probe of make()) add(level, probe);
    return spread(levels[level], room);
  };
  return {
    add,
    later: (level, make) => pushTo(waiting, level, make),
    take: (limit) => {
      const out: Probe[] = [...levels[0]];
      for (const level of [1, 2, 3] as const) out.push(...chosen(level, limit - out.length));
      return out;
    },
  };
}

function spread(probes: readonly Probe[], count: number): readonly Probe[] {
  if (probes.length <= count) return probes;
  return Array.from({ length: count }, (_, index) => probes[Math.floor((index * probes.length) / count)]).filter((probe) => probe !== undefined);
}
