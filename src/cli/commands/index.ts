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
export const COMMANDS: readonly Register[] = [lint, validate, build, diff, explain, test, serve, discover, demo, targets, rules, schema];
