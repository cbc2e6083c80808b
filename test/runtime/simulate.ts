import type { Effect, EffectResult, Effects } from '../../src/runtime/effect.ts';
import type { RuntimeResponse } from '../../src/runtime/message.ts';
import { perform, type World } from './backends.ts';

/** Runs requests against each other in virtual time: what a server's event loop would do, without waiting. */
export interface Task {
  readonly at: number;
  readonly start: () => Effects<RuntimeResponse>;
  readonly done: (response: RuntimeResponse, world: World) => void;
}
interface Running {
  at: number;
  readonly order: number;
  next: () => void;
}

export function simulate(world: World, tasks: readonly Task[]): void {
  const queue: Running[] = [];
  let order = 0;
  const schedule = (at: number, next: () => void): void => {
    queue.push({ at, order: (order += 1), next });
  };
  for (const task of tasks) schedule(task.at, () => advance(world, task.start(), undefined, schedule, (response) => task.done(response, world)));
  for (;;) {
    const due = queue.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
    if (due === undefined) return;
    queue.splice(queue.indexOf(due), 1);
    world.now = Math.max(world.now, due.at);
    due.next();
  }
}

type Schedule = (at: number, next: () => void) => void;

/** Runs a handler until it has to wait; the answer is over when it is there. */
function advance<T>(world: World, effects: Effects<T>, result: EffectResult | undefined, schedule: Schedule, done: (value: T) => void): void {
  const step = result === undefined ? effects.next() : effects.next(result);
  if (step.done === true) {
    done(step.value);
    return;
  }
  const before = world.now;
  const outcome = perform(world)(step.value);
  const took = waited(step.value, world, before);
  schedule(world.now + took, () => advance(world, effects, outcome, schedule, done));
}

/** `perform` moves the clock by itself; take that back and wait instead. */
function waited(_: Effect, world: World, before: number): number {
  const took = world.now - before;
  world.now = before;
  return took;
}
