import type { Finding, FixRun, LintOptions, Loaded, Report } from '../index.ts';
import { checkMayWrite, readBaselines, writeBaselines } from './baseline.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { isLocked, sayFixes, wantsFixes, writeFixes } from './fix.ts';
import { changedSince } from './git.ts';
import { kindOf } from './host.ts';
import { hostsNotRead, prepareVisible } from './input.ts';
import type { Prepared } from './input.ts';
import { followLive, onlyNews, readsRunning } from './live.ts';
import type { LintFlags } from './lint-flags.ts';
import { checkRuleNames, maxWarnings, minSeverity, ruleSettings, sayRuleSet } from './lint-settings.ts';
import { annotates, outputsOf, printsDocument, writeOutputs } from './outputs.ts';
import type { Output } from './outputs.ts';
import { saySkipped, sayTaken } from './say.ts';
import { expectShortRun } from './short-run.ts';

type Api = typeof import('../linting.ts');

/** One run of `gateway lint` or `gateway validate`. */
interface Run {
  readonly api: Api;
  readonly context: Context;
  readonly flags: LintFlags;
  readonly prepared: Prepared;
  readonly options: LintOptions;
  readonly outputs: readonly Output[];
  readonly shows: (finding: Finding) => boolean;
  readonly blockingOnly: boolean;
}

/** Lints, fixes where asked to, and prints; with `blockingOnly` it is `gateway validate`. */
export async function runLint(context: Context, stacks: readonly string[], flags: LintFlags, { blockingOnly }: { readonly blockingOnly: boolean }): Promise<0 | 1 | 3> {
  const api = await import('../linting.ts');
  expectShortRun();
  const run = await start(api, context, stacks, flags, blockingOnly);
  const loaded = api.load(run.prepared.input);
  if (!api.hasInput(loaded)) throw new CommandError(EXIT.environment, 'no Compose file and no gateway.yaml was found', 'Name a file or a folder: gateway lint path/to/compose.yml');
  sayTaken(context, flags, loaded);
  sayRuleSet(context, run.options.config, api);
  const first = select(run, loaded);
  if (flags.baselineWrite === true) return writeBaseline(run, first, loaded);
  if (!wantsFixes(flags)) return finish(run, first, loaded);
  const fixed = fix(run, first);
  sayFixes(context, flags, fixed);
  if (flags.fixDryRun !== true) {
    await writeFixes(context, fixed);
    return finish(run, select(run, fixed.loaded), fixed.loaded);
  }
  return dryRun(run, first, { fixed, loaded });
}

/** Lints running containers again after each change, until told to stop. */
export async function watchLint(context: Context, stacks: readonly string[], flags: LintFlags): Promise<ExitCode> {
  const { live } = await prepareVisible(context, stacks, flags);
  if (live === undefined) throw new CommandError(EXIT.usage, '--watch follows running containers: --live');
  const news = onlyNews(context);
  const again = (): Promise<unknown> => news((to) => runLint(to, stacks, flags, { blockingOnly: false }));
  await again();
  return followLive(context, flags, live, await import('../running.ts'), again);
}

async function start(api: Api, context: Context, stacks: readonly string[], flags: LintFlags, blockingOnly: boolean): Promise<Run> {
  if (flags.baselineWrite === true) checkMayWrite(context, '--baseline-write', 'write the baseline on your machine and commit it');
  if (flags.baselineWrite === true && wantsFixes(flags)) throw new CommandError(EXIT.usage, '--baseline-write and fixes are two steps: fix first');
  if (readsRunning(flags) && (wantsFixes(flags) || flags.changed === true || flags.since !== undefined)) throw new CommandError(EXIT.usage, 'running containers have no files to fix or to compare');
  const outputs = outputsOf(flags, api.formatNames);
  const rules = ruleSettings(flags, api);
  const shows = minSeverity(flags);
  maxWarnings(flags);
  annotates(context, flags);
  const prepared = await prepareVisible(context, stacks, flags);
  checkRuleNames(prepared.config, api);
  return { api, context, flags, prepared, outputs, shows, blockingOnly, options: { config: prepared.config, rules, declared: prepared.input.declared } };
}

/** A report before and after what the user did not ask to see was taken out. */
interface Selected {
  readonly all: Report;
  readonly shown: Report;
}

function select(run: Run, loaded: Loaded): Selected {
  const { api, flags } = run;
  const all = reportOf(run, loaded);
  const visible = (finding: Finding): boolean => (!run.blockingOnly || finding.blocking) && run.shows(finding);
  const baselines = flags.baselineWrite === true || run.blockingOnly ? [] : readBaselines(run.context, flags, loaded, api);
  const compared = api.compareBaselines(all.findings, baselines, (file) => loaded.files.has(file) || kindOf(run.context.cwd, file) === 'missing');
  const fresh = compared.fresh.filter(visible);
  const touched = touchedOf(run, fresh, loaded);
  const hidden = [{ reason: 'known from the baseline', count: compared.known }, { reason: 'not touched by the change', count: fresh.length - touched.length }].filter(({ count }) => count > 0);
  const stale = run.options.rules.get('baseline-stale') === 'off' ? [] : compared.stale.filter(run.shows);
  return { all, shown: { ...all, skipped: run.blockingOnly ? [] : all.skipped, findings: [...touched, ...stale], ...(hidden.length === 0 ? {} : { hidden }) } };
}

function reportOf({ api, options }: Run, loaded: Loaded): Report {
  const { diagnostics, skipped } = api.lint(loaded, options);
  return api.toReport('gateway.lint/1', diagnostics, skipped, loaded);
}

function touchedOf(run: Run, findings: readonly Finding[], loaded: Loaded): readonly Finding[] {
  const { api, context, flags, prepared } = run;
  if (flags.changed !== true && flags.since === undefined) return findings;
  const since = changedSince(context, flags.since ?? 'HEAD', prepared.host, api.readUnifiedDiff);
  const named = new Map([...loaded.files.keys()].flatMap((name) => {
    const lines = since.changes.get(since.nameOf(name));
    return lines === undefined ? [] : [[name, lines] as const];
  }));
  const before = reportOf(run, api.load({ ...prepared.input, host: since.before }));
  return api.touchedBy(findings, named, before.findings);
}

function fix({ api, context, flags, prepared, options }: Run, { shown }: Selected): FixRun {
  const offered = new Set(shown.findings.map(({ fingerprint }) => fingerprint));
  return api.fixAll(prepared.input, {
    lint: options,
    unsafe: flags.fixUnsafe === true,
    wanted: ({ fingerprint }) => offered.has(fingerprint),
    locked: (name) => isLocked(context, flags, name),
  });
}

/** Prints the diff; beside a document on stdout it goes to stderr. */
async function dryRun(run: Run, selected: Selected, { fixed, loaded }: { readonly fixed: FixRun; readonly loaded: Loaded }): Promise<0 | 1 | 3> {
  const { api, context, flags, outputs } = run;
  const diff = [...fixed.texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => api.unifiedDiff(name, loaded.files.get(name)?.text ?? '', text)).join('');
  const document = printsDocument(outputs);
  (document ? context.err : context.out)(diff);
  const asked = flags.format === undefined && flags.json !== true ? [] : outputs;
  return finish({ ...run, outputs: asked }, selected, loaded);
}

async function writeBaseline(run: Run, { all, shown }: Selected, loaded: Loaded): Promise<0 | 1 | 3> {
  const { api, context, flags } = run;
  await writeBaselines(context, flags, all.findings, loaded, api);
  const left = shown.findings.filter((finding) => !api.canBeKnown(finding));
  return finish(run, { all, shown: { ...shown, findings: left, hidden: [{ reason: 'known from the baseline', count: shown.findings.length - left.length }] } }, loaded);
}

/** A switch that a blocking finding does not heed is not passed over in silence. */
function sayStaying({ context, flags, prepared, options }: Run, shown: Report): void {
  const wanted = new Map([...Object.entries(prepared.config.rules), ...options.rules]);
  const staying = new Set(shown.findings.filter(({ rule, blocking }) => blocking && (wanted.get(rule) ?? 'error') !== 'error').map(({ rule }) => rule));
  if (flags.quiet !== true) for (const rule of staying) context.err(`${rule} stays an error where it blocks: no setting lets build write what it finds\n`);
}

async function finish(run: Run, { shown }: Selected, loaded: Loaded): Promise<0 | 1 | 3> {
  const { api, context, flags, outputs } = run;
  await writeOutputs(context, flags, { outputs, report: shown, format: api.format });
  const counts = api.countFindings(shown);
  saySkipped(context, flags, shown);
  sayStaying(run, shown);
  const noStatic = flags.requireStatic === true && loaded.gateways.some((gateway) => !gateway.staticKnown);
  if (noStatic) context.err("error: Traefik's static configuration is not known (--require-static); name it with --static\n");
  const unread = hostsNotRead(run.prepared.failed ?? []);
  for (const line of unread) context.err(`error: ${line}\n`);
  if (unread.length > 0) return EXIT.environment;
  const failed = counts.errors > 0 || counts.warnings > maxWarnings(flags) || noStatic;
  return failed && flags.exitZero !== true ? EXIT.findings : EXIT.ok;
}
