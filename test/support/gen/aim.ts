import { chance, pick, type Draw } from './draw.ts';
import { TEMPLATES } from './rules-v2.ts';
import type { RuleNode } from './spec.ts';
import { FIELD_PATTERNS, HOST_PATTERNS, METHODS, PARAMETER_PATTERNS, PATH_PATTERNS, RANGES } from './words.ts';
import type { Pattern } from './words.ts';

/** What a rule asks of a request, and near misses of it. */
export interface Aim {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly parameters: readonly (readonly [string, string | undefined])[];
  readonly clientIp?: string;
}

const NOTHING: Aim = { fields: [], parameters: [] };
type Match = Extract<RuleNode, { kind: 'match' }>;

/** A request that the rule probably takes; what stands behind a `not` is mostly left alone. */
export function aimAt(draw: Draw, rule: RuleNode): Aim {
  switch (rule.kind) {
    case 'match':
      return aimAtMatcher(draw, rule);
    case 'not':
      return chance(draw, 25) ? aimAt(draw, rule.part) : NOTHING;
    case 'or':
      return aimAt(draw, pick(draw, rule.parts));
    case 'and':
      return rule.parts.reduce<Aim>((all, part) => {
        const next = aimAt(draw, part);
        return { ...all, ...next, fields: [...all.fields, ...next.fields], parameters: [...all.parameters, ...next.parameters] };
      }, NOTHING);
  }
}

function aimAtMatcher(draw: Draw, { matcher, args }: Match): Aim {
  const first = matcher.startsWith('Host') || matcher.startsWith('Path') || matcher === 'Method' ? pick(draw, args) : (args[0] ?? '');
  const second = args[1];
  switch (matcher) {
    case 'Host':
    case 'HostHeader':
      return { ...NOTHING, host: first.startsWith('*') ? `${pick(draw, ['x', 'y-1', 'a.b'])}${first.slice(1) === '' ? '.test' : first.slice(1)}` : first };
    case 'HostRegexp':
      return { ...NOTHING, host: near(draw, [...HOST_PATTERNS, ...TEMPLATES.HostRegexp], first) };
    case 'Path':
      return { ...NOTHING, path: hasTemplate(first) ? near(draw, TEMPLATES.Path, first) : encoded(first) };
    case 'PathPrefix':
      return { ...NOTHING, path: `${hasTemplate(first) ? near(draw, TEMPLATES.PathPrefix, first) : encoded(first)}${pick(draw, ['', '', '/', '/x', 'x', 'b', '/b/', '/v1', '.css'])}` };
    case 'PathRegexp':
      return { ...NOTHING, path: near(draw, PATH_PATTERNS, first) };
    case 'Method':
      return { ...NOTHING, method: pick(draw, [first.toUpperCase(), first.toUpperCase(), first.toUpperCase(), pick(draw, METHODS)]) };
    case 'Header':
    case 'Headers':
      return { ...NOTHING, fields: [[first, second ?? '']] };
    case 'HeaderRegexp':
    case 'HeadersRegexp':
      return { ...NOTHING, fields: [[first, near(draw, FIELD_PATTERNS, second ?? '')]] };
    case 'Query':
      return { ...NOTHING, parameters: [parameter(first, second)] };
    case 'QueryRegexp':
      return { ...NOTHING, parameters: [[first, second === undefined ? undefined : near(draw, PARAMETER_PATTERNS, second)]] };
    case 'ClientIP':
      return clientIn(draw, first);
    default:
      throw new Error(`no aim for ${matcher}`);
  }
}

function hasTemplate(path: string): boolean {
  return path.includes('{');
}

/** In the older grammar name and value are one text. */
function parameter(first: string, second: string | undefined): readonly [string, string | undefined] {
  if (second !== undefined) return [first, second];
  const at = first.indexOf('=');
  return at < 0 ? [first, undefined] : [first.slice(0, at), first.slice(at + 1)];
}

function near(draw: Draw, patterns: readonly Pattern[], pattern: string): string {
  const found = patterns.find((one) => one.pattern === pattern);
  if (found === undefined) return 'x';
  return pick(draw, chance(draw, 80) ? found.hits : found.misses);
}

function clientIn(draw: Draw, range: string): Aim {
  const found = RANGES.find((one) => one.range === range);
  const clients = [...(found?.hits ?? []), ...(chance(draw, 30) ? (found?.misses ?? []) : [])];
  return clients.length === 0 ? NOTHING : { ...NOTHING, clientIp: pick(draw, clients) };
}

/** A path of a rule as a client writes it. */
export function encoded(path: string): string {
  return encodeURI(path).replaceAll('%25', '%');
}
