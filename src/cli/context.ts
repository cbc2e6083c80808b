import { Chalk } from 'chalk';
import { plainPaint } from '../diagnostics/index.ts';
import type { Paint } from '../diagnostics/index.ts';
import { colorLevel } from './color.ts';

/** The outside as commands see it. Only main.ts makes one from `process`; tests make their own. */
export interface Context {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinText: () => string;
  /** The product. */
  out(text: string): void;
  /** Everything said to a person. */
  err(text: string): void;
  readonly outTty: boolean;
  readonly errTty: boolean;
  readonly width: number;
  readonly signal: AbortSignal;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly color?: 'always' | 'never' | 'auto' | boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly config?: string | boolean;
  readonly cwd?: string;
  readonly json?: boolean;
  readonly gateway?: readonly string[];
}

/** Styles for one stream. Never chalk's default instance: its level ignores NO_COLOR. */
export function paintFor(context: Context, options: GlobalOptions, stream: 'out' | 'err'): Paint {
  const flag = options.color === false ? 'never' : options.color === true || options.color === undefined ? 'auto' : options.color;
  const level = colorLevel({ flag, env: context.env, isTty: stream === 'out' ? context.outTty : context.errTty });
  if (level === 0) return plainPaint;
  const chalk = new Chalk({ level });
  return { error: (text) => chalk.red(text), warning: (text) => chalk.yellow(text), info: (text) => chalk.cyan(text), note: (text) => chalk.blue(text), dim: (text) => chalk.dim(text), bold: (text) => chalk.bold(text) };
}
