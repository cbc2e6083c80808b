import { printJson } from '../diagnostics/print-json.ts';
import type { Feature } from '../ir/index.ts';
import { targets } from '../targets/index.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { Row, Verdict } from '../targets/target.ts';

interface Column {
  readonly title: string;
  readonly target: AnyTarget;
  readonly flavour: string;
}

function columns(name: string | undefined): readonly Column[] {
  return targets.filter((target) => name === undefined || target.name === name).flatMap((target) => Object.keys(target.flavours).map((flavour) => ({ title: `${target.name} ${flavour}`, target, flavour })));
}

/** Every feature name, in the order of the matrix. */
export function features(): readonly Feature[] {
  const [first] = targets;
  const table = first?.flavours[first.defaultFlavour];
  return table === undefined ? [] : featureKeys(table);
}

function featureKeys<T extends object>(table: T): readonly (keyof T & Feature)[] {
  return Object.keys(table).filter((key): key is keyof T & Feature & string => key in table);
}

function rowOf(column: Column, feature: Feature): Row<never> | undefined {
  return column.target.flavours[column.flavour]?.[feature];
}

/** `gateway targets`: feature x target with verdicts; one target in full when it is named. */
export function capabilityMatrix(format: 'text' | 'json' | 'markdown', name?: string): string {
  if (format === 'json') return printJson(document(name));
  return format === 'markdown' ? markdown(name) : name === undefined ? table(undefined) : full(name);
}

function document(name: string | undefined): unknown {
  const rows = features().map((feature) => ({
    feature,
    targets: Object.fromEntries(columns(name).map((column) => {
      const row = rowOf(column, feature);
      return [column.title, row === undefined ? null : { ...row.verdict, seen: row.seen, except: (row.except ?? []).map((one) => ({ title: one.title, ...one.verdict })) }];
    })),
  }));
  return { schema: 'gateway.targets/1', features: rows };
}

function word(row: Row<never> | undefined): string {
  if (row === undefined) return '-';
  return (row.except ?? []).length > 0 ? `${row.verdict.kind} *` : row.verdict.kind;
}

function table(name: string | undefined): string {
  const heads = columns(name);
  const lines = features().map((feature) => [feature, ...heads.map((column) => word(rowOf(column, feature)))]);
  const all = [['feature', ...heads.map((column) => column.title)], ...lines];
  const widths = all[0]?.map((_, index) => Math.max(...all.map((line) => line[index]?.length ?? 0))) ?? [];
  const text = all.map((line) => line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd());
  return `${text.join('\n')}\n\n* has exceptions: gateway targets NAME\n`;
}

function full(name: string): string {
  return columns(name).map((column) => {
    const lines = features().map((feature) => {
      const row = rowOf(column, feature);
      if (row === undefined) return '';
      const exceptions = (row.except ?? []).map((one) => `    except ${one.title}: ${verdictText(one.verdict)}\n`).join('');
      return `  ${feature}: ${verdictText(row.verdict)}\n${exceptions}`;
    });
    return `${column.title}\n${lines.join('')}`;
  }).join('\n');
}

/** A verdict in words. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'exact': return 'exact';
    case 'equivalent': return `equivalent: ${verdict.how}`;
    case 'approximate': return `approximate: ${verdict.differs}`;
    case 'unsupported': return `unsupported: ${verdict.because}${verdict.help === undefined ? '' : ` (${verdict.help})`}`;
  }
}

function markdown(name: string | undefined): string {
  const heads = columns(name);
  const head = `| feature | ${heads.map((column) => column.title).join(' | ')} |\n|---|${heads.map(() => '---').join('|')}|\n`;
  return head + features().map((feature) => `| ${feature} | ${heads.map((column) => word(rowOf(column, feature))).join(' | ')} |\n`).join('');
}
