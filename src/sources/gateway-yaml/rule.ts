import type { OriginId, Origins, Text } from '../../text/index.ts';
import { entriesOf, itemsOf, valueAt } from './node.ts';
import type { SpecMapping, SpecNode, SpecScalar } from './node.ts';
import { RuleText } from './rule-text.ts';

/** A rule made from short forms: its text, and a place for each letter that the author wrote. */
export interface MadeRule {
  readonly text: Text;
  readonly origin: OriginId;
}

/** Writes one matcher. */
type Matcher = (out: RuleText) => void;
/** Alternatives. */
type Group = readonly Matcher[];

/**
 * `host`, `path`, `methods`, `headers`, `query`, `clientIp` as one rule, in this order, joined with `&&`; several values
 * of one are alternatives. Undefined when none of them is there.
 */
export function ruleOf(route: SpecMapping, origins: Origins): MadeRule | undefined {
  return joined([
    calls(route, 'host', 'Host'),
    scalars(valueAt(route, 'path')).flatMap(pathMatchers),
    calls(route, 'methods', 'Method'),
    ...named(valueAt(route, 'headers'), 'Header'),
    ...named(valueAt(route, 'query'), 'Query'),
    calls(route, 'clientIp', 'ClientIP'),
  ], route, origins);
}

/** `sni`, `clientIp`, `alpn` of a TCP route. */
export function tcpRuleOf(route: SpecMapping, origins: Origins): MadeRule | undefined {
  return joined([calls(route, 'sni', 'HostSNI'), calls(route, 'clientIp', 'ClientIP'), calls(route, 'alpn', 'ALPN')], route, origins);
}

function scalars(node: SpecNode | undefined): readonly SpecScalar[] {
  return itemsOf(node).filter((item) => item.kind === 'scalar');
}

function calls(route: SpecMapping, key: string, matcher: string): Group {
  return scalars(valueAt(route, key)).map((value) => call(matcher, value));
}

function call(matcher: string, scalar: SpecScalar, from = 0, to = scalar.text.text.length): Matcher {
  return (out) => {
    out.literal(`${matcher}(`);
    operand(out, scalar, from, to);
    out.literal(')');
  };
}

/** A backtick cannot stand in a backtick literal: such a value is written as a quoted one. */
function operand(out: RuleText, scalar: SpecScalar, from: number, to: number): void {
  const value = scalar.text.text.slice(from, to);
  if (value.includes('`')) return out.literal(JSON.stringify(value));
  out.literal('`');
  out.written(scalar, from, to);
  out.literal('`');
}

/** `/a/**` is the path itself and what lies below; `/a*` everything that begins so; else exactly that path. */
function pathMatchers(path: SpecScalar): readonly Matcher[] {
  const { text } = path.text;
  if (text.endsWith('/**')) return text === '/**' ? [call('PathPrefix', path, 0, 1)] : [call('Path', path, 0, text.length - 3), call('PathPrefix', path, 0, text.length - 2)];
  return text.endsWith('*') ? [call('PathPrefix', path, 0, text.length - 1)] : [call('Path', path)];
}

function named(node: SpecNode | undefined, matcher: string): readonly Group[] {
  return entriesOf(node).flatMap(({ key, value }): readonly Group[] => {
    if (value.kind !== 'scalar') return [];
    const quoted = key.includes('`') ? JSON.stringify(key) : `\`${key}\``;
    const isPattern = value.text.text.startsWith('~');
    return [[(out) => {
      out.literal(`${matcher}${isPattern ? 'Regexp' : ''}(${quoted}, `);
      operand(out, value, isPattern ? 1 : 0, value.text.text.length);
      out.literal(')');
    }]];
  });
}

function joined(all: readonly Group[], route: SpecMapping, origins: Origins): MadeRule | undefined {
  const groups = all.filter((group) => group.length > 0);
  if (groups.length === 0) return undefined;
  const out = new RuleText(origins);
  for (const [index, group] of groups.entries()) {
    if (index > 0) out.literal(' && ');
    const isBracketed = group.length > 1 && groups.length > 1;
    if (isBracketed) out.literal('(');
    for (const [at, matcher] of group.entries()) {
      if (at > 0) out.literal(' || ');
      matcher(out);
    }
    if (isBracketed) out.literal(')');
  }
  return { text: out.text(), origin: out.place(route.origin) };
}
