import { witnesses } from '../analysis/index.ts';
import { applyAcks, countChanges, describeWitness, hiddenChange, hiding, severityOf, unaskedChange } from '../diff/index.ts';
import type { AckOptions, BrokenSide, ChangeClass, DiffDocument, DocumentChange, SidePlace } from '../diff/index.ts';
import { hashOf } from '../diff/fingerprint.ts';
import { placeOf } from '../diagnostics/index.ts';
import { refName, routesOf, type Decision, type Probe, type Routing } from '../ir/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { VERSION } from '../version.ts';
import { build } from './build.ts';
import { findingOf, withReplay } from './diff.ts';
import { withoutOwnRoutes } from './foreign.ts';
import { applyOverrides } from './overrides.ts';
import type { BuildOptions, BuiltTarget, Loaded, LoadedGateway } from './types.ts';
import { modelOf, type Model } from './validate.ts';
import { loginsIn, withStandIns } from './validation/stand-ins.ts';
import type { Answer } from './validation/verdict.ts';

/** Targets whose files something reads back, and so can be held against each other. */
export const COMPARED_TARGETS = ['traefik', 'nginx', 'kong'] as const;
export type ComparedTarget = (typeof COMPARED_TARGETS)[number];

/** What two targets are held against each other with, beside how they are built. */
export interface DiffTargetsOptions {
  /** Words that a replay command needs beside the request. */
  readonly replay?: readonly string[];
  readonly acks?: AckOptions;
}

/** What requests see when one configuration is served by the files of one target instead of those of another. */
export function diffTargets(loaded: Loaded, [old, now]: readonly [ComparedTarget, ComparedTarget], options: BuildOptions, { replay = [], acks }: DiffTargetsOptions = {}): DiffDocument {
  const { built } = build(loaded, { ...options, targets: [old, now] });
  const parts = loaded.gateways.map((gateway) => {
    const of = (target: string): BuiltTarget | undefined => built.find((one) => one.gateway === gateway.name && one.target === target);
    return compareBuilt(loaded, gateway, [of(old), of(now)], options);
  });
  const found = parts.flatMap((part) => part.changes).map((change) => ({ ...change, fingerprint: hashOf(['targets', old, now, change.fingerprint]) }));
  const applied = acks === undefined ? { changes: found, acks: [] } : applyAcks(found, acks);
  const changes = applied.changes.map((change) => withReplay(change, replay));
  const broken = parts.flatMap((part) => part.broken);
  return {
    schema: 'gateway.diff/1', tool: { version: VERSION }, compares: { kind: 'targets', old, new: now },
    summary: { ...countChanges(changes), entities: 0, files: 0, requests: parts.reduce((sum, { requests }) => sum + requests, 0) },
    broken, changes, unproven: changes.filter((change) => change.class === 'unproven'),
    findings: [], acks: applied.acks, entities: [], files: [], traffic: null,
  };
}

interface Part {
  readonly changes: readonly DocumentChange[];
  readonly broken: readonly BrokenSide[];
  readonly requests: number;
}

type Sides<T> = readonly [T, T];

function compareBuilt(loaded: Loaded, gateway: LoadedGateway, built: Sides<BuiltTarget | undefined>, options: BuildOptions): Part {
  const [old, now] = built;
  const broken = [...refusedBy('old', old, loaded), ...refusedBy('new', now, loaded)];
  const resolved = gateway.resolved[0];
  if (broken.length > 0 || old?.files === undefined || now?.files === undefined || resolved === undefined) return { changes: [], broken, requests: 0 };
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, options.overrides);
  const asked = askBoth(routing, [old, now]);
  const place = placesBy(routing, loaded);
  const allowed = [old, now].flatMap((one) => approximations(gateway.name, one));
  const hide = hiding([{ routing, gateway: resolved.gateway }]);
  return { changes: [...asked.differences.map((difference) => hiddenChange(changeOf(gateway.name, difference, place), hide)), ...allowed], broken: [], requests: asked.requests };
}

/** Why a target's files are not there. */
function refusedBy(side: BrokenSide['side'], built: BuiltTarget | undefined, loaded: Loaded): readonly BrokenSide[] {
  if (built === undefined || built.files !== undefined) return [];
  const blocking = built.diagnostics.filter((diagnostic) => diagnostic.blocking || diagnostic.severity === 'error');
  return [{ side, findings: blocking.map((diagnostic) => findingOf(diagnostic, loaded)) }];
}

/** What somebody allowed by name may differ, and no model can say how far. */
function approximations(gateway: string, { target, judged }: BuiltTarget): readonly DocumentChange[] {
  const reasons = new Map(judged.flatMap(({ allowed, use }) => (allowed === undefined ? [] : [[use.feature, allowed] as const])));
  return [...reasons].map(([feature, reason]) => unaskedChange(gateway, { class: 'status-changed', entity: target, what: `${feature} is only approximated, allowed because: ${reason}`, at: [] }));
}

/** A request that the files of both targets do not answer alike. */
interface Difference {
  readonly id: ChangeClass;
  readonly probe: Probe;
  readonly decision: Decision;
  readonly before: string;
  readonly after: string;
}

/** Both targets are held against the same decision: what one of them is said to do otherwise, they do apart. */
function askBoth(whole: Routing, built: Sides<BuiltTarget>): { readonly differences: readonly Difference[]; readonly requests: number } {
  const models = built.map((one) => modelFor(whole, one));
  const { routing, logins } = withStandIns(whole, new Map());
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const { probes } = witnesses(routing, { logins: built.reduce((kept, one) => loginsIn(one, kept), logins) });
  const found = new Map<string, Difference>();
  for (const probe of probes) {
    const decision = runtime.decide(probe);
    const [left, right] = models.map((model) => model?.ask(probe, decision) ?? { kind: 'unmodelled' as const, what: 'these files are read by nothing' });
    if (left === undefined || right === undefined) continue;
    const id = classOf(left, right);
    if (id === undefined) continue;
    const difference = { id, probe, decision, before: words(left), after: words(right) };
    const key = [id, routerOf(decision), probe.entryPoint, difference.before, difference.after].join('\0');
    const known = found.get(key);
    if (known === undefined || probe.target.length < known.probe.target.length) found.set(key, difference);
  }
  return { differences: [...found.values()], requests: probes.length };
}

function modelFor(whole: Routing, { files = [], ...built }: BuiltTarget): Model | undefined {
  const routing = built.target === 'traefik' ? whole : withoutOwnRoutes(whole);
  return modelOf(built, withStandIns(routing, new Map(files.map(({ path, text }) => [path, text]))));
}

function classOf(left: Answer, right: Answer): ChangeClass | undefined {
  if (left.kind === 'unmodelled' || right.kind === 'unmodelled') return 'unproven';
  if (words(left) === words(right)) return undefined;
  const [first] = [left, right].flatMap((answer) => (answer.kind === 'differs' ? [answer.mismatch.what] : []));
  if (first === 'endpoint') return 'backend-changed';
  if (first === 'target' || first === 'host' || first === 'method') return 'path-rewrite-changed';
  return first?.includes('header') === true ? 'header-removed' : 'status-changed';
}

function words(answer: Answer): string {
  switch (answer.kind) {
    case 'same':
      return 'as declared';
    case 'declined':
      return 'refused, a form of request that it does not take';
    case 'differs':
      return `${answer.mismatch.what} ${answer.mismatch.seen} instead of ${answer.mismatch.expected}`;
    case 'unmodelled':
      return `not known: ${answer.what}`;
  }
}

function routerOf(decision: Decision): string {
  return (decision.kind === 'forward' || decision.kind === 'respond') && decision.router !== null ? refName(decision.router) : '';
}

function changeOf(gateway: string, { id, probe, decision, before, after }: Difference, placeBy: (router: string) => readonly SidePlace[]): DocumentChange {
  const verdict = { decision, routes: [], replicas: new Map<string, number>() };
  const text = describeWitness({ probe, loggedIn: false, before: verdict, after: verdict });
  const witness = { ...text, before: `${text.before} (${before})`, after: `${text.before} (${after})` };
  const entity = routerOf(decision);
  return { class: id, severity: severityOf(id), gateway, entity, host: probe.host, witness, what: after, at: placeBy(entity), fingerprint: hashOf([gateway, id, probe.entryPoint, text.request, before, after]), acknowledged: null };
}

function placesBy({ listeners }: Routing, loaded: Loaded): (router: string) => readonly SidePlace[] {
  const origins = new Map(routesOf({ listeners }).map((route) => [refName(route.router), route.origin]));
  return (router) => {
    const origin = origins.get(router);
    return origin === undefined ? [] : [{ side: 'new', ...placeOf(origin, loaded.origins, loaded.files) }];
  };
}
