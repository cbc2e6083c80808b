import { describe, expect, test } from 'vitest';
import { diff, diffClasses } from '../../src/index.ts';
import { loadSide, readPairs } from './pair.ts';

/** Both tables together take about five seconds. */
const changed = readPairs('changes');
const same = readPairs('same');

describe('pairs that differ', () => {
  for (const pair of changed) {
    test(pair.name, () => {
      const { changes, broken } = diff(loadSide(pair.before), loadSide(pair.after));
      expect(broken).toEqual([]);
      expect([...new Set(changes.map((change) => change.class))].toSorted()).toEqual([...(pair.classes ?? [])].toSorted());
      for (const change of changes) expect(change.witness).not.toBeNull();
    });
  }

  test('there are many of them, and two at least of each class that labels can make', () => {
    expect(changed.length).toBeGreaterThanOrEqual(60);
    const counts = Object.keys(diffClasses).filter((id) => id !== 'policy-weakened' && !id.startsWith('consumer-')).map((id) => [id, changed.filter(({ classes = [] }) => classes.some((one) => one === id)).length] as const);
    expect(counts.filter(([, count]) => count < 2)).toEqual([]);
  });
});

describe('pairs that only look different', () => {
  for (const pair of same) {
    test(pair.name, () => {
      const { changes, broken } = diff(loadSide(pair.before), loadSide(pair.after));
      expect(broken).toEqual([]);
      expect(changes.filter((change) => change.class !== 'renamed' && change.class !== 'priority-changed-same-winner')).toEqual([]);
    });
  }

  test('there are many of them', () => {
    expect(same.length).toBeGreaterThanOrEqual(40);
  });
});
