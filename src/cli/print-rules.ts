import type { LintRule } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** Lists the rules, or explains one: what it finds, why, and how it looks. Throws CommandError (2) for an unknown id. */
export async function printRules(context: Context, id: string | undefined, json: boolean): Promise<void> {
  const { rules, suggest } = await import('../index.ts');
  const chosen = id === undefined ? rules : rules.filter((rule) => rule.id === id);
  if (id !== undefined && chosen.length === 0) {
    const meant = suggest(id, rules.map((rule) => rule.id));
    throw new CommandError(EXIT.usage, `unknown rule "${id}"`, meant === undefined ? 'gateway rules lists them' : `Did you mean "${meant}"?`);
  }
  if (json) context.out(`${JSON.stringify({ schema: 'gateway.rules/1', rules: chosen.map(describe) }, null, 2)}\n`);
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
  const examples = (title: string, list: LintRule['meta']['bad']): string => list.map((example) => `\n${title}: ${example.title}\n${Object.entries(example.files).map(([name, text]) => `--- ${name}\n${text}`).join('\n')}\n`).join('');
  return `${rule.id} (${rule.meta.severity}${rule.meta.blocking ? ', blocking' : ''}, ${rule.meta.category})\n\n${rule.meta.summary}\n\n${rule.meta.why}\n${examples('Bad', rule.meta.bad)}${examples('Good', rule.meta.good)}`;
}
