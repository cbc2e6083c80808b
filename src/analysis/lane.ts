import type { Listener, Probe, Route } from '../ir/index.ts';
import { createFront, type Front } from '../runtime/front.ts';
import { closedNames } from '../runtime/tls-names.ts';

/** The routes that are asked one after the other: those of one entry point, with TLS or without. */
export interface Lane {
  readonly entryPoint: string;
  readonly tls: boolean;
  readonly routes: readonly Route[];
  readonly listener: Listener;
  /** What happens to a request before any chain. */
  readonly front: (probe: Probe) => Front;
}

/** Lanes that have routes, in the order of the listeners. */
export function lanesOf(listeners: readonly Listener[], strict: ReadonlySet<string> = new Set()): readonly Lane[] {
  return listeners.flatMap((listener) => {
    const { entryPoint, plain, tls } = listener;
    const front = createFront(listener, closedNames(listener, strict));
    const ask = (probe: Probe): Front => front(probe, 'localhost');
    return [
      ...(plain.length === 0 ? [] : [{ entryPoint: entryPoint.name, tls: false, routes: plain, listener, front: ask }]),
      ...(tls.length === 0 ? [] : [{ entryPoint: entryPoint.name, tls: true, routes: tls, listener, front: ask }]),
    ];
  });
}

/** The route that takes the request; of a tie the first. Undefined = none, or refused before. */
export function winner(lane: Lane, probe: Probe): Route | undefined {
  const front = lane.front(probe);
  if (front.kind === 'tie') return front.routes[0];
  return front.kind === 'route' ? front.route : undefined;
}
