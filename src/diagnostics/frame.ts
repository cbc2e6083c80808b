import type { SourceFile } from '../text/index.ts';
import type { Paint } from './paint.ts';
import { maskSecrets } from './mask.ts';
import { printable } from './paint.ts';
import type { Place } from './finding.ts';

export interface FrameOptions {
  readonly width: number;
  readonly paint: Paint;
  /** Lines shown above the marked one. */
  readonly context: number;
}

/** A code frame: the line, carets under the exact columns, the label at the end. Long lines are cut around the span. */
export function codeFrame(source: SourceFile, place: Place, label: string, options: FrameOptions): readonly string[] {
  const first = Math.max(1, place.line - options.context);
  const gutter = String(place.line).length;
  const lines: string[] = [];
  for (let number = first; number < place.line; number += 1) lines.push(...contextLine(source, number, gutter, options));
  return [...lines, ...markedLine(source, place, label, gutter, options)];
}

function contextLine(source: SourceFile, number: number, gutter: number, options: FrameOptions): readonly string[] {
  const text = printable(maskSecrets(source.line(number)).replaceAll('\t', ' '));
  if (text.trim() === '') return [];
  const room = options.width - gutter - 5;
  return [options.paint.dim(`  ${String(number).padStart(gutter)} | ${text.length > room ? `${text.slice(0, room - 1)}…` : text}`)];
}

function markedLine(source: SourceFile, place: Place, label: string, gutter: number, options: FrameOptions): readonly string[] {
  const raw = maskSecrets(source.line(place.line)).replaceAll('\t', ' ');
  const end = place.endLine > place.line ? raw.length + 1 : place.endColumn;
  const before = printable(raw.slice(0, place.column - 1));
  const marked = printable(raw.slice(place.column - 1, Math.max(end - 1, place.column - 1)));
  const after = printable(raw.slice(Math.max(end - 1, place.column - 1)));
  const window = cut(before, marked, after, options.width - gutter - 5);
  const carets = '^'.repeat(Math.max(1, window.marked.length));
  const pad = ' '.repeat(window.before.length);
  const { paint } = options;
  return [
    `${paint.error('>')} ${String(place.line).padStart(gutter)} | ${window.before}${window.marked}${window.after}`,
    `  ${' '.repeat(gutter)} | ${pad}${paint.error(carets)}${label === '' ? '' : ` ${printable(label)}`}`,
  ];
}

interface Window {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** Keeps the marked part and cuts around it with `…`. */
function cut(before: string, marked: string, after: string, room: number): Window {
  if (before.length + marked.length + after.length <= room) return { before, marked, after };
  const middle = marked.length > room - 8 ? `${marked.slice(0, Math.max(8, room - 12))}…` : marked;
  const left = Math.max(4, Math.min(before.length, Math.floor((room - middle.length) * 0.6)));
  const start = before.length > left ? `…${before.slice(before.length - left + 1)}` : before;
  const right = Math.max(0, room - start.length - middle.length);
  return { before: start, marked: middle, after: after.length > right ? `${after.slice(0, Math.max(0, right - 1))}…` : after };
}
