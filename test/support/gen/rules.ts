import { chance, pick, weighted, type Draw } from './draw.ts';
import type { Palette, RuleNode } from './spec.ts';
import { atomV2 } from './rules-v2.ts';
import { FIELD_PATTERNS, FIELDS, HOST_PATTERNS, HOSTS, METHODS, ODD_FIELDS, ODD_PREFIXES, PARAMETER_PATTERNS, PARAMETERS, PATH_PATTERNS, PATHS, PREFIXES, RANGES, WILD_HOSTS } from './words.ts';

export type V3Matcher = 'Host' | 'HostRegexp' | 'Path' | 'PathPrefix' | 'PathRegexp' | 'Method' | 'Header' | 'HeaderRegexp' | 'Query' | 'QueryRegexp' | 'ClientIP';
export const V3_MATCHERS: readonly V3Matcher[] = ['Host', 'HostRegexp', 'Path', 'PathPrefix', 'PathRegexp', 'Method', 'Header', 'HeaderRegexp', 'Query', 'QueryRegexp', 'ClientIP'];
type Weights = Readonly<Partial<Record<V3Matcher, number>>>;

/** nginx has only a near thing for QueryRegexp, so gateways that are meant for it use it rarely. */
const WEIGHTS: Readonly<Record<Palette, Weights>> = {
  portable: { Host: 20, HostRegexp: 6, Path: 14, PathPrefix: 25, PathRegexp: 8, Method: 10, Header: 8, HeaderRegexp: 6, Query: 6, ClientIP: 4 },
  nginx: { Host: 20, HostRegexp: 6, Path: 14, PathPrefix: 25, PathRegexp: 8, Method: 10, Header: 8, HeaderRegexp: 6, Query: 8, ClientIP: 4 },
  everything: { Host: 18, HostRegexp: 8, Path: 12, PathPrefix: 20, PathRegexp: 8, Method: 10, Header: 8, HeaderRegexp: 8, Query: 8, QueryRegexp: 12, ClientIP: 6 },
};
const WHERE: Weights = { Host: 80, HostRegexp: 14, PathPrefix: 6 };

export interface RuleWish {
  readonly palette: Palette;
  readonly syntax: 'v2' | 'v3';
}

/** A rule as people write them (a host, and something about the request), or any tree. */
export function drawRule(draw: Draw, wish: RuleWish): RuleNode {
  if (chance(draw, 20)) return tree(draw, wish, 3);
  const host = atom(draw, wish, WHERE);
  if (chance(draw, 22)) return host;
  const rest = tree(draw, wish, pick(draw, [0, 0, 0, 1, 1, 2]));
  return { kind: 'and', parts: chance(draw, 85) ? [host, rest] : [rest, host] };
}

function tree(draw: Draw, wish: RuleWish, depth: number): RuleNode {
  if (depth === 0 || chance(draw, 25)) return atom(draw, wish, WEIGHTS[wish.palette]);
  if (chance(draw, 16)) return { kind: 'not', part: tree(draw, wish, depth - 1) };
  const parts = Array.from({ length: chance(draw, 75) ? 2 : 3 }, () => tree(draw, wish, depth - 1));
  return { kind: chance(draw, 55) ? 'and' : 'or', parts };
}

function atom(draw: Draw, { palette, syntax }: RuleWish, weights: Weights): RuleNode {
  if (syntax === 'v2') return atomV2(draw, weights === WHERE);
  const matcher = weighted(draw, weights, V3_MATCHERS);
  return { kind: 'match', matcher, spelled: spelling(draw, matcher), quote: chance(draw, 90) ? '`' : '"', args: ARGUMENTS[matcher](draw, palette) };
}

/** The four ways in which Traefik knows a name. */
function spelling(draw: Draw, name: string): string {
  const lower = name.toLowerCase();
  return chance(draw, 90) ? name : pick(draw, [lower, name.toUpperCase(), lower.slice(0, 1).toUpperCase() + lower.slice(1)]);
}

const ARGUMENTS: Readonly<Record<V3Matcher, (draw: Draw, palette: Palette) => readonly string[]>> = {
  Host: (draw) => [chance(draw, 88) ? pick(draw, HOSTS) : pick(draw, WILD_HOSTS)],
  HostRegexp: (draw) => [pick(draw, HOST_PATTERNS).pattern],
  Path: (draw) => [chance(draw, 90) ? pick(draw, PATHS) : pick(draw, ODD_PREFIXES)],
  PathPrefix: (draw) => [chance(draw, 88) ? pick(draw, PREFIXES) : pick(draw, ODD_PREFIXES)],
  PathRegexp: (draw) => [pick(draw, PATH_PATTERNS).pattern],
  Method: (draw) => [pick(draw, METHODS)],
  Header: (draw) => {
    const { name, values } = pick(draw, chance(draw, 92) ? FIELDS : ODD_FIELDS);
    return [name, pick(draw, values)];
  },
  HeaderRegexp: (draw) => {
    const { name, pattern } = pick(draw, FIELD_PATTERNS);
    return [name, pattern];
  },
  Query: (draw, palette) => {
    const { name, values } = pick(draw, PARAMETERS);
    return palette === 'portable' || chance(draw, 75) ? [name, pick(draw, values)] : [name];
  },
  QueryRegexp: (draw) => {
    const { name, pattern } = pick(draw, PARAMETER_PATTERNS);
    return chance(draw, 85) ? [name, pattern] : [name];
  },
  ClientIP: (draw) => [pick(draw, RANGES).range],
};

/** The rule as it stands in a label. */
export function printRule(rule: RuleNode): string {
  switch (rule.kind) {
    case 'match':
      return `${rule.spelled}(${rule.args.map((argument) => quoted(argument, rule.quote)).join(', ')})`;
    case 'not':
      return rule.part.kind === 'match' ? `!${printRule(rule.part)}` : `!(${printRule(rule.part)})`;
    case 'and':
    case 'or':
      return rule.parts.map((part) => (needsParentheses(rule.kind, part) ? `(${printRule(part)})` : printRule(part))).join(rule.kind === 'and' ? ' && ' : ' || ');
  }
}

/** An `and` inside an `or` would not need them; written with them about as often as not. */
function needsParentheses(outer: 'and' | 'or', part: RuleNode): boolean {
  return (part.kind === 'or' && outer === 'and') || (part.kind === 'and' && outer === 'or' && part.parts.length > 2);
}

function quoted(text: string, quote: '`' | '"'): string {
  return quote === '`' ? `\`${text}\`` : JSON.stringify(text);
}

/** Every node, outermost first. */
export function* nodesOf(rule: RuleNode): Generator<RuleNode> {
  yield rule;
  if (rule.kind === 'not') yield* nodesOf(rule.part);
  if (rule.kind === 'and' || rule.kind === 'or') for (const part of rule.parts) yield* nodesOf(part);
}
