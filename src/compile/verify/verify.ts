import { witnesses } from '../../analysis/index.ts';
import type { EngineBinary } from '../../engines/find.ts';
import { refKey, type Decision } from '../../ir/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import type { BuildOptions, BuildResult, BuiltTarget, Loaded, LoadedGateway } from '../types.ts';
import { routerOf } from '../validation/approximate.ts';
import { escapedRefusals } from '../validation/escaped.ts';
import { settle } from '../validation/outcome.ts';
import { stickyCookies } from '../validation/sticky-cookies.ts';
import { withStandIns } from '../validation/stand-ins.ts';
import type { Disagreement, Validation } from '../validate.ts';
import { askEngine } from './ask.ts';
import type { Backends } from './backends.ts';
import { findOneOf, type EnginePlaces } from './engine-places.ts';
import { finder } from './finder.ts';
import { isAskable } from './outside.ts';
import { onStage, withEngine, type Stage } from './stage.ts';

/** All targets asked in real engines, or why that cannot be done here. */
export type Verified = { readonly kind: 'verified'; readonly result: BuildResult } | { readonly kind: 'unavailable'; readonly reason: string };

/** Enough to see what is wrong. */
const SHOWN = 20;
const AT_ONCE = 8;
/** What the reader of the files said; the engine has the last word. */
const BY_MODEL: readonly string[] = ['not-verified', 'internal-disagreement'];

/**
 * Starts the real engine of every target that was built, on loopback and with servers of ours behind it, asks it the
 * witness requests and holds its answers against the labels. A target that contradicts them loses its files.
 */
export async function verify(loaded: Loaded, result: BuildResult, options: BuildOptions, where: EnginePlaces): Promise<Verified> {
  const built: BuiltTarget[] = [];
  for (const one of result.built) {
    const gateway = loaded.gateways.find(({ name }) => name === one.gateway);
    if (one.files === undefined || gateway === undefined) {
      built.push(one);
      continue;
    }
    const engine = engineFor(one, where);
    if (typeof engine === 'string') return { kind: 'unavailable', reason: engine };
    const outcome = await verifyOne(loaded, gateway, one, options, engine);
    if (typeof outcome === 'string') return { kind: 'unavailable', reason: `${one.target} cannot be verified: ${outcome}` };
    built.push(outcome);
  }
  return { kind: 'verified', result: { ...result, built } };
}

/** The engine of a target, or a sentence about why there is none. */
function engineFor({ target, version }: BuiltTarget, where: EnginePlaces): EngineBinary | string {
  if (target !== 'traefik' && target !== 'nginx') return `${target} cannot be verified: there is no engine for it here`;
  if (target === 'traefik' && version.startsWith('2.')) return 'traefik 2.11 cannot be verified: only Traefik 3 is started';
  const names = target === 'traefik' ? (['traefik'] as const) : version.startsWith('1.22') ? (['nginx122', 'nginx'] as const) : (['nginx131', 'nginx'] as const);
  return findOneOf(names, where) ?? `${target} cannot be verified: no ${target} was found on the PATH, in .engines, or in GATEWAY_ENGINES`;
}

/** The target as it is settled by its engine; a text says why the engine could not be asked. */
async function verifyOne(loaded: Loaded, gateway: LoadedGateway, one: BuiltTarget, options: BuildOptions, engine: EngineBinary): Promise<BuiltTarget | string> {
  return onStage(loaded, gateway, one.target, options, async (stage) => {
    const validation = await askAll(engine, stage, one);
    if (typeof validation === 'string') return validation;
    return settle({ ...one, diagnostics: one.diagnostics.filter(({ rule }) => !BY_MODEL.includes(rule)) }, validation, stage.routing, options.acceptUnverified, `${one.target} ${engine.version}`);
  });
}

async function askAll(engine: EngineBinary, { folder, backends, ...stage }: Stage, { target, judged }: BuiltTarget): Promise<Validation | string> {
  const { routing, files, logins } = withStandIns(stage.routing, new Map(stage.files.map(({ path, text }) => [path, text])));
  return withEngine(engine, { folder, routing, files: [...files].map(([path, text]) => ({ path, text })) }, async (ports) => {
    const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
    const approximate = new Set(judged.flatMap(({ allowed, use }) => (allowed === undefined || use.site.route === undefined ? [] : [refKey(use.site.route.router)])));
    const find = finder(routing);
    const named = namesOf(backends);
    const asking = { target, ports, backends, cookies: stickyCookies(routing), declinesEscaped: escapedRefusals(routing) };
    const questions = witnesses(routing, { logins }).probes.map((probe) => ({ probe, decision: runtime.decide(probe) }));
    const asked = questions.filter(({ probe, decision }) => isForetold(decision, approximate) && isAskable(probe, decision, find.route(decision), find.listener(probe)));
    const count = { same: 0, declined: 0, differs: 0, unmodelled: 0 };
    const disagreements: Disagreement[] = [];
    await inTurns(asked, AT_ONCE, async ({ probe, decision }) => {
      const answer = await askEngine(asking, probe, decision);
      count[answer.kind] += 1;
      if (answer.kind === 'differs') disagreements.push({ probe, router: routerOf(decision), what: answer.mismatch.what, expected: named(answer.mismatch.expected), seen: named(answer.mismatch.seen) });
    });
    const order = new Map(asked.map(({ probe }, at) => [probe, at]));
    const shown = disagreements.toSorted((a, b) => (order.get(a.probe) ?? 0) - (order.get(b.probe) ?? 0)).slice(0, SHOWN);
    return { requests: count.same + count.differs, declined: count.declined, disagreements: shown, unmodelled: [], open: questions.length - asked.length };
  });
}

/** Servers of ours speak plain HTTP; what an allowed approximation does is its own business. */
function isForetold(decision: Decision, approximate: ReadonlySet<string>): boolean {
  if (decision.kind === 'tie' || decision.kind === 'refused') return false;
  if (decision.router !== null && approximate.has(refKey(decision.router))) return false;
  return decision.kind === 'respond' || decision.endpoints.every(({ address }) => address.startsWith('http://127.0.0.1:'));
}

/** Ports are another ones each time: endpoints are called what they are called in the stacks. */
function namesOf({ ports }: Backends): (text: string) => string {
  const names = new Map([...ports].map(([key, port]) => [String(port), key]));
  return (text) => text.replace(/127\.0\.0\.1:(\d+)/g, (whole, port: string) => names.get(port) ?? whole);
}

async function inTurns<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(Array.from({ length: width }, async () => {
    for (const item of queue) await work(item);
  }));
}
