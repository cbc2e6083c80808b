import { plural } from '../diagnostics/summary.ts';
import { printable, type Paint } from '../diagnostics/index.ts';
import { maskSecrets } from '../diagnostics/mask.ts';
import type { DocumentAck } from './acks.ts';
import { isEmpty, isOpen, summaryText, type DiffDocument, type DocumentChange } from './document.ts';
import { placeTexts, type SidePlace } from './place.ts';
import type { TrafficSummary } from './traffic.ts';

export type DiffLevel = 'text' | 'semantic' | 'behaviour';

/** For people: what requests see by host and router, then entities, then files. */
export function printText(document: DiffDocument, levels: readonly DiffLevel[], paint: Paint): string {
  const { compares, broken, findings, changes, files, acks } = document;
  const between = compares.kind === 'states' ? '' : ` between ${line(compares.old)} and ${line(compares.new)}`;
  if (isEmpty(document)) return `no difference${between} (${String(document.summary.requests)} requests asked of both sides)\n`;
  const parts = [
    ...(compares.kind === 'states' ? [] : [`before: ${line(compares.old)}, after: ${line(compares.new)}`]),
    ...broken.flatMap(({ side, findings: found }) => [`${side === 'old' ? 'the old side' : 'the new side'} does not build:`, ...found.map(({ rule, message, at }) => `  ${at}  ${rule}  ${line(message)}`)]),
    ...(findings.length === 0 ? [] : [paint.bold('findings of the new version only'), ...findings.map(({ rule, severity, message, at }) => `  ${at}  ${severity}  ${rule}  ${line(message)}`)]),
    ...(levels.includes('behaviour') ? byGateway(changes, paint) : []),
    ...(document.traffic === null ? [] : traffic(document.traffic, paint)),
    ...acks.filter(({ state }) => state !== 'reviewed').map(ackLine),
    ...(levels.includes('semantic') ? entities(document) : []),
    ...(levels.includes('text') ? files.map(({ diff }) => diff.replace(/\n$/, '')) : []),
  ];
  return `${[...parts, summaryText(document)].join('\n').split('\n').map(withoutOrder).join('\n')}\n`;
}

/** A runner takes a line that begins so for an order: a router may be named like one. */
function withoutOrder(text: string): string {
  return text.replace(/^(\s*)(?:::|##\[)/, (start) => `${start.slice(0, -1)}\u200b${start.slice(-1)}`);
}

/** Gateways are named where there are several. */
function byGateway(changes: readonly DocumentChange[], paint: Paint): readonly string[] {
  const names = [...new Set(changes.map(({ gateway }) => gateway))];
  return names.flatMap((name) => [...(names.length === 1 ? [] : [paint.bold(name === '' ? 'what changes are judged by' : `gateway ${line(name)}`)]), ...behaviour(changes.filter(({ gateway }) => gateway === name), paint)]);
}

function behaviour(changes: readonly DocumentChange[], paint: Paint): readonly string[] {
  const hosts = [...new Set(changes.map(({ host }) => host))].toSorted((a, b) => (a ?? '').localeCompare(b ?? '', 'en'));
  return hosts.flatMap((host) => {
    const mine = changes.filter((change) => change.host === host);
    const routers = [...new Set(mine.map(({ entity }) => entity))];
    return [paint.bold(line(host ?? 'not for one host')), ...routers.flatMap((entity) => [`  ${line(entity)}`, ...mine.filter((change) => change.entity === entity).flatMap((change) => changeLines(change, paint))])];
  });
}

function changeLines(change: DocumentChange, paint: Paint): readonly string[] {
  const { class: id, severity, witness, what, at, acknowledged, fingerprint } = change;
  const style = severity === 'security' ? paint.error : severity === 'breaking' ? paint.warning : paint.info;
  const head = `    ${style(id)} (${severity})  ${line(witness === null ? what : `${witness.request} on ${witness.entryPoint}`)}`;
  const known = acknowledged === null ? [] : [`      passes  until ${acknowledged.expires}${acknowledged.isNew ? ', new: needs a review' : ''}: ${line(acknowledged.reason)}`];
  const id16 = isOpen(change) && severity !== 'info' ? [`      ${paint.dim(`id      ${fingerprint}`)}`] : [];
  if (witness === null) return [head, ...places(at), ...known, ...id16];
  return [head, `      before  ${line(witness.before)}`, `      after   ${line(witness.after)}`, ...places(at), ...known, ...id16, `      ${paint.dim(line(witness.replay))}`];
}

function places(at: readonly SidePlace[]): readonly string[] {
  return at.length === 0 ? [] : [`      at      ${line(placeTexts(at).join(', '))}`];
}

const ACKS = { reviewed: '', new: 'needs a review', forbidden: 'is not allowed in the change that it is of', expired: 'ran out', wrong: 'says another class or request than its fingerprint is of' } as const;

function ackLine({ state, class: id, shows, reason, expires, at }: DocumentAck): string {
  return line(`${at}: the acknowledgement of ${id} ${shows} ${ACKS[state]} (until ${expires}: ${reason})`);
}

function traffic({ requests, shapes, changedRequests, changedShapes, unread, notAsked, missing, top }: TrafficSummary, paint: Paint): readonly string[] {
  return [
    paint.bold(`logged requests: ${String(changedRequests)} of ${String(requests)} change (${String(changedShapes)} of ${String(shapes)} shapes)`),
    ...(unread === 0 ? [] : [`  ${plural(unread, 'line')} without a request that could be read`]),
    ...(notAsked === 0 ? [] : [`  ${String(notAsked)} requests not asked: too many shapes`]),
    ...missing.map((text) => `  the log has ${line(text)}`),
    ...top.flatMap(({ class: id, severity, requests: count, request, entryPoint, before, after }) => [`  ${String(count)} x  ${id} (${severity})  ${line(request)} on ${line(entryPoint)}`, `      before  ${line(before)}`, `      after   ${line(after)}`]),
  ];
}

function entities({ entities: changes }: DiffDocument): readonly string[] {
  const several = new Set(changes.map(({ gateway }) => gateway)).size > 1;
  const sign = { added: '+', removed: '-', renamed: '~', changed: '~', order: '~' } as const;
  return changes.flatMap(({ gateway, kind, entity, name, was, fields, at }) => [
    `${sign[kind]} ${several ? `${line(gateway)}: ` : ''}${entity} ${line(name)} ${kind}${was === undefined ? '' : ` from ${line(was)}`}${at.length === 0 ? '' : `  ${line(placeTexts(at).join(', '))}`}`,
    ...fields.map(({ field, before, after }) => `    ${line(field)}: ${line(before ?? '(none)')} -> ${line(after ?? '(none)')}`),
  ]);
}

function line(text: string): string {
  return printable(maskSecrets(text)).replaceAll('\n', '\\u000a');
}
