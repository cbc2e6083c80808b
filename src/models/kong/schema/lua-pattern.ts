/**
 * Lua 5.1 patterns (kong's schemas hold them as they are): classes `%a %d %l %s %u %w %x %p %c`, sets, `*` `+` `-` `?`,
 * anchors and `%b`. Captures and frontiers do not occur there. Compiled to JavaScript on byte strings.
 */
const CLASSES: Readonly<Record<string, string>> = {
  a: 'A-Za-z', c: '\\x00-\\x1f\\x7f', d: '0-9', l: 'a-z', p: '!-/:-@\\[-`{-~', s: '\\t-\\r ', u: 'A-Z', w: '0-9A-Za-z', x: '0-9A-Fa-f',
};
const cache = new Map<string, RegExp>();

export function luaMatches(text: string, pattern: string): boolean {
  let regex = cache.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(translate(pattern), 's');
    cache.set(pattern, regex);
  }
  return regex.test(text);
}

function translate(pattern: string): string {
  let out = '';
  let at = 0;
  if (pattern.startsWith('^')) {
    out = '^';
    at = 1;
  }
  while (at < pattern.length) {
    if (pattern[at] === '$' && at === pattern.length - 1) return `${out}$`;
    const atom = atomAt(pattern, at);
    at = atom.end;
    const suffix = { '*': '*', '+': '+', '-': '*?', '?': '?' }[pattern[at] ?? ''];
    out += atom.text + (suffix ?? '');
    if (suffix !== undefined) at += 1;
  }
  return out;
}

function atomAt(pattern: string, at: number): { readonly text: string; readonly end: number } {
  const char = pattern.charAt(at);
  if (char === '.') return { text: '.', end: at + 1 };
  if (char === '%') return { text: classText(pattern.charAt(at + 1)), end: at + 2 };
  if (char === '[') return setAt(pattern, at);
  return { text: escaped(char), end: at + 1 };
}

function classText(letter: string): string {
  const inside = CLASSES[letter.toLowerCase()];
  if (inside === undefined) return escaped(letter);
  return letter === letter.toLowerCase() ? `[${inside}]` : `[^${inside}]`;
}

/** A `]` right behind the opening bracket is a member. */
function setAt(pattern: string, from: number): { readonly text: string; readonly end: number } {
  let at = from + 1;
  let out = '[';
  if (pattern[at] === '^') {
    out += '^';
    at += 1;
  }
  const first = at;
  while (at < pattern.length && (pattern[at] !== ']' || at === first)) {
    const char = pattern.charAt(at);
    if (char === '%') {
      out += CLASSES[pattern.charAt(at + 1).toLowerCase()] ?? escaped(pattern.charAt(at + 1));
      at += 2;
    } else if (pattern[at + 1] === '-' && at + 2 < pattern.length && pattern[at + 2] !== ']') {
      out += `${escaped(char)}-${escaped(pattern.charAt(at + 2))}`;
      at += 3;
    } else {
      out += escaped(char);
      at += 1;
    }
  }
  return { text: `${out}]`, end: at + 1 };
}

function escaped(char: string): string {
  return /[A-Za-z0-9_ ]/.test(char) ? char : `\\x${(char.charCodeAt(0) & 255).toString(16).padStart(2, '0')}`;
}
