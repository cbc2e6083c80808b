import { ConfigError } from './tokens.ts';

/** A PCRE pattern as nginx runs it: over bytes (latin-1), without multi-line. */
export interface Regex {
  /** The numbered groups of a match ('' where a group took no part), index 0 the whole; undefined = no match. */
  match(subject: string): readonly string[] | undefined;
  test(subject: string): boolean;
  /** Named groups and their numbers: nginx sets a variable for each. */
  readonly names: readonly (readonly [name: string, group: number])[];
}

/** Names the construct that this reader does not know. */
function unknown(what: string, source: string): never {
  throw new ConfigError(`pattern ${source}: ${what} is not known here`);
}

interface Reader {
  readonly source: string;
  at: number;
  groups: number;
  atomics: number;
  readonly names: [string, number][];
}

/**
 * Rewritten for `RegExp`: every group gets a name, since possessive and atomic parts (`(?=(?<a1>..))\k<a1>`) add groups of
 * their own; `$`, `.`, `\s` say in PCRE what they do not say in JavaScript.
 */
export function compilePcre(source: string, insensitive: boolean): Regex {
  const reader: Reader = { source, at: 0, groups: 0, atomics: 0, names: [] };
  const flag = source.startsWith('(?i)');
  if (flag) reader.at = 4;
  const body = alternatives(reader);
  if (reader.at < source.length) unknown('")"', source);
  const regex = new RegExp(body, insensitive || flag ? 'i' : '');
  const keys = Array.from({ length: reader.groups }, (_, index) => `g${String(index + 1)}`);
  return {
    names: reader.names,
    test: (subject) => regex.test(subject),
    match: (subject) => {
      const found = regex.exec(subject);
      if (found === null) return undefined;
      return [found[0], ...keys.map((key) => found.groups?.[key] ?? '')];
    },
  };
}

function alternatives(reader: Reader): string {
  let out = sequence(reader);
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    out += `|${sequence(reader)}`;
  }
  return out;
}

function sequence(reader: Reader): string {
  let out = '';
  for (let char = reader.source[reader.at]; char !== undefined && char !== '|' && char !== ')'; char = reader.source[reader.at]) out += quantified(reader, atom(reader, char));
  return out;
}

const QUANTIFIER = /(?:[*+?]|\{\d+(?:,\d*)?\})([+?]?)/y;

function quantified(reader: Reader, text: string): string {
  QUANTIFIER.lastIndex = reader.at;
  const found = QUANTIFIER.exec(reader.source);
  if (found === null) return text;
  reader.at += found[0].length;
  return found[1] === '+' ? atomic(reader, text + found[0].slice(0, -1)) : text + found[0];
}

/** A part that gives nothing back: looked at once, then taken by reference. */
function atomic(reader: Reader, text: string): string {
  reader.atomics += 1;
  const name = `a${String(reader.atomics)}`;
  return `(?:(?=(?<${name}>${text}))\\k<${name}>)`;
}

function atom(reader: Reader, char: string): string {
  switch (char) {
    case '(': return group(reader);
    case '[': return characterClass(reader);
    case '\\': return escape(reader);
    case '.': reader.at += 1; return '[^\\n]';
    case '$': reader.at += 1; return '(?=\\n?(?![^]))';
    case '^': reader.at += 1; return '^';
    case '*': case '+': case '?': return unknown('a quantifier of nothing', reader.source);
    default: reader.at += 1; return /[/{}\]]/.test(char) ? `\\${char}` : char;
  }
}

const OPENINGS = /\((?:\?(?:(:|=|!|>|<=|<!)|P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'))?/y;

function group(reader: Reader): string {
  OPENINGS.lastIndex = reader.at;
  const found = OPENINGS.exec(reader.source);
  if (found === null) return unknown('a group', reader.source);
  const [open, look, angle, tick] = found;
  if (open === '(' && (reader.source[reader.at + 1] === '?' || reader.source[reader.at + 1] === '*')) return unknown(reader.source.slice(reader.at, reader.at + 4), reader.source);
  reader.at += open.length;
  const name = angle ?? tick;
  let number = 0;
  if (look === undefined) {
    reader.groups += 1;
    number = reader.groups;
    if (name !== undefined) reader.names.push([name, number]);
  }
  const body = alternatives(reader);
  if (reader.source[reader.at] !== ')') unknown('an open group', reader.source);
  reader.at += 1;
  if (look === '>') return atomic(reader, body);
  return look === undefined ? `(?<g${String(number)}>${body})` : `(?${look}${body})`;
}

const SPACE = '\\t\\n\\v\\f\\r ';

function escape(reader: Reader): string {
  const char = reader.source[reader.at + 1] ?? '';
  if (char === 'x') return hex(reader);
  if (char === 'k') return namedReference(reader);
  reader.at += 2;
  if (/[1-9]/.test(char)) return `\\k<g${char}>`;
  switch (char) {
    case 'z': return '(?![^])';
    case 'Z': return '(?=\\n?(?![^]))';
    case 'A': return '(?<![^])';
    case 's': return `[${SPACE}]`;
    case 'S': return `[^${SPACE}]`;
    case 'd': case 'D': case 'w': case 'W': case 'b': case 'B': case 't': case 'n': case 'r': case 'f': return `\\${char}`;
    default: return /[A-Za-z0-9]/.test(char) || char === '' ? unknown(`\\${char}`, reader.source) : `\\${char}`;
  }
}

function namedReference(reader: Reader): string {
  const [text = '', name = ''] = /^\\k<([A-Za-z_]\w*)>/.exec(reader.source.slice(reader.at)) ?? [];
  const group = reader.names.findLast(([known]) => known === name)?.[1];
  if (group === undefined) return unknown('\\k', reader.source);
  reader.at += text.length;
  return `\\k<g${String(group)}>`;
}

function hex(reader: Reader): string {
  const digits = /^[0-9A-Fa-f]{2}/.exec(reader.source.slice(reader.at + 2, reader.at + 4))?.[0];
  if (digits === undefined) return unknown('\\x', reader.source);
  reader.at += 4;
  return `\\x${digits}`;
}

function characterClass(reader: Reader): string {
  const { source } = reader;
  reader.at += 1;
  let out = '[';
  if (source[reader.at] === '^') {
    reader.at += 1;
    out += '^';
  }
  if (source[reader.at] === ']') {
    reader.at += 1;
    out += '\\]';
  }
  for (let char = source[reader.at]; char !== ']'; char = source[reader.at]) {
    if (char === undefined) return unknown('an open class', source);
    if (char === '[' && /^\[[:.=]/.test(source.slice(reader.at, reader.at + 2))) return unknown('a POSIX class', source);
    if (char === '\\') out += classEscape(reader);
    else {
      out += char === '[' ? '\\[' : char;
      reader.at += 1;
    }
  }
  reader.at += 1;
  return `${out}]`;
}

function classEscape(reader: Reader): string {
  const char = reader.source[reader.at + 1] ?? '';
  if (char === 'x') return hex(reader);
  reader.at += 2;
  if (char === 's') return SPACE;
  if (/[dDwWtnrf]/.test(char)) return `\\${char}`;
  return /[A-Za-z0-9]/.test(char) || char === '' ? unknown(`\\${char} in a class`, reader.source) : `\\${char}`;
}
