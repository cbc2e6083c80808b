import { printable } from '../../diagnostics/index.ts';
import type { Paint } from '../../diagnostics/index.ts';
import type { Ladder, Rung } from './rung.ts';

const SIGNS: Readonly<Record<Rung['state'], string>> = { ok: 'ok  ', failed: 'FAIL', unseen: '?   ', waiting: '-   ' };

/** The rungs from below, then the one to look at. */
export function ladderText({ subject, container, rungs, failed, unseen }: Ladder, paint: Paint): readonly string[] {
  const of = container === null || subject === `container ${container}` ? '' : ` of ${container}`;
  const open = unseen.length === 0 ? '' : `; not visible here: ${unseen.join(', ')}`;
  return [
    `${printable(subject)}${printable(of)}`,
    ...rungs.filter(({ state }) => state !== 'waiting').map((rung) => rungLine(rung, paint)),
    failed === null ? `  nothing that is visible here is wrong${open}` : `  first failing: ${paint.bold(failed)}${open}`,
  ];
}

function rungLine({ rung, state, text, at }: Rung, paint: Paint): string {
  const sign = state === 'failed' ? paint.error(SIGNS[state]) : SIGNS[state];
  return `  ${sign}  ${rung.padEnd(11)}  ${printable(text)}${at === null ? '' : `    ${paint.dim(printable(at.replace(/(:\d+):\d+$/, '$1')))}`}`;
}
