import type { Middleware, SpecOf } from '../../ir/index.ts';
import { canBeEmpty, parseRe2 } from '../../rule-lang/re2/index.ts';
import { cutsOf, mayEndWithSlash, type Ends } from './ends.ts';
import { decodedPattern, decodedPrefix, wholePattern } from './pattern.ts';

/**
 * What a chain does to the path. Kong can cut a matched prefix (`strip_path`), put a service path before what is left, or
 * replace the whole path from captures; one of each at most.
 */
export interface PathPlan {
  readonly cuts: readonly CutPlan[];
  /** Put before the path that is left; `''` = nothing. */
  readonly prefix: string;
  /** A cut that leaves nothing leaves `/` (2.11), which shows behind a prefix: `/p/`, in 3.x `/p` (both ran). */
  readonly forceSlash: boolean;
  readonly replace?: ReplacePlan;
  /** Position in the chain of the first path change; refusals before it stand on its guards too. */
  readonly at: number;
}
/** One prefix: a pattern on Kong's path without `^`, and what may stand right behind it. */
export interface CutPlan {
  readonly pattern: string;
  readonly ends: Ends;
  /** The slash at its end is cut with it. */
  readonly slashLast: boolean;
}
export interface ReplacePlan {
  /** Undefined: every path is replaced. */
  readonly pattern?: string;
  readonly uri: string;
  /** Paths whose new path Traefik would refuse as unclean. */
  readonly unclean?: string;
}
export type PathResult = { readonly ok: true; readonly plan: PathPlan } | { readonly ok: false; readonly why: string; readonly middleware: Middleware };

const PATH_KINDS = new Set(['addPrefix', 'stripPrefix', 'stripPrefixRegex', 'replacePath', 'replacePathRegex']);
export function isPathChange(middleware: Middleware): boolean {
  return PATH_KINDS.has(middleware.spec.kind);
}

/** Reads the path middlewares of a chain in order. */
export function planPath(chain: readonly Middleware[]): PathResult {
  let plan: PathPlan = { cuts: [], prefix: '', forceSlash: false, at: -1 };
  for (const [index, middleware] of chain.entries()) {
    if (!isPathChange(middleware)) continue;
    const next = step(plan, middleware);
    if (typeof next === 'string') return { ok: false, why: next, middleware };
    plan = { ...next, at: plan.at === -1 ? index : plan.at };
  }
  return { ok: true, plan };
}

function step(plan: PathPlan, { spec }: Middleware): PathPlan | string {
  switch (spec.kind) {
    case 'addPrefix':
      return addPrefix(plan, spec);
    case 'stripPrefix':
      return untouched(plan) ? { ...plan, forceSlash: spec.forceSlash === true, cuts: spec.prefixes.filter((prefix) => prefix.startsWith('/')).map((prefix) => ({ pattern: decodedPrefix(prefix), ends: ANYWHERE, slashLast: prefix.endsWith('/') })) } : 'Kong cuts a prefix of the path as it came in: nothing may change the path before';
    case 'stripPrefixRegex':
      return untouched(plan) ? stripRegex(plan, spec) : 'Kong cuts a prefix of the path as it came in: nothing may change the path before';
    case 'replacePath':
      return plan.replace?.pattern === undefined ? replacePath(plan, spec) : 'Traefik refuses an unclean path that the pattern before makes, although nobody sees it: leave that middleware out';
    case 'replacePathRegex':
      return untouched(plan) ? replaceRegex(plan, spec) : 'Kong matches the path as it came in: nothing may change the path before';
    default:
      return plan;
  }
}

/** A prefix that is plain text has one end. */
const ANYWHERE: Ends = { slash: true, dot: true };

function untouched(plan: PathPlan): boolean {
  return plan.cuts.length === 0 && plan.prefix === '' && plan.replace === undefined;
}

/** Characters that Go and Kong send as they are; of the others the two escape differently or not at all. */
const PLAIN = /^[A-Za-z0-9._~/$&+,=:@;-]*$/;

function isClean(path: string): boolean {
  return !path.includes('//') && !/\/\.{1,2}(?:\/|$)/.test(path);
}

/** `/p` becomes the service path `/p/`: the last addPrefix is outermost (ran). */
function addPrefix(plan: PathPlan, spec: SpecOf<'addPrefix'>): PathPlan | string {
  const prefix = spec.prefix.startsWith('/') ? spec.prefix : `/${spec.prefix}`;
  if (prefix === '/' && plan.replace === undefined) return 'a prefix of `/` would make `//`, which a service path cannot hold';
  if (!PLAIN.test(prefix) || prefix.includes(';') || !isClean(prefix) || prefix.endsWith('/')) return 'a service path must be clean, without a slash at its end and made of characters that need no escape';
  if (plan.cuts.some(({ slashLast }) => slashLast)) return 'behind a prefix that is cut with the slash at its end, a path of nothing more would get that slash back';
  if (plan.replace === undefined) return { ...plan, prefix: prefix + plan.prefix };
  // What the pattern does not match gets the prefix as well.
  return { ...plan, prefix: plan.replace.pattern === undefined ? '' : prefix + plan.prefix, replace: { ...plan.replace, uri: prefix + plan.replace.uri } };
}

const OPEN_END = 'where this pattern ends depends on what stands behind it, or on the whole path: a guard of Kong cannot follow that';

/** Whether a pattern that could be cut has more than one end. */
export function hasOpenEnd(source: string): boolean {
  const parsed = parseRe2(source);
  return parsed.ok && !canBeEmpty(parsed.re.node) && cutsOf(parsed.re.node) === undefined;
}

function stripRegex(plan: PathPlan, spec: SpecOf<'stripPrefixRegex'>): PathPlan | string {
  const cuts: CutPlan[] = [];
  for (const source of spec.regex) {
    const parsed = parseRe2(source);
    if (!parsed.ok) return parsed.error.message;
    if (canBeEmpty(parsed.re.node)) return 'a pattern that can match nothing cannot be a strip route';
    const parts = cutsOf(parsed.re.node);
    if (parts === undefined) return OPEN_END;
    for (const { node, ends } of parts) {
      const pattern = decodedPattern({ ...parsed.re, node });
      if (!pattern.ok) return pattern.why;
      cuts.push({ pattern: `(?:${pattern.text})`, ends, slashLast: mayEndWithSlash(node) });
    }
  }
  return { ...plan, cuts };
}

function replacePath(plan: PathPlan, spec: SpecOf<'replacePath'>): PathPlan | string {
  const why = replacementProblem(spec.path);
  if (why !== undefined) return why;
  return { ...plan, prefix: '', replace: { uri: spec.path } };
}

/** The replacement must come out of Go's and Kong's escaping as the same text. */
function replacementProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'the new path must begin with `/`';
  if (path.includes('$(')) return '`$(` begins a Lua template in Kong';
  if (!isClean(path)) return 'the new path must be clean';
  const escapes = /^(?:[A-Za-z0-9._~/$&+,=:@;!'()*[\]-]|%[0-9A-F]{2})*$/.test(path);
  const spaces = /^(?:[A-Za-z0-9._~/$&+,=:@;-]|[ "<>^`{|}\\]|[^\0-\x7f])*$/.test(path);
  return escapes || spaces ? undefined : 'Go and Kong escape this text differently';
}

function replaceRegex(plan: PathPlan, spec: SpecOf<'replacePathRegex'>): PathPlan | string {
  const whole = wholePattern(spec.regex);
  if ('why' in whole) return whole.why;
  const parts = templateParts(spec.replacement, whole.groups);
  const why = templateProblem(parts);
  if (why !== undefined) return why;
  const unclean = parts.flatMap((part, index) => (typeof part === 'number' ? uncleanGroup(parts, index).map((instead) => whole.variant(part, instead)) : []));
  const uri = parts.map((part) => (typeof part === 'number' ? `$(uri_captures.g${String(part)})` : part)).join('');
  return { ...plan, replace: { pattern: whole.text, uri, ...(unclean.length === 0 ? {} : { unclean: unclean.join('|') }) } };
}

/** Literal texts and group numbers; a group that does not exist is empty. */
function templateParts(replacement: string, groups: readonly string[]): readonly (string | number)[] {
  const parts: (string | number)[] = [];
  for (const found of replacement.matchAll(/\$\$|\$\{([\p{L}\p{Nd}_]+)\}|\$([\p{L}\p{Nd}_]+)|[^$]+|\$/gu)) {
    const name = found[1] ?? found[2];
    const last = parts.at(-1);
    const text = found[0] === '$$' ? '$' : found[0];
    if (name !== undefined && groups.indexOf(name) > 0) parts.push(groups.indexOf(name));
    else if (name !== undefined) continue;
    else if (typeof last === 'string') parts[parts.length - 1] = last + text;
    else parts.push(text);
  }
  return parts;
}

/** The new path must come out of Go's and Kong's escaping as the same text, and clean where no group stands. */
function templateProblem(parts: readonly (string | number)[]): string | undefined {
  const [first] = parts;
  if (typeof first !== 'string' || !first.startsWith('/')) return 'the new path must begin with `/`';
  if (parts.some((part, index) => typeof part === 'number' && typeof parts[index + 1] === 'number')) return 'two groups without text between them';
  const texts = parts.filter((part) => typeof part === 'string');
  if (texts.some((text) => !PLAIN.test(text) || text.includes('$')) || !isClean(parts.map((part) => (typeof part === 'string' ? part : 'x')).join(''))) return 'the replacement must be clean and made of characters that need no escape';
  return texts.some((text) => /\/\.{1,2}$|^\.{1,2}(?:\/|$)/.test(text)) ? 'a dot next to a group could become a dot segment' : undefined;
}

/** What a group must not be, in Go's syntax: it would make an empty or a dot segment with the text around it. */
function uncleanGroup(parts: readonly (string | number)[], index: number): readonly string[] {
  const [before, after] = [parts[index - 1], parts[index + 1]];
  const left = typeof before === 'string' && before.endsWith('/');
  const right = typeof after === 'string' && after.startsWith('/');
  const end = after === undefined;
  return [
    ...(left ? ['/(?s:.*)', '\\.{1,2}(?:/(?s:.*))?'] : []),
    ...(left && right ? [''] : []),
    ...(right ? ['(?s:.*)/'] : []),
    ...(right || end ? ['(?:(?s:.*)/)\\.{1,2}'] : []),
  ];
}
