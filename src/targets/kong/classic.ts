import { LARGEST_REGEX_PRIORITY, type HttpMatcher, type RuleExpr } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import { regexLiteral } from './quote.ts';
import type { RoutePlan } from './plan.ts';
import type { Report } from './report.ts';
import { withMatch } from './draft.ts';
import type { ClassicInput, Draft } from './draft.ts';

interface Classic {
  readonly hosts: readonly string[];
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

interface Form {
  readonly draft: Draft;
  readonly classic: Classic;
}

/**
 * The traditional_compatible flavour: every path a `~` regex with regex_priority = rank (0 differences from expressions on
 * 964 recorded requests). Kong puts kinds of fields above it, so wherever that turns the order of two routes around, no
 * request may meet both. Guards without a host would come after routes that have one: there the node files refuse instead.
 */
export function classicRoutes(drafts: readonly Draft[], origin: OriginId | undefined, report: Report): readonly RoutePlan[] {
  const place = (symbol: string): { readonly origin: OriginId; readonly symbol: string } | undefined => (origin === undefined ? undefined : { origin, symbol });
  const forms = drafts.flatMap((draft): readonly Form[] => {
    const classic = draft.classic === undefined ? undefined : classicOf(draft.classic);
    const at = place(draft.comment);
    if (classic === undefined && draft.tags.length > 0 && at !== undefined) report.unsupported('this rule in the traditional_compatible flavour', at, 'classic fields are one list of hosts, one of methods and one of paths, all of which must hold', 'use the expressions flavour');
    return classic === undefined ? [] : [{ draft, classic }];
  });
  const own = forms.filter(({ draft }) => draft.tags.length > 0);
  const guarded = own.every(({ classic }) => classic.hosts.length === 0 && classic.methods.length === 0);
  const turned = turnedPair(own);
  if (turned !== undefined) {
    const [first, second] = turned;
    const at = place(second.draft.comment);
    if (at !== undefined) report.unsupported('this order in the traditional_compatible flavour', at, `"${second.draft.name}" has more kinds of fields than "${first.draft.name}", so Kong always asks it first, and one request can meet both`, 'use the expressions flavour');
  }
  const at = place('priority');
  if (!guarded && at !== undefined && forms.some(({ draft }) => draft.name === 'guard.encoded')) report.unsupported('encodedCharacters in the traditional_compatible flavour', at, 'a guard without a host comes after routes that have one', 'use the expressions flavour');
  const kept = forms.filter(({ draft }) => draft.tags.length > 0 || guarded);
  const priorities = prioritiesOf(kept);
  if (Math.max(0, ...priorities) > LARGEST_REGEX_PRIORITY && at !== undefined) report.unsupported('this many routes in the traditional_compatible flavour', at, `one request can meet more than ${String(LARGEST_REGEX_PRIORITY)} of them, and a larger regex_priority reaches into the number of kinds of fields`, 'use the expressions flavour');
  return kept.map(({ draft, classic }, index) => withMatch(draft, { kind: 'classic', ...classic, regexPriority: priorities[index] ?? 0 }));
}

/** Ranks; where there are more of them than numbers, only routes that one host can meet are told apart. */
function prioritiesOf(forms: readonly Form[]): readonly number[] {
  if (forms.length <= LARGEST_REGEX_PRIORITY) return forms.map((_, index) => forms.length - index);
  const highest = new Map<string, number>();
  return forms.toReversed().map(({ classic }) => {
    const hosts = classic.hosts.length === 0 ? [''] : classic.hosts;
    const keys = hosts.map((host) => `${String(kindsNumber(classic))} ${host}`);
    const priority = 1 + Math.max(...keys.map((key) => highest.get(key) ?? 0));
    for (const key of keys) highest.set(key, priority);
    return priority;
  }).toReversed();
}

/** What Kong orders by before regex_priority: the number of kinds, then a list of hosts (none of ours has a wildcard). */
function kindsNumber({ hosts, methods, paths }: Classic): number {
  const kinds = [hosts, methods, paths].filter((list) => list.length > 0).length;
  return kinds * 2 + (hosts.length > 0 ? 1 : 0);
}

/** Two routes that Kong asks the other way round although a request can meet both. */
function turnedPair(forms: readonly Form[]): readonly [Form, Form] | undefined {
  for (const [index, first] of forms.entries()) {
    const number = kindsNumber(first.classic);
    const second = forms.slice(index + 1).find(({ classic }) => kindsNumber(classic) > number && !apart(first.classic, classic));
    if (second !== undefined) return [first, second];
  }
  return undefined;
}

/** No request has two hosts or two methods; an absent list takes all. */
function apart(a: Classic, b: Classic): boolean {
  const disjoint = (one: readonly string[], other: readonly string[]): boolean => one.length > 0 && other.length > 0 && !one.some((item) => other.includes(item));
  return disjoint(a.hosts, b.hosts) || disjoint(a.methods, b.methods);
}

function classicOf(input: ClassicInput): Classic | undefined {
  const base = input.rule === undefined ? { hosts: [], methods: [], paths: [] } : fromRule(input.rule);
  if (base === undefined || (input.method !== undefined && base.methods.length > 0)) return undefined;
  const methods = input.method === undefined ? base.methods : [input.method];
  if (input.test === undefined) return { ...base, methods, paths: base.paths.length === 0 ? ['~/'] : base.paths };
  // The pattern must lie inside the rule's own path, or the two would have to hold together.
  const inside = base.paths.every((path) => path === '~/' || input.test?.startsWith(`^${path.slice(1)}`) === true);
  return inside && input.test.startsWith('^/') ? { ...base, methods, paths: [`~${input.test.slice(1)}`] } : undefined;
}

/** A conjunction of lists; undefined = it has no such form. */
function fromRule(rule: RuleExpr): Classic | undefined {
  if (rule.kind === 'match') return fromMatcher(rule.matcher);
  if (rule.kind === 'constant') return rule.value ? { hosts: [], methods: [], paths: [] } : undefined;
  if (rule.kind === 'not') return undefined;
  const parts = rule.operands.map(fromRule);
  return parts.reduce<Classic | undefined>((all, part) => (all === undefined || part === undefined ? undefined : joined(all, part, rule.kind === 'or')), rule.kind === 'and' ? { hosts: [], methods: [], paths: [] } : parts[0]);
}

function joined(a: Classic, b: Classic, either: boolean): Classic | undefined {
  const kinds = (form: Classic): readonly string[] => (['hosts', 'methods', 'paths'] as const).filter((kind) => form[kind].length > 0);
  const [one, two] = [kinds(a), kinds(b)];
  const fits = either ? one.length === 1 && two.length === 1 && one[0] === two[0] : !one.some((kind) => two.includes(kind));
  const union = (x: readonly string[], y: readonly string[]): readonly string[] => [...new Set([...x, ...y])];
  return fits ? { hosts: union(a.hosts, b.hosts), methods: union(a.methods, b.methods), paths: union(a.paths, b.paths) } : undefined;
}

function fromMatcher(matcher: HttpMatcher): Classic | undefined {
  const none = { hosts: [], methods: [], paths: [] };
  switch (matcher.kind) {
    case 'host':
      return matcher.wildcard && matcher.host.value.includes('*') ? undefined : /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/.test(matcher.host.value) && !matcher.host.value.includes('..') ? { ...none, hosts: [matcher.host.value] } : undefined;
    case 'method':
      return /^[A-Z]+$/.test(matcher.method.value.toUpperCase()) ? { ...none, methods: [matcher.method.value.toUpperCase()] } : undefined;
    case 'path':
      return pathForm(matcher.path.value, '$');
    case 'pathPrefix':
      return pathForm(matcher.prefix.value, '');
    default:
      return undefined;
  }
}

/** Kong refuses a path with `//`; such a rule is dead on both sides while paths are cleaned, and has no form here. */
function pathForm(text: string, end: string): Classic | undefined {
  if (!text.startsWith('/') || text.includes('//') || text.includes('"#')) return undefined;
  return { hosts: [], methods: [], paths: [`~${regexLiteral(text)}${end}`] };
}
