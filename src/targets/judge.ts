import type { Diagnostic } from '../diagnostics/index.ts';
import type { Feature, Routing } from '../ir/index.ts';
import type { Capabilities, FeatureUse, Row, UseSite, Verdict } from './target.ts';
import { usesOf } from './uses.ts';

/** `--allow-approximate [TARGET/]FEATURE=REASON`, by feature. */
export type Allowances = ReadonlyMap<string, string>;

/** One use with its verdict: the rows of `build --report`. */
export interface Judged {
  readonly use: FeatureUse;
  readonly verdict: Verdict;
  /** The reason that was given for an approximate one. */
  readonly allowed?: string;
}

/** The verdict of a row for one use: the first exception whose condition holds, else the row's own. */
export function verdictOf<Use>(row: Row<Use>, use: Use, site: UseSite): Verdict {
  return row.except?.find((exception) => exception.when(use, site))?.verdict ?? row.verdict;
}

function judgeUse<F extends Feature>(capabilities: Capabilities, use: FeatureUse<F>): Verdict {
  return verdictOf(capabilities[use.feature], use.use, use.site);
}

/** Judges every use of the served routes. Only what a served route uses is judged. */
export function judge(target: string, capabilities: Capabilities, routing: Routing, version: string, allowances: Allowances): readonly Judged[] {
  return usesOf(routing, version).map((use) => {
    const verdict = judgeUse(capabilities, use);
    const allowed = verdict.kind === 'approximate' ? (allowances.get(`${target}/${use.feature}`) ?? allowances.get(use.feature)) : undefined;
    return allowed === undefined ? { use, verdict } : { use, verdict, allowed };
  });
}

/** The refusals as diagnostics, one per feature, place and reason: a middleware of ten routers is said once. */
export function refusals(target: string, judged: readonly Judged[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  const out: Diagnostic[] = [];
  for (const { use, verdict, allowed } of judged) {
    if (allowed !== undefined) continue;
    const diagnostic = refusal(target, use, verdict);
    const key = `${use.feature} ${String(use.origin)} ${diagnostic?.why ?? ''}`;
    if (diagnostic === undefined || seen.has(key)) continue;
    seen.add(key);
    out.push(diagnostic);
  }
  return out;
}

function refusal(target: string, use: FeatureUse, verdict: Verdict): Diagnostic | undefined {
  const shared = { severity: 'error', blocking: true, at: { origin: use.origin }, symbol: `${target}/${use.feature} ${use.symbol}` } as const;
  if (verdict.kind === 'unsupported') {
    return { ...shared, rule: 'target-unsupported', message: `${target} cannot express ${use.feature}`, why: verdict.because, ...(verdict.help === undefined ? {} : { help: verdict.help }) };
  }
  if (verdict.kind === 'approximate') {
    return { ...shared, rule: 'target-approximate', message: `${target} can only approximate ${use.feature}`, why: verdict.differs, help: `allow it by name: --allow-approximate ${target}/${use.feature}=REASON` };
  }
  return undefined;
}
