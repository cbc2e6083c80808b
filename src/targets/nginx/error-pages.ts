import { directive, type Statement } from './plan.ts';

/** A caught status, and the one that the client sees: a number, or that of the page itself. */
export interface CaughtStatus {
  readonly status: number;
  readonly answer: number | 'page';
}

/** nginx would say 400 for its own statuses of TLS and long headers. */
const OWN = new Set([494, 495, 496, 497]);

/** Statuses that lead to a named location. */
export function errorPages(caught: readonly CaughtStatus[], name: string): readonly Statement[] {
  const groups = new Map<string, number[]>();
  for (const { status, answer } of caught) {
    const word = answer === 'page' ? '=' : answer === status && !OWN.has(status) ? '' : `=${String(answer)}`;
    groups.set(word, [...(groups.get(word) ?? []), status]);
  }
  return [...groups].map(([word, statuses]) => directive('error_page', ...statuses.map(String), ...(word === '' ? [] : [word]), `@${name}`));
}
