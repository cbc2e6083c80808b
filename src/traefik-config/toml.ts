import { createRequire } from 'node:module';
import type { AST } from 'toml-eslint-parser';
import type { OriginId, Origins, SourceFile } from '../text/index.ts';
import { once } from '../text/once.ts';
import { fileText, floatText } from './file-value.ts';
import type { FileMapping, FileScalar, FileValue } from './file-value.ts';

export interface TomlFile {
  readonly root?: FileMapping;
  readonly problems: readonly { readonly message: string; readonly origin: OriginId }[];
}

/** The parser is loaded by the first TOML file: most gateways have none. */
const parser = once(() => {
  const load: (name: 'toml-eslint-parser') => typeof import('toml-eslint-parser') = createRequire(import.meta.url);
  return load('toml-eslint-parser');
});

/**
 * Reads TOML into a tree with places. Never throws; the first mistake ends the file, as in the engine. TOML 1.1 is what the
 * decoder of Traefik 3.7 (BurntSushi/toml 1.6) takes: line breaks in inline tables and `\x41` load there.
 */
export function parseToml(file: SourceFile, origins: Origins): TomlFile {
  const tree = new Tree(file, origins);
  // The engine skips a byte order mark; a blank in its place keeps every offset.
  const text = file.text.replace(/^\uFEFF/, ' ');
  const alone = text.search(/\r(?!\n)/);
  if (alone >= 0) return { problems: [{ message: 'a carriage return without a line feed', origin: origins.span(file.path, alone, alone + 1) }] };
  const { parseTOML, ParseError } = parser();
  try {
    return { root: tree.read(parseTOML(text, { tomlVersion: '1.1' })), problems: [] };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { problems: [{ message: error.message, origin: origins.span(file.path, ...wordAt(text, error.index)) }] };
  }
}

/** The parser says where a mistake begins; what is shown is the word there, or one character. */
function wordAt(text: string, index: number): [number, number] {
  const at = Math.min(index, text.length);
  const word = /[\w-]*/y;
  word.lastIndex = at;
  return [at, Math.min(at + Math.max(1, word.exec(text)?.[0].length ?? 0), text.length)];
}

interface Table {
  readonly origin: OriginId;
  readonly entries: Map<string, { readonly origin: OriginId; readonly value: Draft }>;
}
/** What is built while headers may still add to it: a table, the tables of `[[name]]`, or a finished value. */
type Draft = { readonly table: Table } | { readonly tables: Table[]; readonly origin: OriginId } | { readonly value: FileValue };

/** The parser has refused whatever is defined twice or extended where it may not be: only the merging is left. */
class Tree {
  readonly #file: SourceFile;
  readonly #origins: Origins;

  constructor(file: SourceFile, origins: Origins) {
    this.#file = file;
    this.#origins = origins;
  }

  read(program: AST.TOMLProgram): FileMapping {
    const root = newTable(this.#origins.span(this.#file.path, 0, 0));
    for (const node of program.body[0].body) {
      const into = node.type === 'TOMLTable' ? this.#header(root, node) : root;
      for (const pair of node.type === 'TOMLTable' ? node.body : [node]) this.#add(into, pair);
    }
    return mappingOf(root);
  }

  #header(root: Table, node: AST.TOMLTable): Table {
    const { above, last } = this.#descend(root, node.key);
    return node.kind === 'array' ? this.#append(above, last) : this.#open(above, last);
  }

  #add(into: Table, node: AST.TOMLKeyValue): void {
    const { above, last } = this.#descend(into, node.key);
    above.entries.set(nameOf(last), { origin: this.#place(last), value: { value: this.#value(node.value) } });
  }

  /** The table that holds the last part of a key; a list of tables stands for its newest. */
  #descend(from: Table, key: AST.TOMLKey): { readonly above: Table; readonly last: AST.TOMLBare | AST.TOMLQuoted } {
    const last = key.keys[key.keys.length - 1];
    if (last === undefined) throw new Error('a key has at least one part');
    return { above: key.keys.slice(0, -1).reduce((at, part) => this.#open(at, part), from), last };
  }

  #open(above: Table, part: AST.TOMLBare | AST.TOMLQuoted): Table {
    const found = above.entries.get(nameOf(part))?.value;
    if (found !== undefined && 'table' in found) return found.table;
    const newest = found !== undefined && 'tables' in found ? found.tables.at(-1) : undefined;
    if (newest !== undefined) return newest;
    const made = newTable(this.#place(part));
    above.entries.set(nameOf(part), { origin: made.origin, value: { table: made } });
    return made;
  }

  #append(above: Table, part: AST.TOMLBare | AST.TOMLQuoted): Table {
    const made = newTable(this.#place(part));
    const found = above.entries.get(nameOf(part))?.value;
    if (found !== undefined && 'tables' in found) found.tables.push(made);
    else above.entries.set(nameOf(part), { origin: made.origin, value: { tables: [made], origin: made.origin } });
    return made;
  }

  #value(node: AST.TOMLContentNode): FileValue {
    if (node.type === 'TOMLArray') return { kind: 'sequence', items: node.elements.map((item) => this.#value(item)), origin: this.#place(node) };
    if (node.type === 'TOMLValue') return this.#scalar(node);
    const [start] = node.range;
    const table = newTable(this.#origins.span(this.#file.path, start, start + 1));
    for (const pair of node.body) this.#add(table, pair);
    return mappingOf(table);
  }

  #scalar(node: AST.TOMLValue): FileScalar {
    const made = (go: FileScalar['go'], text: string, origin = this.#place(node)): FileScalar => ({ kind: 'scalar', go, text: fileText(text), origin });
    if (node.kind === 'string') return made('string', node.value, this.#stringPlace(node));
    if (node.kind === 'boolean') return made('bool', String(node.value));
    if (node.kind === 'integer') return made('int64', String(node.bigint));
    return node.kind === 'float' ? made('float64', floatText(node.value)) : made('struct', node.datetime);
  }

  /** Where the text is written as it reads: inside its quotes, so that a part of it can be pointed at. */
  #stringPlace(node: AST.TOMLStringValue): OriginId {
    const [start, end] = node.range;
    const plain = !node.multiline && this.#file.text.slice(start + 1, end - 1) === node.value;
    return plain ? this.#origins.span(this.#file.path, start + 1, end - 1) : this.#place(node);
  }

  #place({ range: [start, end] }: { readonly range: readonly [number, number] }): OriginId {
    return this.#origins.span(this.#file.path, start, end);
  }
}

function newTable(origin: OriginId): Table {
  return { origin, entries: new Map() };
}

function nameOf(part: AST.TOMLBare | AST.TOMLQuoted): string {
  return part.type === 'TOMLBare' ? part.name : part.value;
}

function mappingOf({ origin, entries }: Table): FileMapping {
  return { kind: 'mapping', entries: [...entries].map(([key, entry]) => ({ key, origin: entry.origin, value: valueOf(entry.value) })), origin };
}

function valueOf(draft: Draft): FileValue {
  if ('value' in draft) return draft.value;
  return 'table' in draft ? mappingOf(draft.table) : { kind: 'sequence', items: draft.tables.map(mappingOf), origin: draft.origin };
}
