import { directive, literal, template, variable, type Part, type Statement } from './plan.ts';
import { escapedPath, form, passedTarget, query, routingPath } from './request.ts';
import type { MapEntry, Sheet } from './sheet.ts';

/**
 * The path on its way through a chain.
 * - `original`: as it came;
 * - `byForm`: Traefik's routing path: escaped text in the classes P and R, decoded text in U; `bare` is the same where a path that
 *   was cut off completely is empty, as it is for the next middleware: the endpoint gets a slash (ran on 3.7.15);
 * - `escaped`: escaped text in every class.
 */
export type PathState = { readonly kind: 'original' } | { readonly kind: 'byForm'; readonly parts: readonly Part[]; readonly bare?: () => readonly Part[] } | { readonly kind: 'escaped'; readonly parts: readonly Part[] };

export const ORIGINAL: PathState = { kind: 'original' };

/** The path as stripPrefix and addPrefix see it. */
export function routingParts(sheet: Sheet, state: PathState): readonly Part[] {
  if (state.kind === 'original') return [variable(routingPath(sheet))];
  return state.kind === 'byForm' ? (state.bare?.() ?? state.parts) : state.parts;
}

/** The same with a slash where nothing is left: what the endpoint gets, and what redirects and authentication are told. */
export function slashParts(sheet: Sheet, state: PathState): readonly Part[] {
  return state.kind === 'byForm' ? state.parts : routingParts(sheet, state);
}

/** The escaped path; empty where nginx cannot tell it (a decoded text with characters that would need an escape). */
export function escapedParts(sheet: Sheet, state: PathState): readonly Part[] {
  if (state.kind === 'original') return [variable(escapedPath(sheet))];
  return state.kind === 'escaped' ? state.parts : [variable(escapedText(sheet, state.parts, []))];
}

/** Stands for a path that was cut off completely: an escaped text holds no blank. */
export const BARE = ' ';

/** As {@link escapedParts}, but {@link BARE} where nothing is left: patterns see an empty text there. */
export function escapedOrBare(sheet: Sheet, state: PathState): readonly Part[] {
  if (state.kind !== 'byForm' || state.bare === undefined) return escapedParts(sheet, state);
  return [variable(escapedText(sheet, state.bare(), [{ key: literal('~^. \\z'), value: template(BARE) }]))];
}

function escapedText(sheet: Sheet, parts: readonly Part[], first: readonly MapEntry[]): string {
  return sheet.map('escaped_path', [variable(form(sheet)), ' ', ...parts], [
    { key: literal('default'), value: template('') },
    ...first,
    { key: literal('~^[PR] (?<gwc_escaped_text>.*)$'), value: template(variable('gwc_escaped_text')) },
    { key: literal(String.raw`~^U (?<gwc_unescaped_text>[A-Za-z0-9._~!$&'()*+,;=:@\[\]/-]*)$`), value: template(variable('gwc_unescaped_text')) },
  ]);
}

/** What follows the endpoint in `proxy_pass`, and what must stand before. */
export function outgoing(sheet: Sheet, state: PathState): { readonly before: readonly Statement[]; readonly target: readonly Part[] } {
  switch (state.kind) {
    case 'original': return { before: [], target: [variable(passedTarget(sheet))] };
    case 'escaped': return { before: [], target: [...state.parts, variable(query(sheet))] };
    case 'byForm': {
      const target = sheet.map('new_target', [variable(form(sheet))], [
        { key: literal('default'), value: template(...state.parts, variable(query(sheet))) },
        { key: literal('U'), value: template('') },
      ]);
      return { before: [directive('rewrite', '^', sheet.text(...state.parts), 'break')], target: [variable(target)] };
    }
  }
}
