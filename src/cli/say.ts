import type { Loaded, Report } from '../index.ts';
import { paintFor } from './context.ts';
import type { Context, GlobalOptions } from './context.ts';

/** What was taken, and after it what could not be seen of it. One line on stderr says what was taken: `2 stacks: shop (compose.yml, no .env), blog (compose.yml)`; `1 host: edge-a (3 containers in 1 project)`. */
export function sayTaken(context: Context, options: GlobalOptions, loaded: Loaded): void {
  if (options.quiet === true || loaded.taken.length === 0) return;
  const count = loaded.taken.length;
  const what = loaded.gateways.some(({ hosts }) => hosts !== undefined) ? 'host' : 'stack';
  context.err(`${String(count)} ${what}${count === 1 ? '' : 's'}: ${loaded.taken.join(', ')}\n`);
  for (const line of loaded.notVisible) context.err(`not visible: ${line}\n`);
}

/** Errors of a command whose result is something else, on stderr. */
export function sayReport(context: Context, options: GlobalOptions, api: Pick<typeof import('../index.ts'), 'formatText'>, report: Report, summary: boolean): void {
  context.err(api.formatText(report, { width: context.width, paint: paintFor(context, options, 'err'), quiet: true, summary }));
}
