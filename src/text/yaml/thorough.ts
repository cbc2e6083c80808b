import type { CST, Document, YAMLParseError } from 'yaml';
import type { ConvertState } from './convert.ts';
import { fromPackage } from './from-package.ts';
import type { RawDocument } from './raw.ts';
import { yamlPackage } from './package.ts';
import { AS_IT_IS, childTokens, insertsFor, reindent } from './reindent.ts';
import type { Inserts, Reindented } from './reindent.ts';

/** Deeper than any real file; below what the stack of a recursive reader holds. */
const MAX_DEPTH = 200;

/** Reads any YAML by the `yaml` package, with what is wrong in it; no document when nothing can be read. */
export function readThorough(text: string, report: Report): readonly RawDocument[] {
  const source = tokenize(text, report);
  if (source === undefined) return [];
  return compose(source, report).map((document) => fromPackage(document, text, source.read.back));
}

type Report = ConvertState['report'];

interface Source {
  readonly tokens: readonly CST.Token[];
  readonly read: Reindented;
}

/** Bytes that Go's reader refuses. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]/;

/** Tokens of the file, or undefined when it holds what no YAML may, or nests too deep to go on. */
function tokenize(text: string, report: Report): Source | undefined {
  const control = text.search(CONTROL);
  if (control !== -1) {
    report(text[control] === '\0' ? 'a NUL character is not allowed in YAML' : 'a control character is not allowed in YAML', control, control + 1);
    return undefined;
  }
  const source = withRepairs(text);
  for (const token of source.tokens) if (token.type === 'directive' && /^%YAML\s+(?!1\.1\s*$)/.test(token.source)) report('Go reads only YAML 1.1: found incompatible YAML document', token.offset, token.offset + token.source.length);
  const deep = tooDeep(source.tokens);
  if (deep === undefined) return source;
  const at = source.read.back(deep);
  report(`nested deeper than ${String(MAX_DEPTH)} levels`, at, at + 1);
  return undefined;
}

/** Each repair reads the file again: many for a small file, few for a huge one. */
function repairsFor(text: string): number {
  return Math.min(30, 2 + Math.floor(2_000_000 / (text.length + 1)));
}

function withRepairs(text: string): Source {
  const first: Source = { tokens: [...new (yamlPackage().Parser)().parse(text)], read: AS_IT_IS(text) };
  let source = first;
  let inserts: Inserts = new Map();
  for (let round = repairsFor(text); round > 0; round -= 1) {
    const more = insertsFor(source.tokens, source.read, text);
    if (more === undefined) return source;
    const merged = new Map([...inserts, ...more]);
    if (merged.size === inserts.size) return first;
    inserts = merged;
    const read = reindent(text, inserts);
    source = { tokens: [...new (yamlPackage().Parser)().parse(read.text)], read };
  }
  return first;
}

/** The offset of the first token nested too deep; iterative, since it guards the recursive steps after it. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const todo: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.depth > MAX_DEPTH) return 'offset' in next.token ? next.token.offset : 0;
    for (const token of childTokens(next.token)) todo.push({ token, depth: next.depth + 1 });
  }
  return undefined;
}

/** `failsafe` keeps every scalar as text; Go's rules decide later what it means. */
const OPTIONS = { schema: 'failsafe', uniqueKeys: false, merge: false, keepSourceTokens: false, strict: true, prettyErrors: false } as const;

/** Of one document only the first error is said: what follows it is mostly its consequence. */
function compose({ tokens, read }: Source, report: Report): readonly Document.Parsed[] {
  const out: Document.Parsed[] = [];
  for (const document of new (yamlPackage().Composer)(OPTIONS).compose(tokens)) {
    const error = document.errors[0];
    if (error?.message.startsWith('Missing closing') === true) reportOpenQuote(tokens, error.pos[0], report);
    else if (error !== undefined) reportError(error, read, report);
    out.push(document);
  }
  return out;
}

function reportError(error: YAMLParseError, read: Reindented, report: Report): void {
  const start = read.back(error.pos[0]);
  report(plainMessage(error.message), start, Math.max(read.back(error.pos[1]), start + 1));
}

/** The parser says where the text ran out; the user wants to know where it began. */
function reportOpenQuote(tokens: readonly CST.Token[], end: number, report: Report): void {
  const todo = [...tokens];
  for (let token = todo.pop(); token !== undefined; token = todo.pop()) {
    if ('source' in token && (token.type === 'double-quoted-scalar' || token.type === 'single-quoted-scalar') && token.offset <= end && token.offset + token.source.length >= end) {
      return report('this quote is not closed', token.offset, token.offset + 1);
    }
    todo.push(...childTokens(token));
  }
  report('a quote is not closed', Math.max(0, end - 1), Math.max(1, end));
}

/** The parser's sentence in our style: lower case, one line, no full stop. */
function plainMessage(message: string): string {
  const line = message.split('\n')[0] ?? '';
  const bare = line.replace(/[:.]\s*$/, '');
  return /^[A-Z][a-z]/.test(bare) ? (bare[0] ?? '').toLowerCase() + bare.slice(1) : bare;
}
