import { printJson } from '../diagnostics/print-json.ts';
import type { Report } from '../diagnostics/index.ts';
import type { BuildResult } from './types.ts';
import type { Judged } from '../targets/judge.ts';
import { verdictText } from './matrix.ts';

interface Line {
  readonly gateway: string;
  readonly target: string;
  readonly feature: string;
  readonly verdict: string;
  readonly detail: string;
  readonly allowed: string | null;
  readonly symbols: readonly string[];
}

/** `gateway build --report`: every feature used, by gateway and target, with verdict, reason and places. */
export function buildReport(result: BuildResult, format: 'md' | 'json'): string {
  const lines = result.built.flatMap((one) => group(one.gateway, one.target, one.judged));
  if (format === 'json') return printJson({ schema: 'gateway.report/1', features: lines });
  const rows = lines.map((line) => `| ${line.target} | ${line.feature} | ${line.verdict} | ${cell(line.detail)} | ${cell(line.allowed ?? '')} | ${cell(line.symbols.slice(0, 3).join(', '))}${line.symbols.length > 3 ? ` and ${String(line.symbols.length - 3)} more` : ''} |\n`);
  return `| target | feature | verdict | what differs | allowed because | where |\n|---|---|---|---|---|---|\n${rows.join('')}`;
}

/** Text from labels cannot leave its cell. */
function cell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|<>&`\\[\]]/g, (char) => `&#${String(char.charCodeAt(0))};`);
}

function group(gateway: string, target: string, judged: readonly Judged[]): readonly Line[] {
  const lines = new Map<string, { line: Line; symbols: Set<string> }>();
  for (const { use, verdict, allowed } of judged) {
    const detail = verdictText(verdict).replace(/^[a-z]+:? ?/, '');
    const key = `${use.feature}\0${verdict.kind}\0${detail}`;
    const known = lines.get(key) ?? { line: { gateway, target, feature: use.feature, verdict: verdict.kind, detail, allowed: allowed ?? null, symbols: [] }, symbols: new Set<string>() };
    known.symbols.add(use.symbol);
    lines.set(key, known);
  }
  return [...lines.values()].map(({ line, symbols }) => ({ ...line, symbols: [...symbols] })).sort((a, b) => (a.feature < b.feature ? -1 : 1));
}

/** `gateway.build/1`. */
export function buildDocument(result: BuildResult, report: Report, out: string): object {
  return {
    schema: 'gateway.build/1',
    tool: report.tool,
    out,
    targets: result.built.map((one) => ({ gateway: one.gateway, target: one.target, version: one.version, written: one.files !== undefined, verifiedBy: one.verifiedBy, files: (one.files ?? []).map((file) => file.path), ...one.counts })),
    findings: report.findings.map(({ label: _label, ...finding }) => finding),
  };
}
