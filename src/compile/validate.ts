import { witnesses } from '../analysis/index.ts';
import { refName, type Consumer, type Decision, type Probe, type Routing } from '../ir/index.ts';
import { createRuntime } from '../runtime/index.ts';
import type { Judged } from '../targets/judge.ts';
import type { OutputFile } from '../targets/target.ts';
import { kongAsker } from './validation/ask-kong.ts';
import { nginxAsker } from './validation/ask-nginx.ts';
import { traefikAsker } from './validation/ask-traefik.ts';
import { senderOf } from './validation/forwarded.ts';
import { withStandIns, type StandIns } from './validation/stand-ins.ts';
import type { Answer, Asker, Mismatch } from './validation/verdict.ts';

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
  const { probes } = witnesses(prepared.routing, { logins: prepared.logins, consumers: subject.callers ?? [] });
  return compareAll(probes, prepared.routing, model, approximated(subject.judged));
}

/** Whether the files decide this one request otherwise than the routing. */
export function contradicts(subject: Subject, probe: Probe): boolean {
  const { routing, files } = withStandIns(subject.routing, new Map(subject.files.map(({ path, text }) => [path, text])));
  const decision = createRuntime(routing, { clock: () => 0, random: () => 0 }).decide(probe);
  return modelOf(subject, { routing, files })?.ask(probe, decision).kind === 'differs';
}

/** A reader of rendered text. */
export interface Model {
  readonly ask: Asker;
  /** What stands against all of the text, or was not understood. */
  readonly faults: readonly string[];
}

/** The reader of a target's files; undefined where there is none. */
export function modelOf({ target, version }: Pick<Subject, 'target' | 'version'>, { routing, files }: Pick<StandIns, 'routing' | 'files'>): Model | undefined {
  switch (target) {
    case 'traefik':
      return traefikAsker(files, routing, version.startsWith('2.') ? '2.11' : '3.7');
    case 'nginx':
      return nginxAsker(files, routing, senderOf(routing));
    case 'kong':
      return kongAsker(files, routing);
    default:
      return undefined;
  }
}

function compareAll(probes: readonly Probe[], routing: Routing, model: Model, approximate: Approximate): Validation {
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const disagreements: Disagreement[] = [];
  const unmodelled = new Set(model.faults);
  const count = { same: 0, declined: 0, differs: 0, unmodelled: 0 };
  for (const probe of probes) {
    const decision = runtime.decide(probe);
    const answer = lenient(model.ask(probe, decision), decision, approximate);
    count[answer.kind] += 1;
    if (answer.kind === 'unmodelled') unmodelled.add(answer.what);
    if (answer.kind === 'differs' && disagreements.length < SHOWN) disagreements.push({ probe, router: routerOf(decision), ...answer.mismatch });
  }
  return { requests: count.same + count.differs, declined: count.declined, disagreements, unmodelled: [...unmodelled], open: count.unmodelled };
}

function routerOf(decision: Decision): string | null {
  return (decision.kind === 'forward' || decision.kind === 'respond') && decision.router !== null ? refName(decision.router) : null;
}

/** What approximations that were allowed by name may change. */
interface Approximate {
  /** Routers of which only who answers is held against the files. */
  readonly routers: ReadonlySet<string>;
  /** A rule among them: it may take or leave requests that another router then gets. */
  readonly rules: boolean;
}

function approximated(judged: readonly Judged[]): Approximate {
  const allowed = judged.filter((one) => one.allowed !== undefined);
  return { routers: new Set(allowed.flatMap(({ use }) => (use.site.route === undefined ? [] : [refName(use.site.route.router)]))), rules: allowed.some(({ use }) => use.feature.startsWith('rule.')) };
}

function lenient(answer: Answer, decision: Decision, { routers, rules }: Approximate): Answer {
  if (answer.kind !== 'differs') return answer;
  const excused = answer.mismatch.what === 'endpoint' ? rules : routers.has(routerOf(decision) ?? '');
  return excused ? { kind: 'declined' } : answer;
}
