import path from 'node:path';
import type { Loaded, LoadedGateway, RouteTest, TestEngine, TestRun } from '../index.ts';
import { paintForOutput } from './context.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { kindOf } from './host.ts';
import { prepare } from './input.ts';
import type { Prepared } from './input.ts';
import type { SourceOptions } from './options.ts';
import { outputsOf } from './outputs.ts';
import type { Output } from './outputs.ts';
import { sayReport, sayTaken } from './say.ts';
import { refusedDocument, refusedJunit, testDocument, testJunit, testText } from './test-report.ts';
import type { TestProblem } from './test-report.ts';
import { enginePlaces } from './verify.ts';
import { putOutput } from './write.ts';
import { unknownName } from './words.ts';

export interface TestFlags extends SourceOptions {
  readonly stack?: readonly string[];
  readonly engine?: string;
  readonly coverage?: boolean;
  readonly minCoverage?: string;
  readonly mutate?: boolean;
  readonly generate?: boolean;
  readonly format?: readonly string[];
}

type Api = typeof import('../index.ts');

/** Reads tests and stacks, runs the tests, prints; 1 when a test fails or too little is covered. */
export async function runTest(context: Context, names: readonly string[], flags: TestFlags): Promise<ExitCode> {
  const api = await import('../index.ts');
  const outputs = outputsOf(flags, ['text', 'json', 'junit']);
  const engines = enginesOf(flags, api.TEST_ENGINES);
  const least = leastCoverage(flags);
  const prepared = await prepare(context, flags.stack ?? [], flags);
  const { loaded, gateway } = loadOne(api, prepared);
  sayTaken(context, flags, loaded);
  if (flags.generate === true) {
    context.out(api.generateTests(gateway.resolved[0]?.routing ?? { listeners: [], certificates: [], tlsOptions: [], tlsStores: [] }));
    return EXIT.ok;
  }
  const print: Print = { context, flags, outputs, explain: api.explainText, coverage: flags.coverage === true || least !== undefined };
  const refused = refuse(context, flags, api, loaded);
  const { tests, problems } = refused.length > 0 ? { tests: [], problems: refused } : readAll(context, prepared, names, { api, loaded, gateway });
  if (problems.length > 0) return printRefused(print, problems);
  const run = await api.runRouteTests(loaded, gateway, tests, { engines, mutate: flags.mutate === true, where: enginePlaces(context), build: { allowances: new Map(Object.entries(prepared.config.approximate)), settings: prepared.config.targets } });
  await printRun(print, run);
  return exitOf(context, run, least);
}

/** Where a run goes, and how. */
interface Print {
  readonly context: Context;
  readonly flags: TestFlags;
  readonly outputs: readonly Output[];
  readonly explain: Api['explainText'];
  readonly coverage: boolean;
}

async function printRun({ context, flags, outputs, explain, coverage }: Print, run: TestRun): Promise<void> {
  for (const output of outputs) {
    const paint = paintForOutput(context, flags, output.file);
    await putOutput(context, output.file, output.name === 'json' ? testDocument(run) : output.name === 'junit' ? testJunit(run) : testText(run, { coverage, paint, quiet: flags.quiet === true, explain }));
  }
}

/** Nothing was asked. People were told on stderr; a document stands on stdout all the same. */
async function printRefused({ context, outputs }: Print, problems: readonly TestProblem[]): Promise<ExitCode> {
  for (const { name, file } of outputs) if (name !== 'text') await putOutput(context, file, name === 'json' ? refusedDocument(problems) : refusedJunit(problems));
  return EXIT.findings;
}

function exitOf(context: Context, run: TestRun, least: number | undefined): ExitCode {
  for (const { engine, reason } of run.broken) context.err(`error: ${engine} could not be asked: ${reason}\n`);
  for (const engine of run.absent) context.err(`error: ${engine} is not on this machine\n`);
  if (run.absent.length > 0) return EXIT.environment;
  if (least !== undefined && run.coverage.percent < least) {
    context.err(`coverage is ${String(run.coverage.percent)}%, less than ${String(least)}%\n`);
    return EXIT.findings;
  }
  return run.failed > 0 || run.broken.length > 0 ? EXIT.findings : EXIT.ok;
}

/** Tests against a configuration that does not stand would prove nothing. */
function refuse(context: Context, flags: TestFlags, api: Api, loaded: Loaded): readonly TestProblem[] {
  const report = api.toReport('gateway.lint/1', api.lint(loaded).diagnostics.filter(({ blocking }) => blocking), [], loaded);
  if (report.findings.length > 0) sayReport(context, flags, api, report, true);
  return report.findings;
}

function loadOne(api: Api, { input }: Prepared): { readonly loaded: Loaded; readonly gateway: LoadedGateway } {
  const loaded = api.load(input);
  if (!api.hasInput(loaded)) throw new CommandError(EXIT.environment, 'no Compose file and no gateway.yaml was found', 'Name one: --stack path/to/compose.yml');
  const [gateway, ...more] = loaded.gateways;
  if (gateway === undefined || more.length > 0) throw new CommandError(EXIT.usage, 'one gateway at a time', `Pick one: -g ${loaded.gateways.map(({ name }) => name).join(' or -g ')}`);
  return { loaded, gateway };
}

interface Subject {
  readonly api: Api;
  readonly loaded: Loaded;
  readonly gateway: LoadedGateway;
}

/** All tests, and what is broken in their files, which is said. */
function readAll(context: Context, { host }: Prepared, names: readonly string[], { api, loaded, gateway }: Subject): { readonly tests: readonly RouteTest[]; readonly problems: readonly TestProblem[] } {
  const isOwn = (file: string): boolean => gateway.spec !== undefined && path.posix.normalize(file) === path.posix.normalize(gateway.spec.path);
  const files = (names.length === 0 ? ['.'] : names).flatMap((name) => testFiles(context, name, host));
  const own = names.length === 0 || files.some(isOwn) ? [api.specTests(loaded, gateway)] : [];
  if (files.length === 0 && own.every(({ tests, problems }) => tests.length + problems.length === 0)) throw new CommandError(EXIT.environment, 'no tests were found', 'Write some in routes.gateway-test.yaml, or: gateway test --generate > now.gateway-test.yaml');
  const read = [...own, ...files.filter((file) => !isOwn(file)).map((file) => api.readTests(file, host.readFile(file) ?? ''))];
  const problems = read.flatMap((one) => one.problems);
  for (const { file, line, message } of problems) context.err(`${file}:${String(line)}  error  ${message}\n`);
  return { tests: read.flatMap(({ tests }) => tests), problems };
}

function testFiles(context: Context, name: string, host: Prepared['host']): readonly string[] {
  const kind = kindOf(context.cwd, name);
  if (kind === 'missing') throw new CommandError(EXIT.environment, `there is no file or folder ${name}`);
  if (kind === 'file') return [name];
  return (host.listFolder(name) ?? []).filter((file) => /\.gateway-test\.ya?ml$/.test(file)).map((file) => path.posix.join(name, file));
}

function enginesOf({ engine }: TestFlags, known: readonly TestEngine[]): readonly TestEngine[] {
  const wanted = (engine ?? 'runtime').split(',').map((name) => name.trim());
  if (wanted.includes('all')) return known;
  return wanted.map((name) => {
    const found = known.find((one) => one === name);
    if (found === undefined) throw unknownName(`unknown engine "${name}"`, name, [...known, 'all'], 'Engines');
    return found;
  });
}

function leastCoverage({ minCoverage }: TestFlags): number | undefined {
  if (minCoverage === undefined) return undefined;
  const percent = Number(minCoverage);
  if (!/^\d{1,3}$/.test(minCoverage) || percent > 100) throw new CommandError(EXIT.usage, `--min-coverage takes a percentage, got "${minCoverage}"`);
  return percent;
}
