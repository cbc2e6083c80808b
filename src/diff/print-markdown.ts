import type { DocumentAck } from './acks.ts';
import { isEmpty, isOpen, summaryText, type DiffDocument, type DocumentChange } from './document.ts';
import { cell, code, fenced } from './gfm.ts';
import { placeTexts } from './place.ts';
import type { TrafficSummary } from './traffic.ts';

export interface MarkdownOptions {
  /** Tells the comments of several jobs apart. */
  readonly key: string;
  readonly maxChars: number;
}

const RANK = { security: 0, breaking: 1, info: 2 } as const;

/**
 * A comment for a pull request: blocking changes first, details folded. What does not fit is left out, the least
 * important first, and counted. Every text from a file stands inside a code span that it cannot leave.
 */
export function printMarkdown(document: DiffDocument, { key, maxChars }: MarkdownOptions): string {
  const marker = `<!-- gateway-diff:${key.slice(0, 100).replace(/[^\w./ -]/g, '_').replaceAll('--', '__')} -->`;
  if (isEmpty(document)) return `${marker}\nGateway: no request is answered otherwise (${String(document.summary.requests)} asked of both sides).\n`;
  const changes = document.changes.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  const open = changes.filter(isOpen);
  return fitted(`${marker}\n### Gateway${subject(document)}: ${summaryText(document)}\n`, [
    ...broken(document),
    acks(document.acks),
    table(open, new Set(document.changes.map(({ gateway }) => gateway).filter((name) => name !== '')).size > 1),
    traffic(document.traffic),
    folded('finding', 'Findings of the new version only', document.findings.map(({ rule, message, at, blocking }) => `- ${blocking ? '**blocking** ' : ''}${code(at)} ${code(rule)} ${code(message)}\n`)),
    folded('acknowledged change', 'Acknowledged', changes.filter((change) => !isOpen(change)).map(acknowledged)),
    folded('replay command', 'Replay', open.flatMap(({ class: id, witness }) => (witness === null ? [] : [`- ${id}: ${code(witness.replay)}\n`]))),
    folded('entity', 'Entities', document.entities.map(entityLine), 'entities'),
    folded('file', 'Files', document.files.map(({ diff }) => fenced(diff))),
  ], maxChars);
}

function subject({ compares: { kind, old, new: now } }: DiffDocument): string {
  return kind === 'states' ? '' : `, ${code(old)} against ${code(now)}`;
}

/** A part of the comment: what stands around its items, and the items, the most important first. */
interface Section {
  readonly noun: string;
  readonly plural: string;
  readonly begin: string;
  readonly items: readonly string[];
  readonly end: string;
}

/** Room for the line that says what was left out. */
const RESERVED = 400;

/** Sections in their order, each as far as there is room; the last ones go first, and what went is counted. */
function fitted(head: string, sections: readonly Section[], maxChars: number): string {
  let out = head;
  const left: string[] = [];
  for (const { noun, plural, begin, items, end } of sections) {
    if (items.length === 0) continue;
    let body = '';
    let shown = 0;
    let room = maxChars - RESERVED - out.length - begin.length - end.length - 1;
    for (const item of items) {
      if (item.length > room) break;
      room -= item.length;
      body += item;
      shown += 1;
    }
    if (shown > 0) out += `\n${begin}${body}${end}`;
    const rest = items.length - shown;
    if (rest > 0) left.push(`${String(rest)} more ${rest === 1 ? noun : plural}`);
  }
  return left.length === 0 ? out : `${out}\nLeft out for length: ${left.join(', ')}.\n`;
}

function listed(noun: string, begin: string, items: readonly string[], plural = `${noun}s`): Section {
  return { noun, plural, begin, items, end: '' };
}

function folded(noun: string, title: string, items: readonly string[], plural = `${noun}s`): Section {
  return { noun, plural, begin: `<details><summary>${title} (${String(items.length)})</summary>\n\n`, items, end: '\n</details>\n' };
}

function broken({ broken: sides }: DiffDocument): readonly Section[] {
  return sides.map(({ side, findings }) => listed('finding', `**The ${side} side does not build**, so this report is one-sided:\n\n`, findings.map(({ rule, message, at }) => `- ${code(at)} ${code(rule)} ${code(message)}\n`)));
}

const ACKS = { reviewed: '', new: 'new, needs a review', forbidden: 'not allowed in the change that it is of', expired: 'ran out', wrong: 'says another class or request than its fingerprint is of' } as const;

function acks(all: readonly DocumentAck[]): Section {
  const shown = all.filter(({ state }) => state !== 'reviewed');
  return listed('acknowledgement', '**Acknowledgements to look at**\n\n', shown.map(({ state, class: id, shows, reason, expires, at }) => `- ${ACKS[state]}: ${code(id)} ${code(shows)} until ${code(expires)}, ${code(reason)} (${code(at)})\n`));
}

/** Gateways are named where there are several. */
function table(changes: readonly DocumentChange[], several: boolean): Section {
  return listed('change', '| | request | before | after | cause |\n|---|---|---|---|---|\n', changes.map((change) => rowOf(change, several)));
}

function rowOf({ class: id, gateway, witness, what, entity, at }: DocumentChange, several: boolean): string {
  const cells = witness === null ? [cell(what), '', ''] : [`${cell(witness.request)} on ${cell(witness.entryPoint)}`, cell(witness.before), cell(witness.after)];
  return `| ${[id, ...cells, [several ? cell(gateway) : '', cell(entity), cell(placeTexts(at).join(', '))].filter((text) => text !== '').join(' ')].join(' | ')} |\n`;
}

function acknowledged({ class: id, witness, what, acknowledged: ack }: DocumentChange): string {
  return `- ${id}: ${code(witness === null ? what : witness.request)}${ack === null ? '' : ` until ${code(ack.expires)}: ${code(ack.reason)}${ack.isNew ? ' **(new)**' : ''}`}\n`;
}

function traffic(log: TrafficSummary | null): Section {
  if (log === null) return listed('request of the log', '', []);
  const { requests, shapes, changedRequests, changedShapes, unread, notAsked, missing } = log;
  const counts = `**${String(changedRequests)} of ${String(requests)} logged requests change** (${String(changedShapes)} of ${String(shapes)} shapes; ${String(unread)} lines not read, ${String(notAsked)} requests not asked)`;
  const begin = `${counts}\n\n${missing.map((text) => `- ${code(text)}\n`).join('')}${missing.length === 0 ? '' : '\n'}| | requests | request | before | after |\n|---|---|---|---|---|\n`;
  const rows = log.top.map(({ class: id, requests: count, request, entryPoint, before, after }) => `| ${[id, String(count), `${cell(request)} on ${cell(entryPoint)}`, cell(before), cell(after)].join(' | ')} |\n`);
  return rows.length === 0 ? listed('log', '', [`${counts}\n`, ...missing.map((text) => `- ${code(text)}\n`)]) : listed('request of the log', begin, rows, 'requests of the log');
}

function entityLine({ kind, entity, name, was, fields }: DiffDocument['entities'][number]): string {
  const changed = fields.map(({ field, before, after }) => `${code(field)} ${code(before ?? 'none')} to ${code(after ?? 'none')}`).join('; ');
  return `- ${kind}: ${entity} ${code(name)}${was === undefined ? '' : ` from ${code(was)}`}${changed === '' ? '' : `: ${changed}`}\n`;
}
