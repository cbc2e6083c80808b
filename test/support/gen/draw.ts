import fc from '../fast-check.ts';

/** Draws one value; everything that is random in a generated gateway goes through it, so a seed repeats it. */
export type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

/** What a seed makes of a recipe. */
export function drawn<T>(seed: number, recipe: (draw: Draw) => T): T {
  const whole = fc.gen().map((next) => ({ value: recipe((arbitrary) => next(() => arbitrary)) }));
  const [first] = fc.sample(whole, { seed, numRuns: 1, unbiased: true });
  if (first === undefined) throw new Error('nothing was drawn');
  return first.value;
}

export function pick<T>(draw: Draw, list: readonly T[]): T {
  const at = draw(fc.nat({ max: list.length - 1 }));
  const found = list.slice(at, at + 1);
  if (found.length === 0) throw new Error('an empty list');
  return found.reduce((first) => first);
}

/** True that often in a hundred. */
export function chance(draw: Draw, percent: number): boolean {
  return draw(fc.nat({ max: 99 })) < percent;
}

export function between(draw: Draw, min: number, max: number): number {
  return draw(fc.integer({ min, max }));
}

/** One of the keys, as often as its weight says. */
export function weighted<K extends string>(draw: Draw, weights: Readonly<Partial<Record<K, number>>>, keys: readonly K[]): K {
  const known = keys.filter((key) => (weights[key] ?? 0) > 0);
  let left = draw(fc.nat({ max: known.reduce((sum, key) => sum + (weights[key] ?? 0), 0) - 1 }));
  for (const key of known) {
    left -= weights[key] ?? 0;
    if (left < 0) return key;
  }
  throw new Error('no weights');
}

/** Some of a list, in its order, without repeats. */
export function some<T>(draw: Draw, list: readonly T[], { min = 0, max }: { readonly min?: number; readonly max: number }): readonly T[] {
  return draw(fc.shuffledSubarray([...list], { minLength: Math.min(min, list.length), maxLength: Math.min(max, list.length) }));
}
