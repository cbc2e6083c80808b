import { printable } from '../diagnostics/index.ts';
import { maskSecrets } from '../diagnostics/mask.ts';
import { isEmpty, summaryText, type DiffDocument, type DocumentChange } from './document.ts';

export interface MarkdownOptions {
  /** Tells the comments of several jobs apart. */
  readonly key: string;
  readonly maxChars: number;
}

const RANK = { security: 0, breaking: 1, info: 2 } as const;

/**
 * A comment for a pull request: blocking changes first, details folded. Parts that do not fit are left out from the end,
 * and counted. Every text from a file stands inside a code span that it cannot leave.
 */
export function printMarkdown(document: DiffDocument, { key, maxChars }: MarkdownOptions): string {
  const marker = `<!-- gateway-diff:${key.replace(/[^\w./ -]/g, '_').replaceAll('--', '__')} -->`;
  if (isEmpty(document)) return `${marker}\nGateway: no request is answered otherwise (${String(document.summary.requests)} asked of both sides).\n`;
  const head = `${marker}\n### Gateway: ${summaryText(document)}\n`;
  const changes = document.changes.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  const sections = [broken(document), table(changes, maxChars - head.length - 400), ...details(document, changes)];
  return fitted(head, sections, maxChars);
}

interface Section {
  readonly title: string;
  readonly text: string;
}

function fitted(head: string, sections: readonly Section[], maxChars: number): string {
  const room = maxChars - 300;
  let out = head;
  const left: string[] = [];
  for (const { title, text } of sections) {
    if (text === '') continue;
    if (out.length + text.length + 1 <= room) out += `\n${text}`;
    else left.push(title);
  }
  const note = left.length === 0 ? '' : `\nLeft out for length: ${left.join(', ')}.\n`;
  return (out + note).slice(0, maxChars);
}

function broken({ broken: sides }: DiffDocument): Section {
  const lines = sides.flatMap(({ side, findings }) => [`**The ${side} side does not build**, so this report is one-sided:`, ...findings.slice(0, 20).map(({ rule, message, at }) => `- ${code(at)} ${code(rule)} ${code(message)}`)]);
  return { title: 'findings', text: lines.length === 0 ? '' : `${lines.join('\n')}\n` };
}

/** Rows until the room is used; the counts of the heading stay true. */
function table(changes: readonly DocumentChange[], room: number): Section {
  if (changes.length === 0) return { title: 'changes', text: '' };
  const head = '| | request | before | after | cause |\n|---|---|---|---|---|\n';
  let text = head;
  let shown = 0;
  for (const change of changes) {
    const row = rowOf(change);
    if (text.length + row.length > room) break;
    text += row;
    shown += 1;
  }
  const rest = changes.length - shown;
  return { title: 'changes', text: rest === 0 ? text : `${text}\n${String(rest)} more change${rest === 1 ? ' is' : 's are'} not shown.\n` };
}

function rowOf({ class: id, witness, what, entity, at }: DocumentChange): string {
  const cells = witness === null ? [what, '', ''] : [`${code(witness.request)} on ${code(witness.entryPoint)}`, code(witness.before), code(witness.after)];
  return `| ${[id, ...cells, `${code(entity)}${at.length === 0 ? '' : ` ${code(at.join(', '))}`}`].join(' | ')} |\n`;
}

function details({ entities, files }: DiffDocument, changes: readonly DocumentChange[]): readonly Section[] {
  const replays = changes.flatMap(({ class: id, witness }) => (witness === null ? [] : [`- ${id}: ${code(witness.replay)}`]));
  const lines = entities.map(({ kind, entity, name, was, fields }) => `- ${kind}: ${entity} ${code(name)}${was === undefined ? '' : ` from ${code(was)}`}${fields.length === 0 ? '' : `: ${fields.map(({ field, before, after }) => `${code(field)} ${code(before ?? 'none')} to ${code(after ?? 'none')}`).join('; ')}`}`);
  return [
    folded('replay commands', `Replay (${String(replays.length)})`, replays.join('\n')),
    folded('entities', `Entities (${String(entities.length)})`, lines.join('\n')),
    folded('files', `Files (${String(files.length)})`, files.map(({ diff }) => fenced(diff)).join('\n')),
  ];
}

function folded(title: string, summary: string, body: string): Section {
  return { title, text: body === '' ? '' : `<details><summary>${summary}</summary>\n\n${body}\n\n</details>\n` };
}

/** A fence longer than any run of backticks inside. */
function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}diff\n${commandless(text)}${fence}\n`;
}

/** One line of code that GFM shows literally, also inside a table: longer fences than the text has, bars escaped. */
export function code(text: string): string {
  const flat = commandless(printable(maskSecrets(text)).replace(/[\n\t]/g, ' ')).slice(0, 500);
  if (flat.trim() === '') return '';
  const fence = '`'.repeat(longestRun(flat) + 1);
  const pad = /^[` ]|[` ]$/.test(flat) ? ' ' : '';
  return `${fence}${pad}${flat.replaceAll('|', '\\|')}${pad}${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/**
 * Backticks do not hold everywhere: services that mail a comment, or find mentions in its raw text, take no notice of
 * them. What would be a mention, a comment of HTML or an order to a runner is broken up with a character of no width.
 */
function commandless(text: string): string {
  return text.replace(/@(?=[\w-])/g, '@\u200b').replace(/<(?=!--)/g, '<\u200b').replace(/::(?=[\w-]+[\s:])/g, ':\u200b:').replace(/##(?=\[)/g, '#\u200b#');
}
