import { rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyOverrides, build } from '../../../src/index.ts';
import { requestText } from '../../../src/analysis/index.ts';
import type { AddressOverrides, BuiltTarget, Loaded, OutputFile } from '../../../src/index.ts';
import { containersOf, readCase, traitsOf } from '../cases.ts';
import type { Case } from '../cases.ts';
import { difference } from '../case-judge.ts';
import { comparable, decisionOf, sameDecision, targetDiffers } from '../decisions.ts';
import type { Recorded } from '../decisions.ts';
import { loadCase, overridesOf, writeBuilt } from '../emitted.ts';
import { nginxFromDir } from '../engine-pool.ts';
import type { Observation, ProbeInput } from '../engine-ask.ts';
import { askKong, kongNodes, nodeAt } from '../kong-run.ts';
import type { KongFolder } from '../kong-run.ts';
import { memoryRuntime } from '../memory-run.ts';
import { verdictOf } from '../verdicts.ts';
import { writeCase } from './compose.ts';
import type { GatewaySpec } from './spec.ts';
import type { World } from './world.ts';

/** Everything that is asked beside real Traefik on the labels. */
export const COLUMNS = ['runtime', 'traefik', 'nginx122', 'nginx131', 'kong'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Difference {
  readonly request: string;
  /** Only what differs, in lines. */
  readonly text: string;
}
export type Result =
  /** The features or findings that it was refused for. */
  | { readonly kind: 'refused'; readonly by: readonly string[] }
  /** What was written does not even start. */
  | { readonly kind: 'broken'; readonly why: string }
  /** The build's own check found that what it made decides otherwise than the labels: nothing is written (exit 70). */
  | { readonly kind: 'contradicted'; readonly target: string; readonly request: string; readonly differs: string; readonly labels: string; readonly files: string; readonly count: number }
  | { readonly kind: 'asked'; readonly differences: readonly Difference[]; /** Targets of requests that it may and does refuse. */ readonly declined: readonly string[]; readonly known: number };

export interface Verdict {
  readonly reference: readonly Recorded[];
  readonly results: Readonly<Partial<Record<Column, Result>>>;
}

type Ask = (probe: ProbeInput) => Promise<Observation> | Observation;

/** One gateway on everything that can run it. */
export async function judgeGateway(world: World, spec: GatewaySpec, requests: readonly string[], columns: readonly Column[] = COLUMNS): Promise<Verdict> {
  writeCase(join(world.folder, 'generated'), spec, requests);
  const one = readCase('generated', world.index, world.folder);
  const loaded = loadCase(one, overridesOf(one, world.index, {}));
  const labels = await world.labels(spec.profile);
  const outcome = await labels.swap(containersOf(one, world.index), { timeoutMs: 30_000 });
  if (outcome.kind === 'silent') throw new Error(`Traefik does not take the labels: ${outcome.log.join('\n')}`);
  const first: Context = { world, spec, one, loaded, reference: await decisions(one, labels.ask) };
  // Traefik exchanges its entry points one after the other: the first answers may still be those of the gateway before.
  const context = isAlike(await onRuntime(first)) ? first : { ...first, reference: await decisions(one, labels.ask) };
  const results = await Promise.all(columns.map(async (column) => [column, await RUNNERS[column](context)] as const));
  return { reference: context.reference, results: Object.fromEntries(results) };
}

function isAlike(result: Result): boolean {
  return result.kind === 'asked' && result.differences.length === 0;
}

interface Context {
  readonly world: World;
  readonly spec: GatewaySpec;
  readonly one: Case;
  readonly loaded: Loaded;
  readonly reference: readonly Recorded[];
}

const RUNNERS: Readonly<Record<Column, (context: Context) => Promise<Result>>> = {
  runtime: onRuntime,
  traefik: onFiles,
  nginx122: (context) => onNginx(context, 'nginx122', '1.22'),
  nginx131: (context) => onNginx(context, 'nginx131', '1.31'),
  kong: onKong,
};

async function decisions(one: Case, ask: Ask): Promise<readonly Recorded[]> {
  const seen: Recorded[] = [];
  for (const { text, probe } of one.requests) seen.push(masked(decisionOf(text, await ask(probe))));
  return seen;
}

/** The replica that answers (whose address may be the Host), and what a challenge makes up, are left to chance. */
function masked(decision: Recorded): Recorded {
  const text = JSON.stringify(decision).replace(/\b(p\d+)#\d+/g, '$1').replace(/\b127\.\d+\.\d+\.(\d+):8000/g, (_, last: string) => `REPLICA-OF-${String(Number(last) % 50)}`).replace(/(nonce|opaque)=\\"[^"]*\\"/g, '$1=CHANCE').replace(/'nonce-[\w+/]{22}'/g, 'CHANCE');
  return JSON.parse(text) as Recorded;
}

/**
 * Kong's plugins do not know whom the node trusts: these fields, and spellings with `_`, are taken from every peer
 * (entryPoint.forwardedHeaders), so a trusted one loses them.
 */
function isLostInKong({ profile }: GatewaySpec, target: string, { headers }: ProbeInput): boolean {
  return target === 'kong' && profile === 'trusted' && headers.some(([name]) => /^x[-_]forwarded[-_](?:uri|method|server|tls)|^x(?=.*_).*(?:forwarded|real)/i.test(name));
}

/** A listener of nginx and Kong that speaks TLS answers 400 to plain text, or closes; Traefik says that there is no router. */
function isPlainToTls({ routers }: GatewaySpec, { entryPoint, tls = false }: ProbeInput, wanted: Recorded, got: Recorded): boolean {
  const own = routers.filter(({ entryPoints }) => entryPoints.length === 0 || entryPoints.includes(entryPoint));
  return tls === false && wanted.status === 404 && [0, 400].includes(got.status) && own.length > 0 && own.every((router) => router.tls);
}

/** `served`: whether anything listens at the entry point; one that serves nothing is not opened, and Traefik says 404 (or 400) there. */
async function compare({ spec, one, reference }: Context, target: string, ask: Ask, served: (probe: ProbeInput) => boolean = () => true): Promise<Result> {
  const seen = await decisions(one, ask);
  const differences: Difference[] = [];
  const declined: string[] = [];
  const traits = traitsOf(one);
  let known = 0;
  for (const [at, { text, probe }] of one.requests.entries()) {
    const [wanted, got] = [reference[at], seen[at]];
    if (wanted === undefined || got === undefined) throw new Error('an answer is missing');
    if (!served(probe) && wanted.backend === undefined && [400, 404].includes(wanted.status)) continue;
    const how = targetDiffers(target, wanted, got, probe, traits);
    const same = sameDecision(target, wanted, got);
    if (how === 'known' || (!same && isLostInKong(spec, target, probe))) known += 1;
    else if (how === 'declined' || (target !== 'runtime' && target !== 'traefik' && isPlainToTls(spec, probe, wanted, got))) declined.push(probe.target);
    else if (!same) differences.push({ request: text, text: difference(text, comparable(target, wanted), comparable(target, got)) });
  }
  return { kind: 'asked', differences, declined, known };
}

function onRuntime(context: Context): Promise<Result> {
  const { one, world, loaded } = context;
  const resolved = loaded.gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, overridesOf(one, world.index, {}));
  return compare(context, 'runtime', memoryRuntime(routing, world.names).ask);
}

type Emitted = { readonly files: readonly OutputFile[]; readonly built: BuiltTarget } | { readonly files?: undefined; readonly result: Result };

/** Approximate only where a header comes in several lines: those requests are counted apart. */
const NGINX_ALLOWED = [['rule.header', 'generated'], ['rule.headerRegexp', 'generated']] as const;

function emit({ loaded }: Context, target: string, version: string, overrides: AddressOverrides): Emitted {
  const settings = { nginx: { tls: { certificate: 'certs/a.pem', key: 'certs/a.key' } } };
  const { built: [built], diagnostics } = build(loaded, { targets: [target], versions: new Map([[target, version]]), allowances: new Map(target === 'nginx' ? NGINX_ALLOWED : []), inlineSecrets: true, settings, overrides });
  if (built === undefined) throw new Error(`nothing was built for ${target}`);
  if (built.files !== undefined) return { files: built.files, built };
  const contradiction = contradictionOf(built);
  if (contradiction !== undefined) return { result: contradiction };
  const verdict = verdictOf({ ...built, diagnostics: [...built.diagnostics, ...diagnostics.filter(({ blocking }) => blocking)] });
  return { result: { kind: 'refused', by: verdict === 'built' ? [] : verdict } };
}

function contradictionOf({ target, validation }: BuiltTarget): Result | undefined {
  const [first] = validation?.disagreements ?? [];
  if (validation === undefined || first === undefined) return undefined;
  return { kind: 'contradicted', target, request: `${requestText(first.probe)} on ${first.probe.entryPoint}`, differs: first.what, labels: first.expected, files: first.seen, count: validation.disagreements.length };
}

async function onFiles(context: Context): Promise<Result> {
  const { world, spec, one } = context;
  const emitted = emit(context, 'traefik', '3.7', overridesOf(one, world.index, await world.ports('traefik', spec.profile)));
  if (emitted.files === undefined) return emitted.result;
  const traefik = await world.files(spec.profile, emitted.files.find(({ path }) => path === 'traefik.yml')?.text ?? '');
  const outcome = await traefik.exchange(emitted.files);
  return outcome.taken ? compare(context, 'traefik', traefik.ask) : { kind: 'broken', why: `Traefik does not take the files: ${outcome.log}` };
}

async function onNginx(context: Context, name: 'nginx122' | 'nginx131', version: string): Promise<Result> {
  const { world, spec, one } = context;
  const ports = await world.ports(name, spec.profile);
  const emitted = emit(context, 'nginx', version, overridesOf(one, world.index, ports));
  if (emitted.files === undefined) return emitted.result;
  const dir = writeBuilt(emitted.built);
  writeCertificate(dir, world);
  try {
    const text = emitted.files.find(({ path }) => path === 'nginx.conf')?.text ?? '';
    const open = Object.fromEntries(Object.entries(ports).filter(([, port]) => new RegExp(`listen [^;]*\\b${String(port)}\\b`).test(text)));
    const running = await nginxFromDir({ engine: world.engine(name), backends: world.backends, dir, ports: open });
    const served = (probe: ProbeInput): boolean => open[probe.entryPoint] !== undefined;
    return await compare(context, 'nginx', (probe) => (served(probe) ? running.ask(probe) : NOBODY), served).finally(() => running.stop());
  } catch (error) {
    return { kind: 'broken', why: String(error) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const NOBODY: Observation = { status: 404, responseHeaders: [], body: '', backend: null, hops: [] };

function writeCertificate(dir: string, { certificate }: World): void {
  mkdirSync(join(dir, 'certs'), { recursive: true });
  writeFileSync(join(dir, 'certs/a.pem'), certificate.cert);
  writeFileSync(join(dir, 'certs/a.key'), certificate.key);
}

async function onKong(context: Context): Promise<Result> {
  const { world, spec, one } = context;
  const ports = await world.ports('kong', spec.profile);
  const emitted = emit(context, 'kong', '3.9', overridesOf(one, world.index, ports));
  if (emitted.files === undefined) return emitted.result;
  try {
    const nodes = kongNodes(emitted.files);
    const nodeOf = (probe: ProbeInput): KongFolder['node'] | undefined => nodeAt(nodes, ports[probe.entryPoint] ?? 0)?.node;
    return await compare(context, 'kong', (probe) => askKong(nodeOf(probe), probe, world.names), (probe) => nodeOf(probe) !== undefined);
  } catch (error) {
    return { kind: 'broken', why: String(error) };
  }
}
