import { printable, type Paint } from '../diagnostics/index.ts';
import { maskSecrets } from '../diagnostics/mask.ts';
import { isEmpty, summaryText, type DiffDocument, type DocumentChange } from './document.ts';

export type DiffLevel = 'text' | 'semantic' | 'behaviour';

/** For people: what requests see by host and router, then entities, then files. */
export function printText(document: DiffDocument, levels: readonly DiffLevel[], paint: Paint): string {
  if (isEmpty(document)) return `no difference (${String(document.summary.requests)} requests asked of both sides)\n`;
  const parts = [
    ...document.broken.flatMap(({ side, findings }) => [`${side === 'old' ? 'the old side' : 'the new side'} does not build:`, ...findings.map(({ rule, message, at }) => `  ${at}  ${rule}  ${line(message)}`)]),
    ...(levels.includes('behaviour') ? behaviour(document.changes, paint) : []),
    ...(levels.includes('semantic') ? entities(document) : []),
    ...(levels.includes('text') ? document.files.map(({ diff }) => diff.replace(/\n$/, '')) : []),
  ];
  return `${[...parts, summaryText(document)].join('\n')}\n`;
}

function behaviour(changes: readonly DocumentChange[], paint: Paint): readonly string[] {
  const hosts = [...new Set(changes.map(({ host }) => host))].toSorted((a, b) => (a ?? '').localeCompare(b ?? '', 'en'));
  return hosts.flatMap((host) => {
    const mine = changes.filter((change) => change.host === host);
    const routers = [...new Set(mine.map(({ entity }) => entity))];
    return [paint.bold(line(host ?? 'not for one host')), ...routers.flatMap((entity) => [`  ${line(entity)}`, ...mine.filter((change) => change.entity === entity).flatMap((change) => changeLines(change, paint))])];
  });
}

function changeLines({ class: id, severity, witness, what, at }: DocumentChange, paint: Paint): readonly string[] {
  const style = severity === 'security' ? paint.error : severity === 'breaking' ? paint.warning : paint.info;
  const head = `    ${style(id)} (${severity})  ${line(witness === null ? what : `${witness.request} on ${witness.entryPoint}`)}`;
  return witness === null ? [head, ...places(at)] : [head, `      before  ${line(witness.before)}`, `      after   ${line(witness.after)}`, ...places(at), `      ${paint.dim(line(witness.replay))}`];
}

function places(at: readonly string[]): readonly string[] {
  return at.length === 0 ? [] : [`      at      ${line(at.join(', '))}`];
}

function entities({ entities: changes }: DiffDocument): readonly string[] {
  const sign = { added: '+', removed: '-', renamed: '~', changed: '~', order: '~' } as const;
  return changes.flatMap(({ kind, entity, name, was, fields, at }) => [
    `${sign[kind]} ${entity} ${line(name)} ${kind}${was === undefined ? '' : ` from ${line(was)}`}${at.length === 0 ? '' : `  ${line(at.join(', '))}`}`,
    ...fields.map(({ field, before, after }) => `    ${line(field)}: ${line(before ?? '(none)')} -> ${line(after ?? '(none)')}`),
  ]);
}

function line(text: string): string {
  return printable(maskSecrets(text)).replaceAll('\n', '\\u000a');
}
