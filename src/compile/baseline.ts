import type { Finding } from '../diagnostics/index.ts';
import { SourceFile } from '../text/index.ts';
import type { Loaded } from './types.ts';

/** A known finding: the fingerprint counts, the rest tells a reader what it is. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  readonly symbol: string;
}

/** `gateway-baseline.json`: the findings of one stack that were there when checking began. */
export interface Baseline {
  readonly path: string;
  readonly source: SourceFile;
  readonly entries: readonly BaselineEntry[];
}

export type BaselineRead = { readonly kind: 'read'; readonly baseline: Baseline } | { readonly kind: 'invalid'; readonly message: string };

const SCHEMA = 'gateway.baseline/1';

/** Reads a baseline's text. */
export function readBaseline(path: string, text: string): BaselineRead {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { kind: 'invalid', message: `${path} is no JSON` };
  }
  if (!isObject(raw) || raw['schema'] !== SCHEMA || !Array.isArray(raw['findings'])) return { kind: 'invalid', message: `${path} is no baseline (schema ${SCHEMA})` };
  const found: readonly unknown[] = raw['findings'];
  const entries = found.filter(isEntry);
  if (entries.length !== found.length) return { kind: 'invalid', message: `${path}: an entry needs "fingerprint", "rule", "file" and "symbol"` };
  return { kind: 'read', baseline: { path, source: new SourceFile(path, text), entries } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is BaselineEntry {
  return isObject(value) && ['fingerprint', 'rule', 'file', 'symbol'].every((key) => typeof value[key] === 'string');
}

/** Whether a finding may be in a baseline: never a blocking one, and notes only say what is not known. */
export function canBeKnown(finding: Finding): boolean {
  return !finding.blocking && finding.severity !== 'note' && finding.rule !== 'baseline-stale';
}

/** The text of a baseline of these findings, sorted, without places: moved lines do not change it. */
export function printBaseline(findings: readonly Finding[]): string {
  const entries = findings.filter(canBeKnown).map(({ fingerprint, rule, file, symbol }): BaselineEntry => ({ fingerprint, rule, file, symbol }));
  const sorted = entries.sort((a, b) => compare(a.file, b.file) || compare(a.rule, b.rule) || compare(a.symbol, b.symbol) || compare(a.fingerprint, b.fingerprint));
  return `${JSON.stringify({ schema: SCHEMA, findings: sorted }, null, 2)}\n`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export interface Compared {
  /** Findings that no baseline knows. */
  readonly fresh: readonly Finding[];
  readonly known: number;
  /** Entries that nothing needs, as findings in the baseline's own file. */
  readonly stale: readonly Finding[];
}

/**
 * Takes out what baselines know.
 * @param isJudged whether this run can tell that a finding of a file is gone: a baseline may serve stacks that were not asked for
 */
export function compareBaselines(findings: readonly Finding[], baselines: readonly Baseline[], isJudged: (file: string) => boolean): Compared {
  const listed = new Set(baselines.flatMap(({ entries }) => entries.map(({ fingerprint }) => fingerprint)));
  const known = findings.filter((finding) => canBeKnown(finding) && listed.has(finding.fingerprint));
  const used = new Set(known.map(({ fingerprint }) => fingerprint));
  const blocking = new Set(findings.filter(({ blocking }) => blocking).map(({ fingerprint }) => fingerprint));
  return {
    fresh: findings.filter((finding) => !used.has(finding.fingerprint) || !canBeKnown(finding)),
    known: known.length,
    stale: baselines.flatMap((baseline) => baseline.entries.filter(({ fingerprint, file }) => !used.has(fingerprint) && isJudged(file)).map((entry) => staleFinding(baseline, entry, blocking.has(entry.fingerprint)))),
  };
}

function staleFinding({ path, source }: Baseline, entry: BaselineEntry, isBlocking: boolean): Finding {
  const at = Math.max(0, source.text.indexOf(JSON.stringify(entry.fingerprint)));
  const start = source.position(at);
  return {
    rule: 'baseline-stale', severity: 'warning', blocking: false, file: path,
    line: start.line, column: start.column, endLine: start.line, endColumn: start.column + entry.fingerprint.length + 2,
    message: isBlocking ? `"${entry.rule}" is blocking here and cannot be in a baseline` : `the finding "${entry.rule}" of "${entry.symbol}" in ${entry.file} is gone`,
    why: null, help: isBlocking ? 'fix the finding' : 'write the baseline anew: gateway lint --baseline-write', symbol: `${entry.rule} ${entry.file} ${entry.symbol}`,
    fingerprint: `stale-${entry.fingerprint}`, label: null, related: [], fixes: [], follows: null,
  };
}

/** A stack's findings go into the stack's own baseline. */
export interface StackFindings {
  readonly stack: string;
  /** The folder of the stack's first file, `.` = the working folder. */
  readonly folder: string;
  readonly findings: readonly Finding[];
}

/** Splits findings by stack: by the file they stand in, else by the stack that their symbol names, else the first. */
export function byStack(findings: readonly Finding[], loaded: Loaded): readonly StackFindings[] {
  const { stacks } = loaded.workspace;
  const owners = new Map<string, number>();
  stacks.forEach((stack, index) => {
    for (const file of [...stack.files, ...stack.envFiles]) if (!owners.has(file)) owners.set(file, index);
  });
  const names = new Map(stacks.map((stack, index) => [stack.name, index]));
  const owner = (finding: Finding): number => owners.get(finding.file) ?? names.get(finding.symbol.split(/[/ ]/)[0] ?? '') ?? 0;
  return stacks.map((stack, index) => ({ stack: stack.name, folder: folderOf(stack.files[0] ?? ''), findings: findings.filter((finding) => owner(finding) === index) }));
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '.' : path.slice(0, Math.max(1, slash));
}
