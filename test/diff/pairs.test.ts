import { describe, expect, test } from 'vitest';
import { diff } from '../../src/index.ts';
import { composeOf, loadText, readPairs } from './pair.ts';

describe('pairs that differ', () => {
  for (const pair of readPairs('changes')) {
    test(pair.name, () => {
      const { changes, broken } = diff(loadText(composeOf(pair.before)), loadText(composeOf(pair.after)));
      expect(broken).toEqual([]);
      expect([...new Set(changes.map((change) => change.class))].toSorted()).toEqual([...pair.classes].toSorted());
      for (const change of changes) expect(change.witness).not.toBeNull();
    });
  }
});

describe('pairs that only look different', () => {
  for (const pair of readPairs('same')) {
    test(pair.name, () => {
      const { changes, broken } = diff(loadText(composeOf(pair.before)), loadText(composeOf(pair.after)));
      expect(broken).toEqual([]);
      expect(changes.filter((change) => change.class !== 'renamed' && change.class !== 'priority-changed-same-winner')).toEqual([]);
    });
  }
});
