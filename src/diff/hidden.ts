import { routesOf, secretsOfRule, withoutSecrets } from '../ir/index.ts';
import type { RuleExpr } from '../ir/index.ts';
import type { DocumentChange } from './document.ts';
import type { EntityChange } from './entities.ts';
import type { Side } from './side.ts';

/** Takes out of a text what rules of either side compare with in secret. */
export type Hide = (text: string) => string;

export function hiding(sides: readonly Pick<Side, 'routing' | 'gateway'>[]): Hide {
  const rules = sides.flatMap(rulesOf).filter((rule) => secretsOfRule(rule).length > 0);
  return (text) => withoutSecrets(text, rules);
}

/** Rules of routers that are not served are shown too. */
function rulesOf({ routing, gateway }: Pick<Side, 'routing' | 'gateway'>): readonly RuleExpr[] {
  return [...routesOf(routing), ...(gateway?.routers ?? [])].map(({ rule }) => rule);
}

export function hiddenChange(change: DocumentChange, hide: Hide): DocumentChange {
  const { witness } = change;
  if (witness === null) return change;
  return { ...change, witness: { ...witness, request: hide(witness.request), before: hide(witness.before), after: hide(witness.after), replay: hide(witness.replay) } };
}

export function hiddenFields(change: EntityChange, hide: Hide): EntityChange {
  const shown = (text: string | null): string | null => (text === null ? null : hide(text));
  return { ...change, fields: change.fields.map(({ field, before, after }) => ({ field, before: shown(before), after: shown(after) })) };
}
