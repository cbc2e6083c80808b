import { lanesOf, wonBy } from '../analysis/index.ts';
import { refName, type Probe, type Route } from '../ir/index.ts';
import type { BehaviourChange } from './behaviour.ts';
import type { ChangeClass } from './classes.ts';
import type { EntityChange } from './entities.ts';
import { fingerprintOf } from './fingerprint.ts';
import { createAsker, type Side } from './side.ts';

/** Changes of routers that no request notices: a new name, another priority. Each with a request that shows it. */
export function compareQuiet(before: Side, after: Side, entities: readonly EntityChange[], loud: readonly BehaviourChange[]): readonly BehaviourChange[] {
  const wanted = entities.flatMap(({ kind, entity, name, fields }): readonly { readonly name: string; readonly id: ChangeClass }[] => {
    if (entity !== 'router' || loud.some((change) => change.entity === name)) return [];
    if (kind === 'renamed') return [{ name, id: 'renamed' }];
    return kind === 'changed' && fields.some(({ field }) => field === 'priority') ? [{ name, id: 'priority-changed-same-winner' }] : [];
  });
  if (wanted.length === 0) return [];
  const [old, now] = [createAsker(before, after), createAsker(after, before)];
  return wanted.flatMap(({ name, id }) => {
    const found = requestFor(name, after);
    if (found === undefined) return [];
    const witness = { probe: found.probe, loggedIn: false, before: old.ask(found.probe), after: now.ask(found.probe) };
    return [{ class: id, entity: name, witness, at: [after.at(found.route.origin)], fingerprint: fingerprintOf(id, witness) }];
  });
}

function requestFor(name: string, { routing }: Side): { readonly probe: Probe; readonly route: Route } | undefined {
  for (const lane of lanesOf(routing.listeners)) {
    const route = lane.routes.find(({ router }) => refName(router) === name);
    const probe = route === undefined ? undefined : wonBy(lane, route);
    if (route !== undefined && probe !== undefined) return { probe, route };
  }
  return undefined;
}

