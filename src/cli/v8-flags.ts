import { getBuiltinModule, versions } from 'node:process';

/** A hundred times V8's own, counted in the length of what a function runs. */
const BUDGET = 8_000_000;

/** V8 of Node 22 and 24 counts calls: about forty times its own numbers. */
const CALLS = ['turbofan=100000', 'maglev=16000', 'osr=16000', 'maglev-osr=4000'];

/** V8 compiles a pattern when it is used a second time; those of thousands of hosts are used a few times each. */
const USES = 20;

const SHORT: readonly (string | undefined)[] = ['lint', 'validate', 'build'];

/**
 * Whether a command line is sure to end when its work is done, told by its first word: before any part is loaded, since V8
 * takes its compiled form of one only under the flags under which it was made.
 */
export function isShortRun(args: readonly string[]): boolean {
  return SHORT.includes(args[0]) && !args.includes('--watch');
}

/**
 * For a command that ends when its work is done: a function must run for longer before V8 optimises it. By default up to half of the
 * processor time of a build or a check goes to the optimising compiler, for code that is hardly needed again; as long as nothing
 * is optimised, five megabytes of that compiler are not even in memory. Stacks of ten thousand services still get their loops
 * optimised. Never for what serves requests. Only for versions that were tried: a V8 complains of a flag that it does not have.
 */
export function limitOptimising(): void {
  const [major] = versions.v8.split('.');
  if (major === '11') limitNode20();
  else if (major === '12' || major === '13') for (const count of CALLS) setFlag(`--invocation-count-for-${count}`);
  else return;
  setFlag(`--regexp-tier-up-ticks=${String(USES)}`);
}

/**
 * The space for new objects stays small as well: by default it grows with what is alive, to three times what a stack of a
 * thousand services needs. A much larger one gets it, since its objects would be copied too often otherwise. So small a space
 * is cleared by one thread: helpers would cost more to wake than they take off it. Later versions do not heed these flags, or
 * gain nothing by them.
 */
function limitNode20(): void {
  setFlag(`--interrupt-budget=${String(BUDGET)}`);
  setFlag('--semi-space-growth-factor=1');
  setFlag('--no-parallel-scavenge');
}

/** The space for new objects grows as it does by default. */
export function growForMuch(): void {
  if (versions.v8.startsWith('11.')) setFlag('--semi-space-growth-factor=2');
}

/** The module is only loaded where there is something to set: `--version` does without. */
function setFlag(flag: string): void {
  getBuiltinModule('node:v8').setFlagsFromString(flag);
}
