import type { Probe } from '../ir/index.ts';
import { keyOf } from './draft.ts';

/** What a request is good for, most needed first: 0 a route wins it, 1 the edge of a rule, 2 a middleware, 3 another spelling. */
export type Level = 0 | 1 | 2 | 3;

/** Collects requests once each, within a budget. */
export interface Collector {
  readonly add: (level: Level, probe: Probe) => void;
  /** All of the first levels; of the level that does not fit evenly spread ones. */
  readonly take: (limit: number) => readonly Probe[];
}

export function createCollector(): Collector {
  const levels: readonly [Probe[], Probe[], Probe[], Probe[]] = [[], [], [], []];
  const seen = new Set<string>();
  return {
    add: (level, probe) => {
      const key = keyOf(probe);
      if (seen.has(key)) return;
      seen.add(key);
      levels[level].push(probe);
    },
    take: (limit) => {
      const out: Probe[] = [];
      for (const [level, probes] of levels.entries()) out.push(...(level === 0 ? probes : spread(probes, Math.max(0, limit - out.length))));
      return out;
    },
  };
}

function spread(probes: readonly Probe[], count: number): readonly Probe[] {
  if (probes.length <= count) return probes;
  return Array.from({ length: count }, (_, index) => probes[Math.floor((index * probes.length) / count)]).filter((probe) => probe !== undefined);
}
