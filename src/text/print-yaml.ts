/**
 * A plain tree to YAML text: same tree, same bytes. Only block style, two blanks a level, strings plain where no
 * reader could take them for something else, else double-quoted (JSON's escapes are YAML's).
 * The `yaml` package prints too, at eight times the cost for 10,000 routers and with line folding to switch off.
 */
export type YamlValue = string | number | bigint | boolean | Raw | readonly YamlValue[] | YamlMap;
export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
}
export interface YamlEntry {
  readonly key: string;
  readonly value: YamlValue;
  /** Printed above the entry, one `#` line each. */
  readonly comments?: readonly string[];
}
/** Text that is printed as it stands: an engine's own template. */
export interface Raw {
  readonly kind: 'raw';
  readonly text: string;
}

export function map(entries: readonly YamlEntry[]): YamlMap {
  return { kind: 'map', entries };
}

/** How texts that came from a user are rewritten. */
export interface Escape {
  readonly value: (text: string) => string;
  readonly key: (text: string) => string;
}

const same = (text: string): string => text;

/** Prints a document; ends in a line break. One function rewrites values and keys alike. */
export function printYaml(root: YamlMap, escape: Escape | Escape['value'] = same): string {
  const out: string[] = [];
  printMap(root, '', out, typeof escape === 'function' ? { value: escape, key: escape } : escape);
  return out.join('');
}

/** `first` stands before its first line, where that is not the indentation of all. */
function printMap(node: YamlMap, indent: string, out: string[], escape: Escape, first = indent): void {
  let before = first;
  for (const entry of node.entries) {
    for (const comment of entry.comments ?? NO_COMMENTS) {
      out.push(before, '# ', escape.value(oneLine(comment)), '\n');
      before = indent;
    }
    out.push(before, escape.key(scalar(entry.key)), ':');
    before = indent;
    printValue(entry.value, indent, out, escape);
  }
}

const NO_COMMENTS: readonly string[] = [];

function printValue(value: YamlValue, indent: string, out: string[], escape: Escape): void {
  if (isList(value)) {
    if (value.length === 0) out.push(' []\n');
    else {
      out.push('\n');
      printList(value, `${indent}  `, out, escape);
    }
  } else if (typeof value === 'object' && value.kind === 'map') {
    if (value.entries.length === 0) out.push(' {}\n');
    else {
      out.push('\n');
      printMap(value, `${indent}  `, out, escape);
    }
  } else out.push(' ', inline(value, escape), '\n');
}

function printList(items: readonly YamlValue[], indent: string, out: string[], escape: Escape): void {
  for (const item of items) {
    if (isList(item)) throw new TypeError('a list directly in a list is never emitted');
    if (typeof item === 'object' && item.kind === 'map') {
      if (item.entries.length === 0) {
        out.push(indent, '- {}\n');
        continue;
      }
      printMap(item, `${indent}  `, out, escape, `${indent}- `);
    } else out.push(indent, '- ', inline(item, escape), '\n');
  }
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function inline(value: string | number | bigint | boolean | Raw, escape: Escape): string {
  if (typeof value === 'string') return escape.value(scalar(value));
  return typeof value === 'object' ? value.text : String(value);
}

/** Letters, digits and marks that no YAML 1.1 or 1.2 reader gives a meaning inside a plain scalar that starts with a letter or slash. */
const PLAIN = /^[A-Za-z/][A-Za-z0-9_./()`&|^$+<>=~@*!?;,\\-]*(?: [A-Za-z0-9_./()`&|^$+<>=~@*!?;,\\-]+)*$/;
const WORD_WITH_MEANING = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

/** One scalar, quoted where it must be. Lone surrogates must be refused before. */
export function scalar(text: string): string {
  if (PLAIN.test(text) && !WORD_WITH_MEANING.test(text)) return text;
  return quoted(text);
}

const SPECIAL = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Always double-quoted. YAML 1.1 readers take NEL, LS and PS for line breaks, so these are escaped too. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(SPECIAL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

function oneLine(text: string): string {
  return text.replace(UNSEEN, ' ');
}
