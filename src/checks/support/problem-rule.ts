import { findingName } from '../../diagnostics/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { refKey } from '../../ir/index.ts';
import type { Problem } from '../../ir/index.ts';
import { claimOf } from '../claims.ts';
import { problemsOf } from '../problems.ts';
import type { VersionedProblem } from '../problems.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { visible } from './edits.ts';
import { twinsOf } from './twins.ts';
import { consequence } from './words.ts';

export type Said = Pick<Diagnostic, 'message'> & Partial<Pick<Diagnostic, 'why' | 'help' | 'fixes' | 'related' | 'severity' | 'blocking' | 'follows'>> & {
  readonly label?: string;
  /** A narrower place than the problem's own. */
  readonly place?: OriginId;
};

/** How a rule speaks of one problem; undefined = the rule has nothing to say of it after all. */
export type Say = (found: VersionedProblem, context: LintContext) => Said | undefined;

/** A rule that says what the engine model found: all problems that are claimed for it. */
export function problemRule(id: string, meta: LintRule['meta'], say: Say): LintRule {
  return { id, meta, mayBlock: true, check: (context) => reportProblems(id, context, say) };
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
  const { label, place, ...text } = said;
  const origin = visible(context, place ?? problem.origin);
  context.report({
    why: consequence(problem, found.versions),
    severity,
    blocking,
    ...text,
    at: label === undefined ? { origin } : { origin, label },
    symbol: problem.symbol,
    ...followed(problem, found.all),
    ...lostElsewhere(said, found, context),
  });
}

const SHOWN = 20;

/** The routers of other containers that go down with it: whoever looks there must find the reason. */
function lostElsewhere(said: Said, { problem, gateway }: VersionedProblem, context: LintContext): Pick<Diagnostic, 'related'> {
  const lost = new Set((problem.loses ?? []).filter((ref) => ref.kind === 'router').map(refKey));
  const resolved = context.gateways.find(({ name }) => name === gateway)?.resolved[0];
  if (lost.size === 0 || resolved === undefined) return {};
  const { routers, tcpRouters, udpRouters } = resolved.gateway;
  const owner = problem.symbol.split(' ')[0];
  const places = [...routers, ...tcpRouters, ...udpRouters].filter((router) => lost.has(refKey(router.ref)) && router.symbol.split(' ')[0] !== owner);
  const related = [
    ...places.map((router) => ({ origin: router.origin, label: `the router "${router.ref.name}" is lost with it` })),
    // A collision names the other declarations itself.
    ...(problem.kind === 'defined-twice' ? [] : twinsOf(lost, [owner, ...places.map(({ symbol }) => symbol.split(' ')[0])], resolved, context)),
  ].slice(0, SHOWN);
  return related.length === 0 ? {} : { related: [...(said.related ?? []), ...related] };
}

/** A finding that only follows from another names that one. */
function followed(problem: Problem, all: readonly Problem[]): { readonly follows?: string } {
  const cause = problem.causedBy === undefined ? undefined : all[problem.causedBy];
  return cause === undefined ? {} : { follows: findingName({ rule: claimOf(cause).rule, symbol: cause.symbol }) };
}

/** Other places of the same mistake. */
export function alsoAt(problem: Problem, label: string): Pick<Diagnostic, 'related'> {
  const places = problem.related ?? [];
  return places.length === 0 ? {} : { related: places.slice(0, 5).map((origin) => ({ origin, label })) };
}
