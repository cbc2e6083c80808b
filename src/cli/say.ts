import { plural } from '../diagnostics/summary.ts';
import type { Loaded, Report } from '../index.ts';
import { layoutFor, paintFor } from './context.ts';
import type { Context, GlobalOptions } from './context.ts';

/** What was taken, and after it what could not be seen of it. One line on stderr says what was taken: `2 stacks: shop (compose.yml, no .env), blog (compose.yml)`; `1 host: edge-a (3 containers in 1 project)`. A comparison names the side before it. */
export function sayTaken(context: Context, options: GlobalOptions, loaded: Loaded, side = ''): void {
  if (options.quiet === true || loaded.taken.length === 0) return;
  const what = loaded.gateways.some(({ hosts }) => hosts !== undefined) ? 'host' : 'stack';
  context.err(`${side}${plural(loaded.taken.length, what)}: ${loaded.taken.join(', ')}\n`);
  for (const line of loaded.notVisible) context.err(`not visible: ${line}\n`);
  if (options.verbose === true) sayRead(context, loaded);
}

/** `--verbose`: every file, and what was taken for the engine. */
function sayRead(context: Context, { files, gateways }: Loaded): void {
  if (files.size > 0) context.err(`read: ${[...files.keys()].join(', ')}\n`);
  for (const { name, resolved, versionKnown, staticKnown, proxy } of gateways) {
    const versions = resolved.map(({ version }) => version).join(' and ');
    const known = proxy.container === undefined ? 'is known' : `is that of ${proxy.container.id.stack}/${proxy.container.id.service}`;
    context.err(`gateway ${name}: Traefik ${versions}${versionKnown ? '' : ' (which one is not known: right on each)'}, its static configuration ${staticKnown ? known : 'is not known'}\n`);
  }
}

/** `--verbose`: what a missing fact kept from being judged, which else is only counted. */
export function saySkipped(context: Context, options: GlobalOptions, { skipped }: Report): void {
  if (options.verbose !== true) return;
  for (const { rule, needs, places } of skipped) {
    for (const { file, line, column, subject } of places) context.err(`not judged: ${rule} needs ${NEEDED[needs]}: ${file}:${String(line)}:${String(column)} ${subject}\n`);
  }
}

const NEEDED = {
  static: "Traefik's static configuration", version: "Traefik's version", variables: 'the values of variables', dynamic: 'the dynamic files', image: 'what the image exposes', files: 'files that were not given', engine: 'the running engine',
} as const satisfies Record<Report['skipped'][number]['needs'], string>;

/** Errors of a command whose result is something else, on stderr. */
export function sayReport(context: Context, options: GlobalOptions, api: Pick<typeof import('../index.ts'), 'formatText'>, report: Report, summary: boolean): void {
  context.err(api.formatText(report, { ...layoutFor(context, 'err'), paint: paintFor(context, options, 'err'), quiet: true, summary }));
}
