import type { Register } from '../run.ts';
import { register as build } from './build.ts';
import { register as demo } from './demo.ts';
import { register as diff } from './diff.ts';
import { register as discover } from './discover.ts';
import { register as explain } from './explain.ts';
import { register as lint } from './lint.ts';
import { register as rules } from './rules.ts';
import { register as schema } from './schema.ts';
import { register as serve } from './serve.ts';
import { register as targets } from './targets.ts';
import { register as test } from './test.ts';
import { register as validate } from './validate.ts';

/** In the order of `gateway --help`. */
const COMMANDS: Readonly<Record<string, Register>> = { lint, validate, build, diff, explain, test, serve, discover, demo, targets, rules, schema };

/** The command that the line begins with; all of them where it begins otherwise, for help and for what was meant. */
export function commandsFor([first = '']: readonly string[]): readonly Register[] {
  const asked = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  return asked === undefined ? Object.values(COMMANDS) : [asked];
}
