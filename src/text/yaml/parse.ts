import { Composer, Parser } from 'yaml';
import type { CST, Document } from 'yaml';
import type { Origins } from '../origin.ts';
import type { SourceFile } from '../source-file.ts';
import { convertDocument } from './convert.ts';
import type { ConvertState } from './convert.ts';
import type { YamlFile, YamlNode, YamlProblem } from './node.ts';

/** Deeper than any real file; below what the stack of a recursive reader holds. */
const MAX_DEPTH = 200;
/** Nodes that aliases may add to one file: an alias bomb ends here, 1,000 services with a shared block do not. */
const MAX_ALIAS_NODES = 200_000;

/**
 * Reads YAML as Go does into a tree with places. Never throws; a file with problems still gives what could be read.
 * Nothing outside this folder knows which parser stands behind it.
 */
export function parseYaml(file: SourceFile, origins: Origins): YamlFile {
  const problems: YamlProblem[] = [];
  const said = new Set<string>();
  const report = (message: string, start: number, end: number, related?: YamlProblem['related']): void => {
    const id = `${String(start)} ${message}`;
    if (said.has(id)) return;
    said.add(id);
    const origin = origins.span(file.path, start, end);
    problems.push({ message, start, end, origin, ...(related === undefined ? {} : { related }) });
  };
  const tokens = tokenize(file.text, report);
  if (tokens === undefined) return { docs: [], problems };
  const state: ConvertState = { file, origins, report, budget: MAX_ALIAS_NODES, overBudget: false };
  const docs = compose(tokens, report).map((document) => convertDocument(document, state));
  return withRoot(docs, problems);
}

function withRoot(docs: readonly YamlNode[], problems: readonly YamlProblem[]): YamlFile {
  const root = docs[0];
  return root === undefined ? { docs, problems } : { docs, root, problems };
}

type Report = ConvertState['report'];

/** Tokens of the file, or undefined when they nest too deep to go on. */
function tokenize(text: string, report: Report): readonly CST.Token[] | undefined {
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    report('a NUL character is not allowed in YAML', nul, nul + 1);
    return undefined;
  }
  const tokens = [...new Parser().parse(text)];
  for (const token of tokens) if (token.type === 'directive' && /^%YAML\s+(?!1\.1\s*$)/.test(token.source)) report('Go reads only YAML 1.1: found incompatible YAML document', token.offset, token.offset + token.source.length);
  const deep = tooDeep(tokens);
  if (deep === undefined) return tokens;
  report(`nested deeper than ${String(MAX_DEPTH)} levels`, deep, deep + 1);
  return undefined;
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

function childTokens(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  const out: CST.Token[] = [];
  for (const item of token.items) {
    if (item.key !== undefined && item.key !== null) out.push(item.key);
    if (item.value !== undefined) out.push(item.value);
  }
  return out;
}

/** `failsafe` keeps every scalar as text; Go's rules decide later what it means. */
const OPTIONS = { schema: 'failsafe', uniqueKeys: false, merge: false, keepSourceTokens: false, strict: true, prettyErrors: false } as const;

function compose(tokens: readonly CST.Token[], report: Report): readonly Document.Parsed[] {
  const out: Document.Parsed[] = [];
  for (const document of new Composer(OPTIONS).compose(tokens)) {
    for (const error of document.errors) report(plainMessage(error.message), error.pos[0], Math.max(error.pos[1], error.pos[0] + 1));
    out.push(document);
  }
  return out;
}

/** The parser's sentence in our style: lower case, one line, no full stop. */
function plainMessage(message: string): string {
  const line = message.split('\n')[0] ?? '';
  const bare = line.replace(/[:.]\s*$/, '');
  return /^[A-Z][a-z]/.test(bare) ? (bare[0] ?? '').toLowerCase() + bare.slice(1) : bare;
}
