import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { BuiltTarget, Loaded, Report } from '../../index.ts';
import { plainPaint, printable } from '../../diagnostics/paint.ts';
import { printJson } from '../../diagnostics/print-json.ts';
import type { Context, GlobalOptions } from '../context.ts';
import { askDemo } from '../demo-ask.ts';
import type { DemoAnswer } from '../demo-ask.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { prepare } from '../input.ts';
import { collect, formatOf } from '../options.ts';
import type { Deps } from '../run.ts';
import { VERSION } from '../../version.ts';
import { unknownName } from '../words.ts';

interface DemoFlags extends GlobalOptions {
  readonly example?: string;
  readonly down?: readonly string[];
  readonly format?: string;
}

/** `gateway demo`: needs nothing but Node. */
export function register(program: Command, { context, finish }: Deps): Command {
  return program.command('demo').description('lint, compile and serve a bundled example on loopback, with echo backends')
    .option('--example <dir>', 'another folder with a Compose file and requests.txt')
    .option('--down <service>', 'leave this backend stopped (repeatable)', collect)
    .option('--format <format>', 'text or json')
    .action(async (flags: DemoFlags) => {
      finish(await runDemo(context, flags));
    });
}

type Api = typeof import('../../index.ts');

async function runDemo(context: Context, flags: DemoFlags): Promise<0 | 1> {
  const api = await import('../../index.ts');
  const json = formatOf(flags, ['text', 'json']) === 'json';
  const folder = flags.example ?? path.relative(context.cwd, fileURLToPath(new URL('../../examples/shop', import.meta.url)));
  const name = folder === '' ? '.' : folder;
  const { input, config } = await prepare(context, [name], { config: false });
  const loaded = api.load(input);
  const routing = loaded.gateways[0]?.resolved[0]?.routing;
  if (routing === undefined || loaded.workspace.stacks.length === 0) throw new CommandError(EXIT.environment, `no Compose file in ${name}`);
  checkDown(flags.down ?? [], loaded);
  const say = (text: string): void => (json ? undefined : context.out(text));
  const found = api.lint(loaded, { config, rules: new Map(), declared: false });
  const report = api.toReport('gateway.lint/1', found.diagnostics, found.skipped, loaded);
  say(`1. lint ${printable(name)}\n${indent(api.formatText(report, { width: context.width, paint: plainPaint, quiet: false, summary: true }))}\n2. compile\n`);
  const built = compileAll(loaded, api);
  for (const line of builtLines(built)) say(`   ${line}\n`);
  say('\n3. serve with the embedded runtime, and ask\n');
  const served = !report.findings.some(({ blocking }) => blocking);
  const answers: DemoAnswer[] = [];
  const tell = (answer: DemoAnswer): void => {
    answers.push(answer);
    say(answerText(answer));
  };
  if (served) await askDemo(context, { folder, loaded, routing, down: flags.down ?? [] }, tell);
  else say('   not served: see the errors above\n');
  if (json) context.out(documentOf(report, built, { served, answers }));
  return served ? EXIT.ok : EXIT.findings;
}

function checkDown(down: readonly string[], { workspace }: Loaded): void {
  const services = workspace.stacks.flatMap(({ containers }) => containers.map(({ id }) => id.service));
  const unknown = down.find((name) => !services.includes(name));
  if (unknown !== undefined) throw unknownName(`--down: there is no "${unknown}"`, unknown, services, 'There is');
}

function indent(text: string): string {
  return text.split('\n').map((line) => (line === '' ? line : `   ${line}`)).join('\n');
}

function compileAll(loaded: Loaded, api: Api): readonly BuiltTarget[] {
  return api.build(loaded, { targets: api.targetNames, versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } }).built;
}

function builtLines(built: readonly BuiltTarget[]): readonly string[] {
  const width = Math.max(...built.map(({ target }) => target.length));
  return built.map((one) => {
    const target = one.target.padEnd(width);
    return one.files === undefined ? `${target} refused: ${refusals(one).slice(0, 2).map(printable).join('; ')}` : `${target} ${one.files.map((file) => printable(file.path)).join(', ')}`;
  });
}

function refusals({ diagnostics }: BuiltTarget): readonly string[] {
  return diagnostics.filter(({ blocking }) => blocking).map(({ message, why }) => `${message}: ${why ?? ''}`);
}

function answerText({ method, url, headers, status, location, body, failure, router, at, rule, steps }: DemoAnswer): string {
  const answer = failure === null ? `${String(status)}${location === null ? '' : ` to ${location}`}  ${body}`.trimEnd() : `no answer: ${failure}`;
  const chain = steps.map((step) => `, ${step.middleware} (${step.kind}): ${step.before} -> ${step.after}`).join('');
  const because = router === null ? 'no router matches' : `router ${router} (${at ?? ''}) matches ${rule ?? ''}${chain}`;
  return printable(`\n   ${method} ${url}${headers.map((name) => ` (${name})`).join('')}\n     ${answer}\n     because ${because}\n`);
}

/** `gateway.demo/1`. */
function documentOf(report: Report, built: readonly BuiltTarget[], asked: { readonly served: boolean; readonly answers: readonly DemoAnswer[] }): string {
  const findings = report.findings.map(({ rule, severity, blocking, file, line, column, message }) => ({ rule, severity, blocking, file, line, column, message }));
  const targets = built.map((one) => ({ target: one.target, files: one.files?.map((file) => file.path) ?? null, refused: refusals(one) }));
  return printJson({ schema: 'gateway.demo/1', tool: { version: VERSION }, stacks: report.facts.stacks, findings, built: targets, ...asked });
}
