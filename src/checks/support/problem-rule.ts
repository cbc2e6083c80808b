import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Problem } from '../../ir/index.ts';
import { claimOf } from '../claims.ts';
import { problemsOf } from '../problems.ts';
import type { VersionedProblem } from '../problems.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { consequence } from './words.ts';

export type Said = Pick<Diagnostic, 'message'> & Partial<Pick<Diagnostic, 'why' | 'help' | 'fixes' | 'related' | 'severity' | 'blocking' | 'follows'>> & { readonly label?: string };

/** How a rule speaks of one problem; undefined = the rule has nothing to say of it after all. */
export type Say = (found: VersionedProblem, context: LintContext) => Said | undefined;

/** A rule that says what the engine model found: all problems that are claimed for it. */
export function problemRule(id: string, meta: LintRule['meta'], say: Say): LintRule {
  return { id, meta, check: (context) => reportProblems(id, context, say) };
}

/** The problems of one rule as findings; what only some of the possible versions have is counted, not said. */
export function reportProblems(id: string, context: LintContext, say: Say): void {
  for (const found of problemsOf(context, (problem) => claimOf(problem).rule === id)) {
    if (found.certain) reportOne(found, context, say);
    else context.skip({ needs: 'version', subject: found.problem.subject, origin: found.problem.origin });
  }
}

function reportOne(found: VersionedProblem, context: LintContext, say: Say): void {
  const said = say(found, context);
  if (said === undefined) return;
  const { problem } = found;
  const { severity, blocking } = claimOf(problem);
  const { label, ...text } = said;
  context.report({
    why: consequence(problem, found.versions),
    severity,
    blocking,
    ...text,
    at: label === undefined ? { origin: problem.origin } : { origin: problem.origin, label },
    symbol: problem.symbol,
    ...followed(problem, found.all),
  });
}

/** A finding that only follows from another names that one. */
function followed(problem: Problem, all: readonly Problem[]): { readonly follows?: string } {
  const cause = problem.causedBy === undefined ? undefined : all[problem.causedBy];
  return cause === undefined ? {} : { follows: `${claimOf(cause).rule} ${cause.symbol}` };
}

/** Other places of the same mistake. */
export function alsoAt(problem: Problem, label: string): Pick<Diagnostic, 'related'> {
  const places = problem.related ?? [];
  return places.length === 0 ? {} : { related: places.slice(0, 5).map((origin) => ({ origin, label })) };
}
