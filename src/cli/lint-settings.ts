import type { Config } from '../config/config.ts';
import type { Finding } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { LintFlags } from './lint-flags.ts';
import { oneOf, unknownAmongMany } from './words.ts';

type Api = Pick<typeof import('../linting.ts'), 'VERSION' | 'isNewerSet' | 'ruleIds'>;

const ORDER: readonly string[] = ['error', 'warning', 'info', 'note'];

/** `--min-severity`: which findings are shown. Throws CommandError (2). */
export function minSeverity({ minSeverity: minimum }: LintFlags): (finding: Finding) => boolean {
  if (minimum === undefined) return () => true;
  const wanted = ORDER.indexOf(oneOf('--min-severity', minimum, ORDER));
  return ({ severity }) => ORDER.indexOf(severity) <= wanted;
}

/** `--max-warnings`; without it any number will do. Throws CommandError (2). */
export function maxWarnings({ maxWarnings: text }: LintFlags): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw new CommandError(EXIT.usage, `--max-warnings takes a number, got "${text}"`);
  return Number(text);
}

/** `--rule ID=SEVERITY`. Throws CommandError (2). */
export function ruleSettings(flags: LintFlags, api: Api): ReadonlyMap<string, string> {
  return new Map((flags.rule ?? []).map((text) => {
    const [id = '', severity = ''] = text.split('=');
    checkKnown(id, '--rule', api);
    if (!['error', 'warning', 'info', 'off'].includes(severity)) throw new CommandError(EXIT.usage, `--rule takes ID=error|warning|info|off, got "${text}"`);
    return [id, severity] as const;
  }));
}

/** A rule that the configuration sets must exist: a misspelt name would silence nothing. Throws CommandError (2). */
export function checkRuleNames(config: Config, api: Api): void {
  const names = [...Object.keys(config.rules), ...config.overrides.flatMap(({ rules }) => Object.keys(rules))];
  for (const name of names) checkKnown(name, config.path ?? 'the configuration', api);
}

function checkKnown(id: string, where: string, api: Api): void {
  if (api.ruleIds.includes(id)) return;
  throw unknownAmongMany(`${where}: unknown rule "${id}"`, id, api.ruleIds, 'gateway rules');
}

/** A rule set that this release does not know yet pins nothing, which is said. */
export function sayRuleSet(context: Context, config: Config, api: Api): void {
  if (config.asOf === undefined || !api.isNewerSet(config.asOf, api.VERSION)) return;
  context.err(`rules.as-of ${config.asOf} is newer than this gateway ${api.VERSION}: all of its rules count\n`);
}
