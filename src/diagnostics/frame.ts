import type { SourceFile } from '../text/index.ts';
import type { Place } from './finding.ts';
import { maskedLine } from './mask.ts';
import type { Paint } from './paint.ts';
import { asciiOnly, printable } from './paint.ts';
import { headWithin, tailWithin, textWidth } from './width.ts';

export interface FrameOptions {
  readonly width: number;
  readonly paint: Paint;
  /** Lines shown above the marked one. */
  readonly context: number;
  /** No character outside of ASCII. */
  readonly ascii?: boolean;
}

/** A code frame: the line, carets under the exact columns, the label at the end. Long lines are cut around the span. */
export function codeFrame(source: SourceFile, place: Place, label: string, options: FrameOptions): readonly string[] {
  const first = Math.max(1, place.line - options.context);
  const gutter = String(place.line).length;
  const lines: string[] = [];
  for (let number = first; number < place.line; number += 1) lines.push(...contextLine(source, number, gutter, options));
  return [...lines, ...markedLine(source, place, label, gutter, options)];
}

/** Characters around a span that can matter to a terminal; a label of a megabyte is not worked through for each finding. */
const REACH = 600;

function contextLine(source: SourceFile, number: number, gutter: number, options: FrameOptions): readonly string[] {
  const text = shown(maskedLine(source, number).slice(0, REACH), options);
  if (text.trim() === '') return [];
  const room = roomOf(gutter, options);
  const cutOff = textWidth(text) > room ? `${headWithin(text, room - 1)}${ellipsis(options)}` : text;
  return [options.paint.dim(`  ${String(number).padStart(gutter)} | ${cutOff}`)];
}

function markedLine(source: SourceFile, place: Place, label: string, gutter: number, options: FrameOptions): readonly string[] {
  const raw = maskedLine(source, place.line);
  const start = place.column - 1;
  const end = place.endLine > place.line ? raw.length : Math.max(place.endColumn - 1, start);
  const part = (from: number, to: number): string => shown(raw.slice(from, to), options);
  const window = cut(part(Math.max(0, start - REACH), start), part(start, Math.min(end, start + REACH)), part(end, end + REACH), roomOf(gutter, options), ellipsis(options));
  const carets = '^'.repeat(Math.max(1, textWidth(window.marked)));
  const pad = ' '.repeat(textWidth(window.before));
  const { paint } = options;
  return [
    `${paint.error('>')} ${String(place.line).padStart(gutter)} | ${window.before}${window.marked}${window.after}`.trimEnd(),
    `  ${' '.repeat(gutter)} | ${pad}${paint.error(carets)}${label === '' ? '' : ` ${shown(label, options)}`}`,
  ];
}

/** One line of a file or a label, safe to print. A tab is one blank: carets stay under their text. */
function shown(text: string, { ascii }: FrameOptions): string {
  const safe = printable(text.replaceAll('\t', ' ')).replaceAll('\n', '\\u000a');
  return ascii === true ? asciiOnly(safe) : safe;
}

function ellipsis({ ascii }: FrameOptions): string {
  return ascii === true ? '...' : '…';
}

function roomOf(gutter: number, options: FrameOptions): number {
  return Math.max(20, options.width - gutter - 5);
}

interface Window {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** Keeps the marked part and cuts around it; of a part that is too long itself its head and its tail. */
function cut(before: string, marked: string, after: string, room: number, dots: string): Window {
  if (textWidth(before) + textWidth(marked) + textWidth(after) <= room) return { before, marked, after };
  const middle = inTheMiddle(marked, Math.max(12, room - 8), dots);
  const rest = room - textWidth(middle);
  const left = Math.max(0, Math.min(textWidth(before), Math.floor(rest * 0.6)), rest - textWidth(after));
  const start = textWidth(before) > left ? `${dots}${tailWithin(before, Math.max(0, left - dots.length))}` : before;
  const right = Math.max(0, rest - textWidth(start));
  return { before: start, marked: middle, after: textWidth(after) > right ? `${headWithin(after, Math.max(0, right - dots.length))}${dots}` : after };
}

function inTheMiddle(text: string, room: number, dots: string): string {
  if (textWidth(text) <= room) return text;
  const tail = Math.floor((room - dots.length) / 3);
  return `${headWithin(text, room - dots.length - tail)}${dots}${tailWithin(text, tail)}`;
}
