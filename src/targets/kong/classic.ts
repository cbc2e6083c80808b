import type { HttpMatcher, RuleExpr } from '../../ir/index.ts';
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

/**
 * The traditional_compatible flavour: every path a `~` regex with regex_priority = rank (0 differences from expressions on
 * 964 recorded requests). It holds only while all routes have the same kinds of fields, because more kinds always come
 * first; guards without a host then have no place, and the node files refuse what they would.
 */
export function classicRoutes(drafts: readonly Draft[], origin: OriginId | undefined, report: Report): readonly RoutePlan[] {
  const forms = drafts.map((draft) => ({ draft, classic: draft.classic === undefined ? undefined : classicOf(draft.classic) }));
  const own = forms.filter(({ draft }) => draft.tags.length > 0);
  const kinds = new Set(own.map(({ classic }) => `${String((classic?.hosts.length ?? 0) > 0)} ${String((classic?.methods.length ?? 0) > 0)}`));
  const guarded = own.every(({ classic }) => classic !== undefined && classic.hosts.length === 0 && classic.methods.length === 0);
  const place = (symbol: string): { readonly origin: OriginId; readonly symbol: string } | undefined => (origin === undefined ? undefined : { origin, symbol });
  for (const { draft, classic } of own) {
    const at = place(draft.comment);
    if (classic === undefined && at !== undefined) report.unsupported('this rule in the traditional_compatible flavour', at, 'classic fields are one list of hosts, one of methods and one of paths, all of which must hold', 'use the expressions flavour');
  }
  const at = place('priority');
  if (kinds.size > 1 && at !== undefined) report.unsupported('this order in the traditional_compatible flavour', at, 'routes with more kinds of fields always come first there', 'use the expressions flavour');
  if (!guarded && at !== undefined && forms.some(({ draft }) => draft.name === 'guard.encoded')) report.unsupported('encodedCharacters in the traditional_compatible flavour', at, 'a guard without a host comes after routes that have one', 'use the expressions flavour');
  const kept = forms.flatMap(({ draft, classic }) => (classic === undefined || (draft.tags.length === 0 && !guarded) ? [] : [{ draft, classic }]));
  return kept.map(({ draft, classic }, index) => withMatch(draft, { kind: 'classic', ...classic, regexPriority: kept.length - index }));
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
