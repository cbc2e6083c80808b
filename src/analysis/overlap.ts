import type { EntryPoint, Probe, RuleExpr } from '../ir/index.ts';
import { canonicalRequest, compileRule, matchRequest, type RulePredicate } from '../runtime/match/index.ts';
import { casesOf, expand, type Case } from './cases.ts';
import { toProbe, type Place } from './draft.ts';
import { disjointCases } from './relate.ts';
import { solve } from './solve.ts';

/** Whether two rules accept a common request: shown by one, refuted by what they name, or not known. */
export type Overlap = { readonly kind: 'disjoint' } | { readonly kind: 'overlap'; readonly witness: Probe } | { readonly kind: 'unknown' };

type Edge = Pick<EntryPoint, 'sanitizePath' | 'encodeQuerySemicolons'>;
const EDGE: Edge = { sanitizePath: true, encodeQuerySemicolons: false };
const ANYWHERE: Place = { entryPoint: '', tls: false };
/** Alternatives that are put together of two rules. */
const MAX_PAIRS = 128;

/** Whether the rules can meet, with a request that both accept. */
export function overlapOf(a: RuleExpr, b: RuleExpr, place: Place = ANYWHERE, edge: Edge = EDGE): Overlap {
  const [left, right] = [casesOf(a), casesOf(b)];
  if (left !== undefined && right !== undefined && pairs(left, right).length === 0) return { kind: 'disjoint' };
  const [first, second] = [compileRule(a), compileRule(b)];
  const some = pairs(expand(a).list, expand(b).list).slice(0, MAX_PAIRS);
  for (const both of some) {
    const witness = example(both, (probe) => accepts(first, probe, edge) && accepts(second, probe, edge), place);
    if (witness !== undefined) return { kind: 'overlap', witness };
  }
  return { kind: 'unknown' };
}

/** A request that both rules accept; undefined where none was found. */
export function overlap(a: RuleExpr, b: RuleExpr, place: Place = ANYWHERE, edge: Edge = EDGE): Probe | undefined {
  const found = overlapOf(a, b, place, edge);
  return found.kind === 'overlap' ? found.witness : undefined;
}

/** Ways in which a request can be one rule's and not the other's that are tried, and requests that are given for them. */
const MAX_APART = { ways: 48, requests: 12 } as const;

/** Requests that the first rule accepts and the second does not, one for each way in which that can be. */
export function onlyFirst(first: RuleExpr, second: RuleExpr, place: Place = ANYWHERE, edge: Edge = EDGE): readonly Probe[] {
  const rule: RuleExpr = { kind: 'and', operands: [first, { kind: 'not', operand: second }] };
  const test = compileRule(rule);
  const found: Probe[] = [];
  for (const one of expand(rule, MAX_APART.ways).list) {
    if (found.length === MAX_APART.requests) break;
    const witness = disjointCases(one, one) ? undefined : example(one, (probe) => accepts(test, probe, edge), place);
    if (witness !== undefined) found.push(witness);
  }
  return found;
}

/** A request that the rule accepts; undefined where none was found. */
export function exampleOf(rule: RuleExpr, place: Place = ANYWHERE, edge: Edge = EDGE): Probe | undefined {
  const test = compileRule(rule);
  for (const one of expand(rule).list) {
    const witness = example(one, (probe) => accepts(test, probe, edge), place);
    if (witness !== undefined) return witness;
  }
  return undefined;
}

function example(atoms: Case, accept: (probe: Probe) => boolean, place: Place): Probe | undefined {
  const draft = solve(atoms, (candidate) => accept(toProbe(candidate, place)));
  return draft === undefined ? undefined : toProbe(draft, place);
}

/** Whether a rule accepts a request as it arrives at an entry point. */
export function accepts(test: RulePredicate, probe: Probe, edge: Edge = EDGE): boolean {
  const arrived = canonicalRequest(probe, { ...edge, engine: '3.7' });
  return arrived.ok && test(matchRequest(arrived.request, probe.method, () => probe.headers, probe.clientIp));
}

/** Alternatives of both that are not proven to exclude each other. */
function pairs(left: readonly Case[], right: readonly Case[]): readonly Case[] {
  const open = (cases: readonly Case[]): readonly Case[] => cases.filter((one) => !disjointCases(one, one));
  const others = open(right);
  return open(left).flatMap((one) => others.filter((other) => !disjointCases(one, other)).map((other) => [...one, ...other]));
}
