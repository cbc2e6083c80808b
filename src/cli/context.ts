import type { ChalkInstance } from 'chalk';
import { plainPaint } from '../diagnostics/paint.ts';
import type { Paint } from '../diagnostics/paint.ts';
import { colorLevel } from './color.ts';
import type { ExitCode } from './exit-codes.ts';
import { oneOf } from './words.ts';

/** The outside as commands see it. Only main.ts makes one from `process`; tests make their own. */
export interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinText: () => string;
  /** What stands at a path where that is not for the file system to say: an earlier commit. */
  readonly kindOf?: (name: string) => 'file' | 'folder' | 'missing';
  /** The product. */
  out(text: string): void;
  /** Everything said to a person. */
  err(text: string): void;
  readonly outTty: boolean;
  readonly errTty: boolean;
  /** Columns of stdout, or of neither stream: 80. */
  readonly width: number;
  /** Columns of stderr, where they are others. */
  readonly errWidth?: number;
  /** Does work that must not end halfway (files swapped in): an interruption waits for its end. */
  uninterrupted(work: () => void): Promise<void>;
  /** Resolves when the command is told to end (SIGINT, SIGTERM), with the exit code that says so. */
  untilStopped(): Promise<ExitCode>;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly color?: string | boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly config?: string | boolean;
  readonly cwd?: string;
  readonly json?: boolean;
  readonly gateway?: readonly string[];
}

/** How wide text for a stream may be. Only on a terminal is prose broken: elsewhere something may read its lines. */
export function layoutFor(context: Context, stream: 'out' | 'err'): { readonly width: number; readonly wrap?: number } {
  const width = stream === 'out' ? context.width : (context.errWidth ?? context.width);
  return (stream === 'out' ? context.outTty : context.errTty) ? { width, wrap: width } : { width };
}

let makeChalk: ((level: 0 | 1 | 2 | 3) => ChalkInstance) | undefined;

/** Loads the colours where a stream wants them: called once before a command runs, since help and pipes need none. */
export async function loadColours(context: Context, options: GlobalOptions): Promise<void> {
  if (levelFor(context, options, 'out') === 0 && levelFor(context, options, 'err') === 0) return;
  const { Chalk } = await import('chalk');
  makeChalk = (level) => new Chalk({ level });
}

function levelFor(context: Context, options: GlobalOptions, stream: 'out' | 'err'): 0 | 1 | 2 | 3 {
  const flag = options.color === false ? 'never' : options.color === true || options.color === undefined ? 'auto' : oneOf('--color', options.color, ['always', 'never', 'auto']);
  return colorLevel({ flag, env: context.env, isTty: stream === 'out' ? context.outTty : context.errTty });
}

/** Styles for one stream. Never chalk's default instance: its level ignores NO_COLOR. */
export function paintFor(context: Context, options: GlobalOptions, stream: 'out' | 'err'): Paint {
  const level = levelFor(context, options, stream);
  const chalk = level === 0 ? undefined : makeChalk?.(level);
  if (chalk === undefined) return plainPaint;
  return { error: (text) => chalk.red(text), warning: (text) => chalk.yellow(text), info: (text) => chalk.cyan(text), note: (text) => chalk.blue(text), dim: (text) => chalk.dim(text), bold: (text) => chalk.bold(text) };
}

/** Styles for a result that goes to a file or, without one, to stdout: a file is no terminal, it gets no colour. */
export function paintForOutput(context: Context, options: GlobalOptions, file: string | undefined): Paint {
  return file === undefined ? paintFor(context, options, 'out') : plainPaint;
}
