import { witnesses, type Witnesses } from '../analysis/index.ts';
import type { Consumer, Probe, Routing } from '../ir/index.ts';
import { createRuntime } from '../runtime/index.ts';
import type { Judged } from '../targets/judge.ts';
import type { OutputFile } from '../targets/target.ts';
import { once } from '../text/index.ts';
import { approximated, lenient, routerOf, type Approximate } from './validation/approximate.ts';
import { kongAsker } from './validation/ask-kong.ts';
import { nginxAsker } from './validation/ask-nginx.ts';
import { traefikAsker } from './validation/ask-traefik.ts';
import { loginsIn, withStandIns, type StandIns } from './validation/stand-ins.ts';
import { repliesOf } from './validation/replies.ts';
import type { After } from './validation/replies/exchange.ts';
import type { Agrees, Asker, Mismatch } from './validation/verdict.ts';

/** A request that the files decide otherwise than the labels. */
export interface Disagreement extends Mismatch {
  readonly probe: Probe;
  /** The router that should take it. */
  readonly router: string | null;
}

/** What the requests showed. */
export interface Validation {
  /** Requests that were compared. */
  readonly requests: number;
  /** Requests of a declared class that the target refuses. */
  readonly declined: number;
  readonly disagreements: readonly Disagreement[];
  /** What the reader of the files did not know, each once: nothing is claimed about requests that depend on it. */
  readonly unmodelled: readonly string[];
  /** Requests that were not compared for that reason. */
  readonly open: number;
}

/** What is compared: the files of one target and the routing that they were made from. */
export interface Subject {
  readonly target: string;
  readonly version: string;
  readonly routing: Routing;
  readonly files: readonly OutputFile[];
  readonly judged: readonly Judged[];
  /** Consumers of the routing whose secrets are made up. */
  readonly callers?: readonly Consumer[];
  /** The target's settings; absent where they are not known. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Findings after which no more requests are asked. Default: all are asked. */
  readonly enough?: number;
}

/** Enough to see what is wrong. */
const SHOWN = 20;

/**
 * Asks the witness requests of the routing of the runtime and of a reader of the rendered text that shares no code with
 * what wrote it. Undefined for a target that has no such reader.
 */
export function validate(subject: Subject): Validation | undefined {
  const texts = new Map(subject.files.map(({ path, text }) => [path, text]));
  const prepared = withStandIns(subject.routing, texts);
  const model = modelOf(subject, prepared);
  if (model === undefined) return undefined;
  const asked = witnesses(prepared.routing, { logins: loginsIn(subject, prepared.logins), consumers: subject.callers ?? [], rare: true });
  const others = model.others === undefined ? [] : witnesses(model.others, { limit: OTHERS }).probes;
  return compareAll({ ...asked, probes: [...asked.probes, ...others] }, prepared.routing, model, approximated(subject.judged), subject.enough ?? Infinity);
}

/** Whether the files decide this one request otherwise than the routing. */
export function contradicts(subject: Subject, probe: Probe): boolean {
  const { routing, files } = withStandIns(subject.routing, new Map(subject.files.map(({ path, text }) => [path, text])));
  const decision = createRuntime(routing, { clock: () => 0, random: () => 0 }).decide(probe);
  const model = modelOf(subject, { routing, files });
  if (model === undefined) return false;
  return model.ask(probe, decision).kind === 'differs' || (decision.kind === 'forward' && repliesOf(routing, model.after)?.differs(probe, decision.router) !== undefined);
}

/** A reader of rendered text. */
export interface Model {
  readonly ask: Asker;
  /** Where that can be told without deciding: see {@link Agrees}. */
  readonly agrees?: Agrees;
  /** Where the text can be asked what becomes of an endpoint's answer. */
  readonly after?: After;
  /** What stands against all of the text, or was not understood. */
  readonly faults: readonly string[];
  /** What was read, where its rules are not those of the labels. */
  readonly others?: Routing | undefined;
}

/** Requests that are asked because of rules that only the text has. */
const OTHERS = 500;

/** The reader of a target's files; undefined where there is none. */
export function modelOf({ target, version, settings }: Pick<Subject, 'target' | 'version' | 'settings'>, { routing, files }: Pick<StandIns, 'routing' | 'files'>): Model | undefined {
  const ipv6 = settings === undefined ? undefined : settings['ipv6'] !== false;
  switch (target) {
    case 'traefik':
      return traefikAsker(files, routing, version.startsWith('2.') ? '2.11' : '3.7');
    case 'nginx':
      return nginxAsker(files, routing, ipv6);
    case 'kong':
      return kongAsker(files, routing, ipv6);
    default:
      return undefined;
  }
}

function compareAll({ probes, lanes }: Witnesses, routing: Routing, model: Model, approximate: Approximate, enough: number): Validation {
  const runtime = once(() => createRuntime(routing, { clock: () => 0, random: () => 0 }));
  const fronts = new Map(lanes.map(({ entryPoint, front }) => [entryPoint, front]));
  const disagreements: Disagreement[] = [];
  const unmodelled = new Set(model.faults);
  const replies = repliesOf(routing, model.after);
  const count = { same: 0, declined: 0, differs: 0, unmodelled: 0 };
  for (const probe of probes) {
    if (disagreements.length + unmodelled.size >= enough) break;
    if (model.agrees?.(probe, () => fronts.get(probe.entryPoint)?.(probe)) === true) {
      count.same += 1;
      continue;
    }
    const decision = runtime().decide(probe);
    const answer = lenient(model.ask(probe, decision), probe, decision, approximate);
    count[answer.kind] += 1;
    if (answer.kind === 'unmodelled') unmodelled.add(answer.what);
    const mismatch = answer.kind === 'differs' ? answer.mismatch : answer.kind === 'same' && decision.kind === 'forward' ? replies?.differs(probe, decision.router) : undefined;
    if (mismatch !== undefined && disagreements.length < SHOWN) disagreements.push({ probe, router: routerOf(decision), ...mismatch });
  }
  return { requests: count.same + count.differs, declined: count.declined, disagreements, unmodelled: [...unmodelled], open: count.unmodelled };
}
