import type { SpecOf } from '../../../ir/index.ts';
import type { Responder, Site, Step, ChainState } from '../chain.ts';
import { headerVariable } from '../atoms.ts';
import { sentPath } from '../go-path.ts';
import { BARE, escapedOrBare, escapedParts, routingParts, slashParts } from '../path-state.ts';
import { block, directive, literal, template, variable, type Part } from '../plan.ts';
import { looksAround, mustPcre, replacementParts } from '../re2.ts';
import { literalPattern } from '../regex.ts';
import { beginningOf } from '../replaced-path.ts';
import { form } from '../request.ts';
import type { MapEntry } from '../sheet.ts';

/** Prefix and path; a missing slash is added in front (ran on 3.7.15). */
export function addPrefix(site: Site, state: ChainState, spec: SpecOf<'addPrefix'>): Step {
  const prefix = spec.prefix.startsWith('/') ? spec.prefix : `/${spec.prefix}`;
  if (state.path.kind === 'escaped') return { state: { ...state, rewritten: 'always', path: { kind: 'escaped', parts: [prefix, ...state.path.parts] } } };
  return { state: { ...state, rewritten: 'always', path: { kind: 'byForm', parts: [prefix, ...routingParts(site.sheet, state.path)] } } };
}

/**
 * The first prefix that the decoded path begins with is cut, at any character. Traefik answers 400 when what is left is not
 * clean; the same is answered here, and for escapes that straddle the cut.
 */
export function stripPrefix(site: Site, state: ChainState, spec: SpecOf<'stripPrefix'>): Step {
  const source = [variable(form(site.sheet)), ' ', ...routingParts(site.sheet, state.path)];
  const cuts = spec.prefixes.flatMap(prefixCuts);
  const rest = site.sheet.map('stripped', source, [
    { key: literal('default'), value: template(...slashParts(site.sheet, state.path)) },
    ...cuts.map(({ pattern, rest: value }): MapEntry => ({ key: literal(`~${pattern}`), value: template(...value) })),
  ]);
  const prefix = site.sheet.map('stripped_prefix', source, [
    { key: literal('default'), value: template('') },
    ...cuts.map(({ pattern, prefix: value }): MapEntry => ({ key: literal(`~${pattern}`), value: site.sheet.text(value) })),
  ]);
  return cutStep(site, state, { rest, prefix, slash: spec.forceSlash === true, whole: spec.prefixes.filter(isPlain).map((one) => `${literalPattern(one)} ${anyEscape(one)}`) });
}

interface Cut {
  readonly pattern: string;
  readonly rest: readonly Part[];
  readonly prefix: string;
}

function prefixCuts(prefix: string): readonly Cut[] {
  const plain = literalPattern(prefix);
  const refused = { rest: [], prefix: '' };
  return [
    { pattern: `^[PU] ${plain}\\.{1,2}(?:/|\\z)`, ...refused },
    { pattern: `^[PU] ${plain}/?(?<gwc_rest>.*)\\z`, rest: ['/', variable('gwc_rest')], prefix },
    ...(isPlain(prefix) ? reservedCuts(prefix) : []),
    { pattern: `^R ${anyEscape(prefix)}`, ...refused },
  ];
}

/** Text that needs no escape in a path. */
function isPlain(prefix: string): boolean {
  return /^[A-Za-z0-9._~!$&'()*+,;=:@[\]/-]*$/.test(prefix);
}

/**
 * Class R. Traefik cuts the escaped path too, by as many characters as the prefix has, however they are written, and cleans that:
 * escapes stay. Behind an escaped slash Go forgets the escapes of what is left and writes it anew: only where that changes
 * nothing (ran on 3.7.15).
 */
function reservedCuts(prefix: string): readonly Cut[] {
  const any = anyEscape(prefix);
  return [
    { pattern: `^R ${any}(?<gwc_rest_s>/.*)\\z`, rest: [variable('gwc_rest_s')], prefix },
    { pattern: `^R ${any}%2F(?<gwc_rest_e>(?!/|\\.{1,2}(?:/|\\z))[A-Za-z0-9._~$&+,;=:@/-]*)\\z`, rest: ['/', variable('gwc_rest_e')], prefix },
    { pattern: `^R ${any}(?<gwc_rest_r>(?!/|%2F|\\.{1,2}(?:/|\\z)).*)\\z`, rest: ['/', variable('gwc_rest_r')], prefix },
  ];
}

/** Class R has escapes of reserved characters only: the prefix in any mixture. */
function anyEscape(prefix: string): string {
  return [...new TextEncoder().encode(prefix)].map((byte) => {
    const character = String.fromCharCode(byte);
    const hex = byte.toString(16).toUpperCase().padStart(2, '0');
    return /[A-Za-z0-9._~-]/.test(character) ? literalPattern(character) : character === '%' ? '%25' : byte < 0x80 ? `(?:${literalPattern(character)}|%${hex})` : '(?!)';
  }).join('');
}

/** Regular expressions are tried in turn; one counts whose leftmost match is not empty, and the text of it what the path begins with (ran on 3.7.15). */
export function stripPrefixRegex(site: Site, state: ChainState, spec: SpecOf<'stripPrefixRegex'>): Step {
  const path = routingParts(site.sheet, state.path);
  const patterns = spec.regex.map((source) => `^${cutText(source)}(?!\\A)`);
  const entries = patterns.map((pattern): MapEntry => ({ key: literal(`~${pattern}/?(?<gwc_after_cut>.*)$`), value: template('/', variable('gwc_after_cut')) }));
  const cut = site.sheet.map('cut_path', path, [{ key: literal('default'), value: template(...slashParts(site.sheet, state.path)) }, ...entries]);
  const rest = site.sheet.map('stripped', [variable(form(site.sheet)), ' ', ...path, ' ', variable(cut)], [
    { key: literal('default'), value: template(variable(cut)) },
    // The pattern reads the decoded path, class R may hold escapes, and no blanks.
    { key: literal('~^R [^ ]*%'), value: template('') },
    { key: literal('~ /\\.{1,2}(?:/|$)'), value: template('') },
  ]);
  const prefix = site.sheet.map('cut_prefix', path, [{ key: literal('default'), value: template('') }, ...patterns.map((pattern): MapEntry => ({ key: literal(`~${pattern}`), value: template(variable('gwc_cut')) }))]);
  return cutStep(site, state, { rest, prefix, slash: false, whole: [] });
}

/** The match, which may stand anywhere where its pattern looks at what is around: `/[a-z]+$` cuts `/a` off `/ab/a` (ran on 3.7.15). */
function cutText(source: string): string {
  const { pattern } = mustPcre(source, 'bytes');
  return looksAround(source) ? `(?=.*?(?<gwc_found>${pattern}))(?<gwc_cut>\\k<gwc_found>)` : `(?<gwc_cut>(?>${pattern}))`;
}

/** Variables with what is left, empty where it is refused, and with what was cut. `slash`: nothing left is a slash for all that follows. `whole`: what is cut, and a path with escapes that is nothing else. */
interface Stripped {
  readonly rest: string;
  readonly prefix: string;
  readonly slash: boolean;
  readonly whole: readonly string[];
}

/** X-Forwarded-Prefix is added to what is there. */
function cutStep(site: Site, state: ChainState, { rest, prefix, slash, whole }: Stripped): Step {
  const request = [...state.request, { name: 'X-Forwarded-Prefix', value: [variable(prefix)] }];
  const wasBare = state.path.kind === 'byForm' && state.path.bare !== undefined;
  const entries: readonly MapEntry[] = [
    ...(slash ? [] : ['(.+) \\1$', ...whole.map((pattern) => `${pattern}\\z`)].map((pattern) => ({ key: literal(`~^${pattern}`), value: template('') }))),
    ...(wasBare ? [{ key: literal(' '), value: template('') }] : []),
  ];
  const bare = (): readonly Part[] => [variable(site.sheet.map('bare_path', [variable(prefix), ' ', ...routingParts(site.sheet, state.path)], [{ key: literal('default'), value: template(variable(rest)) }, ...entries]))];
  return { state: { ...state, request, rewritten: rewrittenIf(state, prefix), path: { kind: 'byForm', parts: [variable(rest)], ...(entries.length === 0 ? {} : { bare }) } }, respond: [refuseEmpty(rest)] };
}

/** A path that is not matched leaves the target as the client wrote it. `name`: a variable that is empty there. */
function rewrittenIf({ rewritten }: ChainState, name: string): NonNullable<ChainState['rewritten']> {
  return rewritten === 'always' ? 'always' : [...(rewritten ?? []), variable(name)];
}

/** A header that is added to what the client sent: nginx takes the client's out as soon as one of that name is written. */
function added({ request }: ChainState, name: string, value: readonly Part[]): ChainState['request'] {
  const isFirst = !request.some((line) => line.name === name);
  return [...(isFirst ? [{ name, value: [headerVariable(name.toLowerCase())] }] : []), { name, value }];
}

/** The path becomes the new one, the query stays. X-Replaced-Path has the old path, escaped. */
export function replacePath(site: Site, state: ChainState, spec: SpecOf<'replacePath'>): Step {
  const old = escapedParts(site.sheet, state.path);
  const request = [...state.request, ...added(state, 'X-Replaced-Path', old)];
  return { state: { ...state, request, rewritten: 'always', path: { kind: 'escaped', parts: [sentPath(spec.path) ?? spec.path] } }, ...refusal(old) };
}

/**
 * Works on the escaped path, replaces the match and answers 400 when the result is not clean. A pattern that may match twice
 * is refused.
 */
export function replacePathRegex(site: Site, state: ChainState, spec: SpecOf<'replacePathRegex'>): Step {
  const old = escapedOrBare(site.sheet, state.path);
  // An exact key comes before patterns: verdicts refuse a pattern that would match nothing at all.
  const nothing = (value: string): readonly MapEntry[] => (state.path.kind === 'byForm' && state.path.bare !== undefined ? [{ key: literal(BARE), value: template(value) }] : []);
  const result = replaced(site, old, spec.regex, spec.replacement, nothing(BARE));
  const vanishes = beginningOf(spec.regex, spec.replacement) !== 'slash' && nothing('').length === 0;
  // Nothing is left of a path that nginx knew, or it knew none.
  const clean = site.sheet.map('new_path', [...(vanishes ? [...old, ' '] : []), variable(result)], [
    { key: literal('default'), value: template(variable(result)) },
    ...nothing('/'),
    ...(vanishes ? [{ key: literal('~^[^ ]+ $'), value: template('/') }] : []),
    { key: literal(vanishes ? '~^[^ ]* (?:(?!/)|[^ ]*(?://|/\\.{1,2}(?:/|$)))' : '~^(?!/)|//|/\\.{1,2}(?:/|$)'), value: template('') },
  ]);
  const header = site.sheet.map('replaced_path', old, [{ key: literal('default'), value: template('') }, ...nothing(''), { key: literal(`~${mustPcre(spec.regex, 'bytes').pattern}`), value: template(...old) }]);
  const request = [...state.request, ...added(state, 'X-Replaced-Path', [variable(header)])];
  return { state: { ...state, request, rewritten: rewrittenIf(state, header), path: { kind: 'escaped', parts: [variable(clean)] } }, respond: [refuseEmpty(clean)] };
}

/** `ReplaceAllString` for a pattern that no text has two matches of: others are refused. */
export function replaced(site: Site, source: readonly Part[], regex: string, replacement: string, exact: readonly MapEntry[] = []): string {
  const re = mustPcre(regex, 'bytes');
  const before = re.atStart ? '' : '(?<gwc_before_match>.*?)';
  const value = replacementParts(replacement, re, re.atStart ? 0 : 1) ?? [];
  const after = re.atEnd ? '' : '(?<gwc_after_match>.*)$';
  return site.sheet.map('replaced', source, [
    { key: literal('default'), value: template(...source) },
    ...exact,
    { key: literal(`~^${before}(?:${re.pattern})${after}`), value: site.sheet.text(...(re.atStart ? [] : [variable('gwc_before_match')]), ...value, ...(re.atEnd ? [] : [variable('gwc_after_match')])) },
  ]);
}

function refusal(parts: readonly Part[]): { readonly respond?: readonly Responder[] } {
  const [only, ...more] = parts;
  return more.length === 0 && typeof only === 'object' ? { respond: [refuseEmpty(only.variable)] } : {};
}

/** An empty variable stands for what cannot be told, or what Traefik answers 400 to. */
export function refuseEmpty(name: string): Responder {
  return { phase: 'rewrite', statements: () => [block(['if', `($${name}`, '=', literal(''), ')'], [directive('return', '400')])] };
}
