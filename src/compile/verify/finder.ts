import { refKey, routesOf, type Decision, type Listener, type Probe, type Route, type Routing } from '../../ir/index.ts';

/** Where a request comes in, and the route that a decision names. */
export interface Finder {
  readonly route: (decision: Decision) => Route | undefined;
  readonly listener: (probe: Probe) => Listener | undefined;
}

export function finder(routing: Routing): Finder {
  const routes = new Map(routesOf(routing).map((route) => [refKey(route.router), route]));
  const byName = new Map(routing.listeners.map((listener) => [listener.entryPoint.name, listener]));
  return {
    route: (decision) => (decision.kind === 'tie' || decision.kind === 'refused' || decision.router === null ? undefined : routes.get(refKey(decision.router))),
    listener: ({ entryPoint }) => byName.get(entryPoint),
  };
}
