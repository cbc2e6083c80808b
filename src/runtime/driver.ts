import type { Effect, EffectResult, Effects } from './effect.ts';

/** Runs a handler whose effects are answered at once. */
export function runSync<T>(effects: Effects<T>, answer: (effect: Effect) => EffectResult): T {
  let step = effects.next();
  while (step.done !== true) step = effects.next(answer(step.value));
  return step.value;
}

/** Runs a handler whose effects take time. When performing one throws, the handler's `finally` blocks run. */
export async function runAsync<T>(effects: Effects<T>, perform: (effect: Effect) => Promise<EffectResult>): Promise<T> {
  let step = effects.next();
  while (step.done !== true) {
    let result: EffectResult;
    try {
      result = await perform(step.value);
    } catch (error) {
      step = effects.throw(error);
      continue;
    }
    step = effects.next(result);
  }
  return step.value;
}
