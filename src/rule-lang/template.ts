import { goQuote } from './go-quote.ts';
import { parseRe2 } from './re2/index.ts';

/** `sni`: a host of TCP rules, whose patterns are only compiled as part of the whole. */
export type TemplateKind = 'path' | 'pathPrefix' | 'host' | 'sni' | 'query';

export interface Template {
  /** Text without braces: compared as it stands. */
  readonly literal: string | undefined;
  /** The Go pattern that the template means, anchored. */
  readonly pattern: string;
  readonly variables: readonly string[];
}
export type TemplateResult = { readonly ok: true; readonly template: Template } | { readonly ok: false; readonly engine: string };

const DEFAULT_PATTERN: Readonly<Record<TemplateKind, string>> = { path: '[^/]+', pathPrefix: '[^/]+', host: '[^.]+', sni: '[^.]+', query: '.*' };

/**
 * A route template of v2 syntax (`/a/{id}`, `{sub:[a-z]+}.example.com`) as the router library compiles it: text outside
 * braces is literal, `{name}` is one segment or label, `{name:pattern}` is that pattern. Hosts ignore case, also in braces.
 */
export function compileTemplate(text: string, kind: TemplateKind): TemplateResult {
  const braces = findBraces(text);
  if (braces === undefined) return { ok: false, engine: `mux: unbalanced braces in ${goQuote(text)}` };
  const open = kind === 'host' || kind === 'sni' ? '(?i)^' : '^';
  const close = kind === 'pathPrefix' ? '' : '$';
  let asEngine = open;
  let short = open;
  let end = 0;
  const variables: string[] = [];
  for (const [from, to] of braces) {
    const part = readVariable(text.slice(from + 1, to - 1), DEFAULT_PATTERN[kind]);
    if (part === undefined) return { ok: false, engine: `mux: missing name or pattern in ${goQuote(text.slice(from, to))}` };
    const alone = parseRe2(`^${part.pattern}$`);
    if (!alone.ok && kind !== 'sni') return { ok: false, engine: alone.error.message };
    const literal = quoteMeta(text.slice(end, from));
    asEngine += `${literal}(?P<v${variables.length}>${part.pattern})`;
    short += literal + group(part.pattern);
    variables.push(part.name);
    end = to;
  }
  const rest = quoteMeta(text.slice(end)) + close;
  const whole = parseRe2(asEngine + rest);
  if (!whole.ok) return { ok: false, engine: whole.error.message };
  return { ok: true, template: { literal: braces.length === 0 ? text : undefined, pattern: short + rest, variables } };
}

function readVariable(text: string, fallback: string): { readonly name: string; readonly pattern: string } | undefined {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const pattern = colon < 0 ? fallback : text.slice(colon + 1);
  return name === '' || pattern === '' ? undefined : { name, pattern };
}

/** Flags and alternatives must stay inside. */
function group(pattern: string): string {
  return /\||\(\?|\\Q/.test(pattern) ? `(?:${pattern})` : pattern;
}

/** First-level braces as `[from, to)`; undefined when they do not balance. */
export function findBraces(text: string): readonly (readonly [number, number])[] | undefined {
  const out: (readonly [number, number])[] = [];
  let level = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') {
      level += 1;
      if (level === 1) from = at;
    } else if (text[at] === '}') {
      level -= 1;
      if (level === 0) out.push([from, at + 1]);
      if (level < 0) return undefined;
    }
  }
  return level === 0 ? out : undefined;
}

/** `regexp.QuoteMeta`. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
