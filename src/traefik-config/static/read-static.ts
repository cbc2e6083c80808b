import type { ConfigFile, Container, Problem, StaticConfig } from '../../ir/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../../text/index.ts';
import { bindObject, meansOff } from '../bind.ts';
import { decodeFile } from '../file-decode.ts';
import { fillObject } from '../fill.ts';
import { keyAt, removedStatic, staticTable } from '../keys.ts';
import type { TraefikVersion } from '../keys.ts';
import { inOrder, labelTree } from '../label-tree.ts';
import type { Mistake, Report } from '../mistake.ts';
import type { ConfigObject } from '../tree.ts';
import { readEnvironment } from './environment.ts';
import { readFlags } from './flags.ts';
import { typedStatic } from './typed.ts';
import { validate } from './validate.ts';

export interface StaticInput {
  readonly file?: Pick<ConfigFile, 'format' | 'source'>;
  /** A tree that another source made in the shape of a file; wins over everything else. */
  readonly tree?: ConfigObject;
  /** Split into arguments already; the program's name may stand first. */
  readonly command?: readonly Sourced<Text>[];
  readonly environment?: Container['environment'];
  /** The place of the proxy, where nothing more exact is known. */
  readonly origin: OriginId;
  /** Overrides where the configuration is said to come from. */
  readonly from?: StaticConfig['from'];
}
export interface StaticOptions {
  readonly version: TraefikVersion;
  readonly origins: Origins;
  /** `shop/traefik`. */
  readonly symbolPrefix: string;
}
export interface StaticRead {
  /** What the engine runs with; with mistakes what it would run with without them. */
  readonly config: StaticConfig;
  /** The engine does not start. */
  readonly exits: boolean;
  /** A variable without a value may be any flag. */
  readonly incomplete: boolean;
  /** Not a proxy: `traefik version`. */
  readonly subcommand?: string;
  readonly problems: readonly Problem[];
}

interface Tree {
  readonly root: ConfigObject;
  readonly from: StaticConfig['from'];
  readonly problems: readonly Problem[];
  readonly incomplete?: boolean;
  readonly subcommand?: string;
}

/**
 * Reads the static configuration from exactly one source, as the engine does: a file if there is one, else flags if
 * there is any argument, else the environment. The losers are ignored without a word (ran).
 */
export function readStatic(input: StaticInput, options: StaticOptions): StaticRead {
  const tree = readTree(input, options);
  const config = typedStatic(tree.root, { version: options.version, origins: options.origins, from: input.from ?? tree.from, origin: input.origin });
  const problems = [...tree.problems, ...validate(tree.root, config, options)];
  return {
    config,
    exits: problems.some((problem) => problem.loss === 'everyContainer'),
    incomplete: tree.incomplete === true,
    problems,
    ...(tree.subcommand === undefined ? {} : { subcommand: tree.subcommand }),
  };
}

function readTree(input: StaticInput, options: StaticOptions): Tree {
  if (input.tree !== undefined) return { root: input.tree, from: 'config', problems: [] };
  if (input.file !== undefined) return readFile(input.file, options);
  if (input.command !== undefined && input.command.length > 0) return readCommand(input.command, options);
  const labels = readEnvironment(input.environment ?? [], options.version);
  const from = labels.length > 0 ? 'environment' : 'flags';
  return { ...decode(labels, 'whole', options, input.origin), from };
}

function readFile(file: Pick<ConfigFile, 'format' | 'source'>, options: StaticOptions): Tree {
  const { origins, version } = options;
  const read = decodeFile(file.source, file.format, false, { origins, table: staticTable(version), otherTable: () => staticTable(other(version)), kind: 'static-invalid', loss: 'everyContainer' });
  return { root: read.recovered, from: 'file', problems: read.problems.map((problem) => withRemoval(problem, version)) };
}

function readCommand(command: readonly Sourced<Text>[], options: StaticOptions): Tree {
  const flags = readFlags(command, options.version, options.origins);
  const origin = command[0]?.origin ?? options.origins.default('flags');
  const { failure } = flags;
  const fatal: readonly Problem[] = failure === undefined ? [] : [{ kind: 'static-invalid', loss: 'everyContainer', symbol: `${options.symbolPrefix} command`, context: 'flag', ...failure }];
  const read = decode(flags.labels, 'traefik.'.length, options, origin);
  const { lastSays } = flags;
  const last = flags.labels.at(-1)?.key.value.text.replace(/^traefik\./, '');
  const said = read.problems.map((problem) => (lastSays !== undefined && problem.symbol === `${options.symbolPrefix} ${String(last)}` ? { ...problem, engineSays: lastSays } : problem));
  return { ...read, from: 'flags', problems: [...fatal, ...said], incomplete: flags.incomplete, ...(flags.subcommand === undefined ? {} : { subcommand: flags.subcommand }) };
}

function decode(labels: Parameters<typeof labelTree>[0], keyFrom: number | 'whole', options: StaticOptions, origin: OriginId): Pick<Tree, 'root' | 'problems'> {
  const { origins, version } = options;
  const problems: Problem[] = [];
  const { root, bad, tooDeep } = labelTree(inOrder(labels), { rootName: 'traefik', origins, keyFrom });
  for (const key of bad) problems.push({ kind: 'static-invalid', origin: key.label.key.origin, subject: key.label.key.value.text.replace(/^traefik\./, ''), engineSays: key.engineSays, loss: 'everyContainer', symbol: options.symbolPrefix });
  for (const label of tooDeep) problems.push({ kind: 'static-invalid', origin: label.key.origin, subject: `${label.key.value.text.slice(0, 60)}…`, context: 'depth', loss: 'nothing', symbol: options.symbolPrefix });
  const report: Report = (mistake) => (isSwitchedOff(mistake) ? undefined : problems.push(withRemoval(toProblem(mistake, options), version)));
  const bound = bindObject(staticTable(version), root?.children ?? [], { form: 'label', report, other: (path) => keyAt(staticTable(other(version)), path) });
  return { root: fillObject(bound, origin, { form: 'label', report, origins }), problems };
}

/** `--api=false` switches an object off, and what else is written below it waits for another value: its writer meant it. */
function isSwitchedOff({ kind, subject }: Mistake): boolean {
  return kind === 'label-switched-off' && meansOff(subject);
}

function other(version: TraefikVersion): TraefikVersion {
  return version === '3.7' ? '2.11' : '3.7';
}

function toProblem(mistake: Mistake, options: StaticOptions): Problem {
  const key = (mistake.node.parts[0]?.label.key.value.text ?? mistake.node.name).replace(/^traefik\./, '');
  return {
    kind: 'static-invalid',
    origin: mistake.origin,
    subject: mistake.subject,
    loss: mistake.fatal ? 'everyContainer' : (mistake.loss ?? 'nothing'),
    symbol: `${options.symbolPrefix} ${key}`,
    ...(mistake.candidates === undefined || mistake.candidates.length === 0 ? {} : { candidates: mistake.candidates }),
    ...(mistake.context === undefined ? {} : { context: mistake.context }),
    ...(mistake.engineSays === undefined ? {} : { engineSays: mistake.engineSays }),
    ...(mistake.hint === undefined ? {} : { hint: mistake.hint }),
  };
}

/** Options of 2.x at which 3.x refuses to start, with what to write instead (pkg/cli/deprecation.go). */
function withRemoval(problem: Problem, version: TraefikVersion): Problem {
  if (problem.context === undefined || problem.engineSays?.startsWith('field not found') !== true) return problem;
  const path = (problem.context === '' ? problem.subject : `${problem.context}.${problem.subject}`).toLowerCase();
  const found = Object.entries(removedStatic(version)).find(([name]) => name.toLowerCase() === path);
  if (found === undefined) return problem;
  const [, instead] = found;
  const use = /(?:use )?([a-zA-Z.]+)$/.exec(instead.replace(/^.*exit(?:; )?/, ''))?.[1];
  const engineSays = instead.startsWith('unknown flag') ? problem.engineSays : 'incompatible deprecated install configuration option found';
  const { candidates: _candidates, ...rest } = problem;
  return { ...rest, hint: 'removed', engineSays, ...(use === undefined ? {} : { candidates: [use] }) };
}
