import type { Loaded } from '../index.ts';
import type { Context, GlobalOptions } from './context.ts';

/** One line on stderr says what was taken: `2 stacks: shop (compose.yml, no .env), blog (compose.yml)`. */
export function sayTaken(context: Context, options: GlobalOptions, loaded: Loaded): void {
  if (options.quiet === true || loaded.taken.length === 0) return;
  const count = loaded.taken.length;
  context.err(`${String(count)} stack${count === 1 ? '' : 's'}: ${loaded.taken.join(', ')}\n`);
}
