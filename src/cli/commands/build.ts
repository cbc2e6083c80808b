import path from 'node:path';
import type { Command } from 'commander';
import type { BuiltTarget, Loaded } from '../../index.ts';
import { plural } from '../../diagnostics/summary.ts';
import { printJson } from '../../diagnostics/print-json.ts';
import { layoutFor, paintFor } from '../context.ts';
import type { Context } from '../context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { prepare } from '../input.ts';
import type { Prepared } from '../input.ts';
import { addressOptions, collect, formatOf, nameValue, sourceOptions } from '../options.ts';
import type { SourceOptions } from '../options.ts';
import { sayTaken } from '../say.ts';
import type { Deps } from '../run.ts';
import { VERSION } from '../../version.ts';
import { replaceFile, replaceFolder } from '../write.ts';
import { becauseOfVersion, findStale, sayStale } from '../check-output.ts';
import { askEngines } from '../verify.ts';
import { unknownAmongMany, unknownName } from '../words.ts';

interface BuildFlags extends SourceOptions {
  readonly to?: string;
  readonly output?: string;
  readonly check?: boolean;
  readonly targetVersion?: readonly string[];
  readonly allowApproximate?: readonly string[];
  readonly inlineSecrets?: boolean;
  readonly report?: string;
  readonly format?: string;
  readonly acceptUnverified?: string;
  readonly verify?: boolean;
}

const EXAMPLES = `
Examples:
  gateway build --to traefik,nginx -o dist          compile the stack of this folder
  gateway build --check                             is what is committed still what the source says? (exit 1 if not)
  gateway build --to nginx -o out --entrypoint web=127.0.0.1:8080 --endpoint whoami=127.0.0.1:9000
                                                    addresses for a run outside Docker
`;

/** `gateway build`. */
export function register(program: Command, { context, finish }: Deps): Command {
  const command = program.command('build').description('compile the stacks to runnable configuration');
  addressOptions(sourceOptions(command))
    .option('--to <targets>', 'traefik, traefik-labels, traefik-kv, kong, nginx; comma-separated')
    .option('-o, --output <dir>', 'write below this folder; - prints (default: dist)')
    .option('--check', 'write nothing: exit 1 when the files on disk are stale')
    .option('--target-version <name=version>', 'version of a target, e.g. nginx=1.22 (repeatable)', collect)
    .option('--allow-approximate <feature=reason>', '[TARGET/]FEATURE=REASON: accept an approximation (repeatable)', collect)
    .option('--inline-secrets', 'write secrets that came from variables into the files (mode 0600)')
    .option('--verify', 'ask the real engines on loopback (found on PATH, in .engines or in GATEWAY_ENGINES)')
    .option('--accept-unverified <reason>', 'write files that gateway itself found to contradict the labels (a bug in gateway)')
    .option('--report <format>', 'every feature used, by target: md or json')
    .option('--format <format>', 'text or json')
    .addHelpText('after', EXAMPLES)
    .action(async (stacks: readonly string[], flags: BuildFlags) => {
      finish(await runBuild(context, stacks, flags));
    });
  return command;
}

async function runBuild(context: Context, stacks: readonly string[], flags: BuildFlags): Promise<0 | 1 | 3 | 70> {
  const [api, { expectShortRun }] = await Promise.all([import('../../building.ts'), import('../short-run.ts')]);
  expectShortRun();
  const json = formatOf(flags, ['text', 'json']) === 'json';
  checkReport(flags, json);
  const prepared = await prepare(context, stacks, flags);
  const loaded = api.load(prepared.input);
  sayTaken(context, flags, loaded);
  if (!api.hasInput(loaded)) throw new CommandError(EXIT.environment, 'no Compose file and no gateway.yaml was found', 'Name a file or a folder: gateway build path/to/compose.yml');
  for (const { option, name, known } of api.unknownOverrides(loaded, prepared.input.overrides)) throw unknownName(`--${option}: there is no "${name}"`, name, known, 'There is');
  const targets = targetNames(flags, prepared, api.targetNames);
  const options = {
    targets,
    versions: versionsOf(flags, prepared, api.targetNames),
    allowances: allowancesOf(flags, prepared, api.knownFeatures, api.targetNames),
    inlineSecrets: flags.inlineSecrets === true,
    settings: prepared.config.targets,
    overrides: prepared.input.overrides,
    ...acceptance(flags),
  };
  const built = api.build(loaded, options);
  const result = flags.verify === true ? await askEngines(context, await import('../../index.ts'), loaded, built, options) : built;
  const out = flags.output ?? configuredOut(prepared.config) ?? 'dist';
  const report = api.toReport('gateway.build/1', [...result.diagnostics, ...result.built.flatMap((one) => one.diagnostics)], [], loaded);
  if (!json) context.err(api.formatText(report, { ...layoutFor(context, 'err'), paint: paintFor(context, flags, 'err'), quiet: flags.quiet === true, summary: false }));
  const failed = report.findings.some((finding) => finding.blocking);
  const stale = flags.check === true ? findStale(result.built, (one) => ({ folder: folderOf(context, out, one, loaded), shown: shown(out, one, loaded) })) : undefined;
  const because = stale === undefined || stale.length === 0 ? undefined : becauseOfVersion(stale, loaded, prepared.input.overrides, api);
  if (stale !== undefined && !json) {
    if (stale.length > 0) sayStale(context, stale, api, because);
    else if (!failed && flags.quiet !== true) context.err(`up to date: ${out}\n`);
  }
  if (stale === undefined) await context.uninterrupted(() => writeAll(context, flags, out, result.built, loaded, json, api));
  if (flags.report !== undefined) context.out(api.buildReport(result, flags.report === 'json' ? 'json' : 'md'));
  if (json) context.out(printJson({ ...api.buildDocument(result, report, out), ...(stale === undefined ? {} : { stale: stale.flatMap(({ place, files }) => files.map((file) => ({ ...file, path: `${place.shown}/${file.path}` }))) }), ...(because === undefined ? {} : { because }) }));
  if (reportFailure(context, api.failureReport(result, loaded))) return EXIT.internal;
  return failed || (stale ?? []).length > 0 ? EXIT.findings : EXIT.ok;
}

function acceptance({ acceptUnverified }: BuildFlags): { readonly acceptUnverified?: string } {
  if (acceptUnverified === undefined) return {};
  if (acceptUnverified.trim() === '') throw new CommandError(EXIT.usage, '--accept-unverified needs a reason');
  return { acceptUnverified };
}

/** True when files contradict their labels and were not written for it. */
function reportFailure(context: Context, failure: { readonly document: object; readonly withheld: boolean } | undefined): boolean {
  if (failure === undefined) return false;
  replaceFile(context.cwd, 'gateway-report.json', printJson(failure.document));
  context.err('This is a bug in gateway: please report it with gateway-report.json, which holds no secrets.\n');
  return failure.withheld;
}

/** Text that goes to stdout can only be of one kind. */
function checkReport(flags: BuildFlags, json: boolean): void {
  if (flags.report === undefined) return;
  if (flags.report !== 'md' && flags.report !== 'json') throw new CommandError(EXIT.usage, `--report takes md or json, got "${flags.report}"`);
  if (json) throw new CommandError(EXIT.usage, '--report and a JSON result cannot both be printed');
}

/** As all paths of the configuration, relative to its file. */
function configuredOut({ build, path: file }: Prepared['config']): string | undefined {
  return build.out === undefined || file === undefined ? build.out : path.posix.join(path.posix.dirname(file), build.out);
}

function targetNames(flags: BuildFlags, prepared: Prepared, known: readonly string[]): readonly string[] {
  const wanted = flags.to === undefined ? prepared.config.build.to : flags.to.split(',').map((name) => name.trim());
  const names = wanted.length === 0 ? ['traefik'] : wanted;
  for (const name of names) if (!known.includes(name)) throw unknownName(`unknown target "${name}"`, name, known, 'Targets');
  return [...new Set(names)];
}

function versionsOf(flags: BuildFlags, prepared: Prepared, known: readonly string[]): ReadonlyMap<string, string> {
  const fromConfig = Object.entries(prepared.config.targets).flatMap(([name, settings]): readonly (readonly [string, string])[] => (settings['version'] === undefined ? [] : [[name, String(settings['version'])]]));
  const fromFlags = (flags.targetVersion ?? []).map((text) => nameValue('--target-version', text));
  for (const [name] of fromFlags) if (!known.includes(name)) throw unknownName(`--target-version: unknown target "${name}"`, name, known, 'Targets');
  return new Map([...fromConfig, ...fromFlags]);
}

function allowancesOf(flags: BuildFlags, prepared: Prepared, features: readonly string[], targets: readonly string[]): ReadonlyMap<string, string> {
  const pairs = [...Object.entries(prepared.config.approximate), ...(flags.allowApproximate ?? []).map((text) => nameValue('--allow-approximate', text))];
  for (const [name, reason] of pairs) {
    const [first, second] = name.split('/');
    const feature = second ?? first ?? '';
    if (!features.includes(feature) || (second !== undefined && !targets.includes(first ?? ''))) throw unknownAmongMany(`unknown feature "${name}"`, name, knownNames(features, targets), 'gateway targets');
    if (reason.trim() === '') throw new CommandError(EXIT.usage, `"${name}" needs a reason: ${name}=WHY`);
  }
  return new Map(pairs);
}

/** As they are written: with and without a target. */
function knownNames(features: readonly string[], targets: readonly string[]): readonly string[] {
  return [...features, ...targets.flatMap((target) => features.map((feature) => `${target}/${feature}`))];
}

function folderOf(context: Context, out: string, one: BuiltTarget, loaded: Loaded): string {
  const base = path.resolve(context.cwd, out);
  return loaded.gateways.length > 1 || one.gateway !== 'default' ? path.join(base, one.gateway, one.target) : path.join(base, one.target);
}

function shown(out: string, one: BuiltTarget, loaded: Loaded): string {
  if (out === '-') return one.target;
  return loaded.gateways.length > 1 || one.gateway !== 'default' ? `${out}/${one.gateway}/${one.target}` : `${out}/${one.target}`;
}

function writeAll(context: Context, flags: BuildFlags, out: string, built: readonly BuiltTarget[], loaded: Loaded, json: boolean, api: Pick<typeof import('../../index.ts'), 'sourceDigest'>): void {
  for (const one of built) {
    if (one.files === undefined) {
      context.err(`${shown(out, one, loaded)} was not written\n`);
      continue;
    }
    if (out === '-') {
      if (!json) for (const file of one.files) context.out(`# ---- ${one.target}/${file.path}\n${file.text}`);
      continue;
    }
    replaceFolder(context.cwd, shown(out, one, loaded), one.files);
    if (flags.quiet !== true) context.err(`wrote ${shown(out, one, loaded)}  ${plural(one.files.length, 'file')}, ${counts(one)}  (verified by: ${one.verifiedBy})\n`);
  }
  if (out !== '-') writeManifests(context, out, built, loaded, api);
  if (flags.quiet !== true) for (const name of withoutRouters(built)) context.err(`gateway ${name}: no router was found, so nothing is routed (gateway lint says what was left out)\n`);
}

function withoutRouters(built: readonly BuiltTarget[]): ReadonlySet<string> {
  return new Set(built.filter(({ files, counts: { routers } }) => files !== undefined && routers === 0).map(({ gateway }) => gateway));
}

function counts({ counts: { routers, services, middlewares } }: BuiltTarget): string {
  return [plural(routers, 'router'), plural(services, 'service'), plural(middlewares, 'middleware')].join(', ');
}

/** Versions, reasons and what verified the files; `--check` only takes from it why files may differ. */
function writeManifests(context: Context, out: string, built: readonly BuiltTarget[], loaded: Loaded, { sourceDigest }: Pick<typeof import('../../index.ts'), 'sourceDigest'>): void {
  for (const gateway of loaded.gateways) {
    const mine = built.filter((one) => one.gateway === gateway.name && one.files !== undefined);
    if (mine.length === 0) continue;
    const folder = loaded.gateways.length > 1 || gateway.name !== 'default' ? `${out}/${gateway.name}` : out;
    const targets = mine.map((one) => ({
      target: one.target, version: one.version, verifiedBy: one.verifiedBy, ...(one.acceptedUnverified === undefined ? {} : { acceptedUnverified: one.acceptedUnverified }), files: (one.files ?? []).map((file) => file.path),
      approximate: Object.fromEntries(one.judged.filter((judged) => judged.allowed !== undefined).map((judged) => [judged.use.feature, judged.allowed])),
    }));
    replaceFile(context.cwd, `${folder}/manifest.json`, printJson({ schema: 'gateway.manifest/1', tool: { version: VERSION }, source: sourceDigest(gateway), gateway: gateway.name, stacks: gateway.stacks, targets }));
  }
}
