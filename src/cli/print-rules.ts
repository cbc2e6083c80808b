import { printJson } from '../diagnostics/print-json.ts';
import type { LintRule } from '../index.ts';
import type { Context } from './context.ts';
import { unknownAmongMany } from './words.ts';

/** Lists the rules, or explains one: what it finds, why, and how it looks. Throws CommandError (2) for an unknown id. */
export async function printRules(context: Context, id: string | undefined, json: boolean): Promise<void> {
  const { allRules: rules } = await import('../linting.ts');
  const chosen = id === undefined ? rules : rules.filter((rule) => rule.id === id);
  if (id !== undefined && chosen.length === 0) {
    throw unknownAmongMany(`unknown rule "${id}"`, id, rules.map((rule) => rule.id), 'gateway rules');
  }
  if (json) context.out(printJson({ schema: 'gateway.rules/1', rules: chosen.map(describe) }));
  else if (id === undefined) context.out(chosen.map(line).join(''));
  else context.out(chosen.map(page).join('\n'));
}

function describe(rule: LintRule): unknown {
  const { summary, why, category, severity, blocking, fix } = rule.meta;
  return { id: rule.id, summary, why, category, severity, blocking, fix: fix ?? null };
}

function line(rule: LintRule): string {
  const marks = [rule.meta.blocking ? 'blocking' : '', rule.meta.fix === undefined ? '' : 'fix'].filter((mark) => mark !== '').join(', ');
  return `${rule.id.padEnd(28)} ${rule.meta.severity.padEnd(8)} ${rule.meta.summary}${marks === '' ? '' : ` (${marks})`}\n`;
}

function page(rule: LintRule): string {
  const { summary, why, category, severity, blocking, fix, bad, good } = rule.meta;
  const weight = blocking ? `${severity}, blocking (nothing switches it off)` : severity;
  const fixes = fix === undefined ? '' : `\nFix: gateway lint ${fix === 'safe' ? '--fix' : '--fix-unsafe'}`;
  const silence = blocking ? '' : `\nSilence one: # gateway-ignore ${rule.id} -- why`;
  return `${rule.id}  ${weight}, ${category}\n\n${summary}\n\n${why}\n${fixes}${silence}\n${bad.map((one) => example('Found', one)).join('')}${good.map((one) => example('Not found', one)).join('')}`;
}

/** The marks under an example's lines stay: they are what the rule points at. */
function example(title: string, { title: about, files }: LintRule['meta']['bad'][number]): string {
  const texts = Object.entries(files).map(([name, text]) => `${Object.keys(files).length > 1 ? `  --- ${name}\n` : ''}${text.replace(/\n+$/, '').replace(/^/gm, '  ')}\n`);
  return `\n${title}: ${about}\n${texts.join('')}`;
}
