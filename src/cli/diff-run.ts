import type { ComparedTarget, DiffDocument, DiffLevel, FailOn, Loaded } from '../index.ts';
import type { Paint } from '../diagnostics/paint.ts';
import { paintForOutput } from './context.ts';
import type { Context } from './context.ts';
import { ackOptions, checkAckFlags, writeAcks, type AckFlags } from './diff-acks.ts';
import { sidesOf } from './diff-sides.ts';
import { readTraffic, trafficFormatOf, type TrafficFlags } from './diff-traffic.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { prepare } from './input.ts';
import type { Prepared } from './input.ts';
import type { SourceOptions } from './options.ts';
import { outputsOf, type Output } from './outputs.ts';
import { sayTaken } from './say.ts';
import { putOutput } from './write.ts';
import { oneOf } from './words.ts';

type Api = typeof import('../index.ts');

/** What `gateway diff` takes. */
export interface DiffFlags extends SourceOptions, AckFlags, TrafficFlags {
  readonly git?: string;
  readonly level?: readonly string[];
  readonly failOn?: string;
  readonly format?: readonly string[];
  readonly maxChars: string;
  readonly commentKey: string;
  readonly targets?: string;
}

const LEVELS: readonly DiffLevel[] = ['text', 'semantic', 'behaviour'];
const FORMATS = ['text', 'markdown', 'json', 'sarif', 'junit'] as const;

/** One run of `gateway diff`, whatever it compares. */
interface Run {
  readonly api: Api;
  readonly context: Context;
  readonly flags: DiffFlags;
  readonly levels: readonly DiffLevel[];
  readonly outputs: readonly Output[];
  readonly maxChars: number;
}

/** What came out of a comparison, and what it is judged by. */
interface Outcome {
  readonly document: DiffDocument;
  readonly threshold: FailOn;
  /** Where acknowledgements are written. */
  readonly folder: string;
}

export async function runDiff(context: Context, args: readonly string[], flags: DiffFlags): Promise<0 | 1> {
  const api = await import('../index.ts');
  const run: Run = { api, context, flags, levels: levelsOf(flags.level), outputs: outputsOf(flags, FORMATS), maxChars: maxCharsOf(flags.maxChars) };
  const threshold = flags.failOn === undefined ? undefined : failOnOf(flags.failOn);
  checkAckFlags(context, flags, api);
  const format = trafficFormatOf(flags, api);
  const versions = rangeOfVersions(flags.sourceVersion);
  if (flags.targets !== undefined || versions !== undefined) {
    const other = [flags.git === undefined ? '' : '--git', format === undefined ? '' : '--traffic', flags.newAcks === false ? '--no-new-acks' : '', flags.targets === undefined || versions === undefined ? '' : '--source-version A..B'].find((name) => name !== '');
    if (other !== undefined) throw new CommandError(EXIT.usage, `${flags.targets === undefined ? '--source-version A..B' : '--targets'} compares one state with itself, so ${other} has no place`);
  }
  if (flags.targets !== undefined) return await finish(run, await betweenTargets(run, args, targetsOf(flags.targets, api), threshold));
  if (versions !== undefined) return finish(run, await betweenVersions(run, args, versions, threshold));
  return betweenStates(run, args, threshold, format);
}

async function betweenStates(run: Run, args: readonly string[], threshold: FailOn | undefined, format: ReturnType<typeof trafficFormatOf>): Promise<0 | 1> {
  const { api, context, flags, levels } = run;
  const sides = await sidesOf(context, args, flags);
  const [old, now] = [loadSide(api, 'old', sides.before), loadSide(api, 'new', sides.after)];
  sayTaken(context, flags, old, 'old: ');
  sayTaken(context, flags, now, 'new: ');
  if (format !== undefined && now.gateways.length > 1) throw new CommandError(EXIT.usage, 'a log is of one gateway', 'name it with --gateway');
  const traffic = format === undefined || flags.traffic === undefined ? undefined : await readTraffic(context, flags.traffic, format, [old, now], api);
  const document = api.diff(old, now, {
    ...(levels.includes('text') ? { files: buildOptions(sides.after) } : {}),
    policy: { before: { config: sides.before.config, loaded: old, host: sides.before.host }, after: { config: sides.after.config, loaded: now, host: sides.after.host } },
    acks: ackOptions(sides, flags, api),
    ...(traffic === undefined ? {} : { traffic }),
    replay: sides.replay,
  });
  // What a change may weaken does not judge it.
  return finish(run, { document, folder: sides.folder, threshold: threshold ?? failOnOf(sides.before.config.failOn ?? 'security') });
}

async function betweenTargets({ api, context, flags }: Run, stacks: readonly string[], targets: readonly [ComparedTarget, ComparedTarget], threshold: FailOn | undefined): Promise<Outcome> {
  const prepared = await prepare(context, stacks, flags);
  const loaded = loadSide(api, 'given', prepared);
  sayTaken(context, flags, loaded);
  const document = api.diffTargets(loaded, targets, buildOptions(prepared), { replay: [...stackWords(stacks), '--target', targets.join(',')], acks: ackOptions({ before: prepared, after: prepared }, flags, api) });
  return { document, folder: '.', threshold: threshold ?? failOnOf(prepared.config.failOn ?? 'security') };
}

async function betweenVersions({ api, context, flags }: Run, stacks: readonly string[], [from, to]: readonly [string, string], threshold: FailOn | undefined): Promise<Outcome> {
  const at = async (version: string): Promise<Prepared> => prepare(context, stacks, { ...flags, sourceVersion: `traefik=${version}` });
  const [before, after] = [await at(from), await at(to)];
  const [old, now] = [loadSide(api, 'old', before), loadSide(api, 'new', after)];
  sayTaken(context, flags, now);
  const read = [old, now].map(({ gateways }) => gateways[0]?.resolved[0]?.version);
  if (read[0] === read[1]) throw new CommandError(EXIT.usage, `Traefik ${from} and ${to} are read alike here: there is nothing to compare`, 'versions from 2.x to 3.x differ');
  if (read[1] === '2.11') throw new CommandError(EXIT.usage, 'what an upgrade breaks is told from the older version to the newer one', `--source-version traefik=${to}..${from}`);
  const document = api.diff(old, now, { versions: { old: `traefik ${from}`, new: `traefik ${to}` }, acks: ackOptions({ before, after }, flags, api), replay: [...stackWords(stacks), '--source-version', `traefik=${to}`] });
  return { document, folder: '.', threshold: threshold ?? failOnOf(after.config.failOn ?? 'security') };
}

function stackWords(stacks: readonly string[]): readonly string[] {
  return stacks.flatMap((name) => ['--stack', name]);
}

async function finish({ api, context, flags, levels, outputs, maxChars }: Run, { document, threshold, folder }: Outcome): Promise<0 | 1> {
  if (flags.ack !== undefined) {
    await writeAcks(context, folder, document, flags, api);
    return EXIT.ok;
  }
  for (const { name, file } of outputs) await putOutput(context, file, printed(name, paintForOutput(context, flags, file)));
  return api.failsOn(document, threshold) ? EXIT.findings : EXIT.ok;

  function printed(name: string, paint: Paint): string {
    if (name === 'markdown') return api.printMarkdown(document, { key: flags.commentKey, maxChars });
    if (name === 'json' || name === 'sarif' || name === 'junit') return api.printReport(name, document, threshold);
    return api.printText(document, levels, paint);
  }
}

/** Throws CommandError (3) where there is nothing to read: an empty side would make everything new. */
function loadSide(api: Api, side: string, { input }: Prepared): Loaded {
  const loaded = api.load(input);
  const isStack = input.gateways.every(({ stacks, dynamic }) => stacks.length > 0 || dynamic.length === 0);
  if (!api.hasInput(loaded) && isStack) throw new CommandError(EXIT.environment, `the ${side} side has no Compose file, no gateway.yaml and no earlier output`);
  return loaded;
}

function buildOptions({ config, input }: Prepared): Parameters<Api['build']>[1] {
  return { targets: config.build.to.length === 0 ? ['traefik'] : config.build.to, versions: new Map<string, string>(), allowances: new Map(Object.entries(config.approximate)), inlineSecrets: false, settings: config.targets, overrides: input.overrides };
}

function targetsOf(text: string, { COMPARED_TARGETS }: Api): readonly [ComparedTarget, ComparedTarget] {
  const [old, now, ...more] = text.split(',').map((name) => COMPARED_TARGETS.find((known) => known === name.trim()));
  if (old === undefined || now === undefined || old === now || more.length > 0) throw new CommandError(EXIT.usage, `--targets takes two of ${COMPARED_TARGETS.join(', ')}, got "${text}"`);
  return [old, now];
}

/** `traefik=2.11..3.7`; undefined for versions that both sides are read with. */
function rangeOfVersions(text: string | undefined): readonly [string, string] | undefined {
  if (text?.includes('..') !== true) return undefined;
  const found = /^traefik=(\d+\.\d+(?:\.\d+)?)\.\.(\d+\.\d+(?:\.\d+)?)$/.exec(text);
  if (found === null) throw new CommandError(EXIT.usage, `--source-version takes traefik=A..B to compare two versions, got "${text}"`);
  return [found[1] ?? '', found[2] ?? ''];
}

function failOnOf(text: string): FailOn {
  return oneOf('--fail-on', text, ['none', 'security', 'breaking', 'any']);
}

function levelsOf(wanted: readonly string[] | undefined): readonly DiffLevel[] {
  if (wanted === undefined) return ['semantic', 'behaviour'];
  const levels = wanted.map((name) => oneOf('--level', name, LEVELS));
  return LEVELS.filter((level) => levels.includes(level));
}

function maxCharsOf(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1000) throw new CommandError(EXIT.usage, `--max-chars takes a number from 1000, got "${text}"`);
  return value;
}
