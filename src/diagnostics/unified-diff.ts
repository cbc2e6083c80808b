import { compareLines } from './compare-lines.ts';
import type { Change } from './compare-lines.ts';
import { maskSecrets } from './mask.ts';
import { printable } from './paint.ts';

/** Lines of context around a change, as `diff -u` shows them. */
const CONTEXT = 3;

/**
 * What `lint --fix-dry-run` prints for one file: a unified diff; empty when nothing changed. Secrets are masked on both
 * sides and control characters are shown, so a diff of plain text can be applied and one with secrets only read.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const changes = compareLines(linesOf(before), linesOf(after));
  const body = hunks(changes).map((range) => hunk(changes, range)).join('');
  const name = printable(path).replaceAll('\n', '\\u000a');
  return `--- a/${name}\n+++ b/${name}\n${body}`;
}

/** Each with its line break, so that a missing last one shows. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function hunks(changes: readonly Change[]): readonly Range[] {
  const out: Range[] = [];
  changes.forEach((change, index) => {
    if (change.sign === ' ') return;
    const from = Math.max(0, index - CONTEXT);
    const to = Math.min(changes.length, index + CONTEXT + 1);
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) out[out.length - 1] = { from: last.from, to };
    else out.push({ from, to });
  });
  return out;
}

function hunk(changes: readonly Change[], { from, to }: Range): string {
  const shown = changes.slice(from, to);
  const side = (sign: '-' | '+'): string => {
    const length = shown.filter((change) => change.sign === ' ' || change.sign === sign).length;
    const start = (sign === '-' ? changes[from]?.before : changes[from]?.after) ?? 0;
    return `${sign}${String(start + (length === 0 ? 0 : 1))}${length === 1 ? '' : `,${String(length)}`}`;
  };
  return `@@ ${side('-')} ${side('+')} @@\n${shown.map(printLine).join('')}`;
}

function printLine({ sign, line }: Change): string {
  const text = line.replace(/\r?\n$/, '');
  const end = line.slice(text.length);
  const safe = `${sign}${printable(maskSecrets(text))}`;
  return end === '' ? `${safe}\n\\ No newline at end of file\n` : `${safe}${end}`;
}
