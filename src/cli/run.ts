import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { loadColours } from './context.ts';
import type { Context, GlobalOptions } from './context.ts';
import { commandsFor } from './commands/index.ts';
import { applyEnvironment, environmentWantsJson, nameVariables } from './environment.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { behindCommand, globalOptions } from './global-options.ts';
import { kindOf } from './host.ts';
import { printable, withoutCommands } from '../diagnostics/paint.ts';
import { printJson } from '../diagnostics/print-json.ts';
import { VERSION } from '../version.ts';

const EVERYWHERE = `
Options of every command, before or after its name:
  --json --quiet --verbose --color <when> --config <file> --cwd <dir> -g <name>
`;

/** What a command gets: the outside, and where to leave its exit code. */
export interface Deps {
  readonly context: Context;
  finish(code: ExitCode): void;
}

/** Runs one command line and returns its exit code. Never throws for what a user or the environment did. */
export async function run(given: readonly string[], outside: Context): Promise<number> {
  const args = behindCommand(given);
  let code: ExitCode = EXIT.ok;
  const context = insideFolder(outside, args);
  const setByEnvironment: string[] = [];
  const program = createProgram(context, { context, finish: (value) => { code = value; } }, args);
  program.hook('preAction', async (_program, command) => {
    setByEnvironment.push(...applyEnvironment(command, context.env));
    await prepareAction(context, command.opts<GlobalOptions>(), setByEnvironment);
  });
  if (args.length === 0) {
    context.err(program.helpInformation());
    return EXIT.usage;
  }
  try {
    if (kindOf(context.cwd, '.') !== 'folder') throw new CommandError(EXIT.environment, `no folder at ${context.cwd}`);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    const status = failure(error, context, args);
    // It may be what is wrong, and stands in no line that was typed.
    if (status === EXIT.usage && setByEnvironment.length > 0) context.err(setBy(setByEnvironment));
    return status;
  }
}

/** `--cwd DIR` counts before anything is read. */
function insideFolder(context: Context, args: readonly string[]): Context {
  const at = args.indexOf('--cwd');
  const folder = at === -1 ? undefined : args[at + 1];
  const inline = args.find((arg) => arg.startsWith('--cwd='))?.slice('--cwd='.length);
  const wanted = folder ?? inline;
  return wanted === undefined ? context : { ...context, cwd: path.resolve(context.cwd, wanted) };
}

function createProgram(context: Context, deps: Deps, args: readonly string[]): Command {
  const program = new Command('gateway');
  program
    .description('Checks Traefik labels, and compiles them to runnable Traefik, Kong and nginx configuration.')
    .version(VERSION, '-V, --version', 'print the version')
    .enablePositionalOptions(false)
    .showSuggestionAfterError(true)
    .showHelpAfterError('(run gateway --help)')
    .configureOutput({ writeOut: (text) => context.out(text), writeErr: (text) => context.err(text), getOutHelpWidth: () => Math.min(context.width, 110) })
    .exitOverride();
  program.addHelpText('after', EVERYWHERE);
  for (const register of commandsFor(args)) {
    const command = register(program, deps);
    nameVariables(globalOptions(command));
    command.exitOverride().showHelpAfterError(`(run gateway ${command.name()} --help)`);
  }
  return program;
}

/** Before the command begins. */
async function prepareAction(context: Context, options: GlobalOptions, variables: readonly string[]): Promise<void> {
  if (options.verbose === true && options.quiet !== true && variables.length > 0) context.err(setBy(variables));
  await loadColours(context, options);
}

function setBy(variables: readonly string[]): string {
  return `set by the environment: ${variables.join(', ')}\n`;
}

function failure(error: unknown, context: Context, args: readonly string[]): ExitCode {
  if (error instanceof CommanderError) {
    const shown = ['commander.helpDisplayed', 'commander.help', 'commander.version'].includes(error.code);
    if (!shown && wantsJson(args, context)) context.out(errorDocument('usage', error.message.replace(/^error: /, '')));
    return shown ? EXIT.ok : EXIT.usage;
  }
  if (!(error instanceof CommandError)) throw error;
  if (wantsJson(args, context) && (error.code === EXIT.usage || error.code === EXIT.environment)) context.out(errorDocument(error.code === EXIT.usage ? 'usage' : 'environment', error.message));
  // Names in it come from files.
  context.err(withoutCommands(printable(`error: ${error.message}\n${error.help === undefined ? '' : `${error.help}\n`}`)));
  return error.code;
}

/** Whether stdout was to hold JSON: asked when the flags could not be read. */
function wantsJson(args: readonly string[], { env }: Context): boolean {
  if (environmentWantsJson(env) && !args.some((arg) => /^--format(?:=|$)/.test(arg))) return true;
  return args.some((arg, index) => arg === '--json' || /^--(?:format|report)=json$/.test(arg) || (arg === 'json' && /^--(?:format|report)$/.test(args[index - 1] ?? '')));
}

function errorDocument(kind: string, message: string): string {
  return printJson({ error: { kind, message } });
}

export type Register = (program: Command, deps: Deps) => Command;
export type { GlobalOptions };
