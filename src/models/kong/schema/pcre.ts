/**
 * Whether PCRE2 would compile a pattern, by its syntax: brackets, quantifiers, escapes, references and group forms. What is
 * not looked at is the length of a lookbehind beyond its quantifiers, and the names of Unicode properties.
 */
export function isPcre(pattern: string): boolean {
  return new PcreReader(pattern, capturesOf(pattern)).whole();
}

interface Captures {
  readonly count: number;
  readonly names: readonly string[];
}

/** Captures are known before references are judged: a reference may stand before its group. */
function capturesOf(pattern: string): Captures {
  const bare = pattern.replace(/\\Q.*?(?:\\E|$)/gs, '_').replace(/\\./gs, '_').replace(/\[\^?\]?(?:\[:\w+:\]|[^\]])*\]/g, '_').replace(/\(\?\((?!\?)/g, '(?');
  const names = [...bare.matchAll(/\(\?(?:P?<(?![=!])|')(\w+)[>']/g)].map((match) => match[1] ?? '');
  return { count: names.length + [...bare.matchAll(/\((?![?*])/g)].length, names };
}

const POSIX = new Set('alpha lower upper alnum ascii blank cntrl digit graph print punct space word xdigit'.split(' '));
/** `[:name:]` and its kin, which have a meaning inside a class alone. */
const POSIX_FORM = /^\[([:.=])((?:\\[\]\\]|(?!\[\1|\]|\1\]).)*)\1\]/s;
const ESCAPES = /^\\(?:x\{[0-9a-fA-F]+\}|o\{[0-7]+\}|x(?!\{)[0-9a-fA-F]{0,2}|c[\x20-\x7e]|[pP](?:\{\^?[\w&= -]+\}|[CLMNPSZclmnpsz])|[aABbCdDeEfGhHKnNQrRsStvVwWXzZ]|0[0-7]{0,2}|[^A-Za-z0-9])/s;
const CLASS_ESCAPES = /^\\(?:x\{[0-9a-fA-F]+\}|o\{[0-7]+\}|x(?!\{)[0-9a-fA-F]{0,2}|c[\x20-\x7e]|[pP](?:\{\^?[\w&= -]+\}|[CLMNPSZclmnpsz])|[abdDeEfhHnQrsStvVwW]|[0-7]{1,3}|[89]|[^A-Za-z0-9])/s;
const SET_ESCAPE = /^\\[dDhHsSvVwWpP]/;
const REFERENCE = /^\\(?:k(?:<(\w+)>|'(\w+)'|\{(\w+)\})|g(?:\{(-?\w+)\}|(-?\d+)|<([+-]?\w+)>|'([+-]?\w+)')|([1-9]\d*))/;
const QUANTIFIER = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})[+?]?/;
const GROUPS = [/^\(\?[:|>=!*]/, /^\(\?<[=!*]/, /^\(\?(?:P?<([A-Za-z_]\w{0,31})>|'([A-Za-z_]\w{0,31})')/, /^\(\?(?:[imsxnJU]|xx)*(?:-(?:[imsxnJ]|xx)*)?:/, /^\(\?\^[imsxn]*:/, /^\((?![?*])/] as const;
const WHOLE_GROUPS = [/^\(\?#[^)]*\)/s, /^\(\?R\)/, /^\(\?C\d*\)/, /^\(\*(?:ACCEPT|FAIL|F|COMMIT|PRUNE|SKIP|THEN|MARK)?(?::[^)]*)?\)/, /^\(\?(?:[imsxnJU]|xx)*(?:-(?:[imsxnJU]|xx)*)?\)/, /^\(\?\^[imsxn]*\)/] as const;
const CALL = /^\(\?(?:P=(\w+)|P>(\w+)|&(\w+)|([+-]?\d+))\)/;
const CONDITION = /^\(\?\((?:(\d+)|[+-]\d+|<(\w+)>|'(\w+)'|R\d*|R&\w+|DEFINE|VERSION>?=\d+\.\d+|(\w+))\)/;
const MOST_TIMES = 65_535;

class PcreReader {
  readonly #pattern: string;
  readonly #captures: Captures;
  #at = 0;
  readonly #groups: { readonly looksBehind: boolean }[] = [];
  /** Whether a quantifier may stand here. */
  #repeatable = false;
  readonly #names = new Set<string>();

  constructor(pattern: string, captures: Captures) {
    this.#pattern = pattern;
    this.#captures = captures;
  }

  whole(): boolean {
    while (this.#at < this.#pattern.length) if (!this.#next()) return false;
    return this.#groups.length === 0;
  }

  #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  #take(length: number, repeatable: boolean): true {
    this.#at += length;
    this.#repeatable = repeatable;
    return true;
  }

  #next(): boolean {
    const char = this.#pattern.charAt(this.#at);
    switch (char) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#set();
      case '(':
        return this.#open();
      case ')':
        return this.#groups.pop() !== undefined && this.#take(1, true);
      case '|':
      case '^':
      case '$':
        return this.#take(1, false);
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#quantifier();
      default:
        return this.#take(1, true);
    }
  }

  #escape(): boolean {
    const rest = this.#rest();
    if (rest.startsWith('\\Q')) {
      const end = rest.indexOf('\\E');
      const text = rest.slice(2, end === -1 ? undefined : end);
      return this.#take(end === -1 ? rest.length : end + 2, text !== '' || this.#repeatable);
    }
    if (rest.startsWith('\\E')) return this.#take(2, this.#repeatable);
    const reference = REFERENCE.exec(rest);
    if (reference !== null) return this.#refersToGroup(reference) && this.#take(reference[0].length, true);
    const found = ESCAPES.exec(rest)?.[0];
    return found !== undefined && isOneByte(found) && this.#take(found.length, !/^\\[AbBGKzZ]/.test(found));
  }

  /** `\1`, `\g{-1}`, `\k<name>`; from `\10` on an octal number where there are not so many groups. */
  #refersToGroup(match: RegExpExecArray): boolean {
    const [whole, ...found] = match;
    const target = found.find((part) => part !== undefined) ?? '';
    if (!/^[+-]?\d+$/.test(target)) return this.#captures.names.includes(target);
    const number = Math.abs(Number(target));
    return number <= this.#captures.count || (/^\\\d\d/.test(whole) && /^\\[0-7]{2}/.test(whole));
  }

  #quantifier(): boolean {
    const match = QUANTIFIER.exec(this.#rest());
    // A brace that is no quantifier is a character.
    if (match === null) return this.#take(1, true);
    if (!this.#repeatable) return false;
    const [whole, least, comma, most] = match;
    if (this.#groups.some((group) => group.looksBehind) && (least === undefined || (comma !== undefined && most !== least))) return false;
    if (Number(least ?? 0) > MOST_TIMES || Number(most ?? 0) > MOST_TIMES) return false;
    if (most !== undefined && most !== '' && Number(most) < Number(least)) return false;
    return this.#take(whole.length, false);
  }

  #open(): boolean {
    const rest = this.#rest();
    for (const form of WHOLE_GROUPS) {
      const whole = form.exec(rest)?.[0];
      if (whole !== undefined) return this.#take(whole.length, /^\(\?R/.test(whole) || (whole.startsWith('(?#') && this.#repeatable));
    }
    const call = CALL.exec(rest);
    if (call !== null) return this.#isKnown(call.slice(1)) && this.#take(call[0].length, true);
    const condition = CONDITION.exec(rest);
    if (condition !== null) return this.#isKnown(condition.slice(1)) && this.#begin(condition[0].length, false);
    if (/^\(\?\(\?(?:[=!]|<[=!])/.test(rest)) return this.#begin(2, false);
    for (const form of GROUPS) {
      const match = form.exec(rest);
      if (match !== null) return this.#isNewName(match[1] ?? match[2]) && this.#begin(match[0].length, /^\(\?<[=!]/.test(match[0]));
    }
    return false;
  }

  #begin(length: number, looksBehind: boolean): boolean {
    this.#groups.push({ looksBehind });
    return this.#take(length, false);
  }

  #isNewName(name: string | undefined): boolean {
    if (name === undefined) return true;
    const isNew = !this.#names.has(name);
    this.#names.add(name);
    return isNew;
  }

  #isKnown(found: readonly (string | undefined)[]): boolean {
    const target = found.find((part) => part !== undefined);
    if (target === undefined || target === 'DEFINE' || target === 'R') return true;
    return /^[+-]?\d+$/.test(target) ? Math.abs(Number(target)) <= this.#captures.count : this.#captures.names.includes(target);
  }

  /** `[...]`: a bracket right behind the opening one is a member. */
  #set(): boolean {
    if (POSIX_FORM.test(this.#rest())) return false;
    this.#at += this.#pattern.startsWith('[^', this.#at) ? 2 : 1;
    for (let isFirst = true; ; isFirst = false) {
      if (this.#at >= this.#pattern.length) return false;
      if (this.#pattern[this.#at] === ']' && !isFirst) return this.#take(1, true);
      const member = this.#member();
      if (member === undefined) return false;
      if (this.#pattern[this.#at] !== '-' || this.#pattern[this.#at + 1] === ']' || this.#at + 1 >= this.#pattern.length) continue;
      if (member.length > 1) return false;
      this.#at += 1;
      const last = this.#member();
      if (last === undefined || last.length > 1 || last < member) return false;
    }
  }

  /** A member as one character, or a name for a set of them; undefined where it is none. */
  #member(): string | undefined {
    const rest = this.#rest();
    const posix = POSIX_FORM.exec(rest);
    if (posix !== null) {
      if (posix[1] !== ':' || !POSIX.has((posix[2] ?? '').replace(/^\^/, ''))) return undefined;
      this.#at += posix[0].length;
      return 'posix';
    }
    if (!rest.startsWith('\\')) {
      this.#at += 1;
      return rest.charAt(0);
    }
    const escape = CLASS_ESCAPES.exec(rest)?.[0];
    if (escape === undefined || !isOneByte(escape)) return undefined;
    this.#at += escape.length;
    return SET_ESCAPE.test(escape) ? 'set' : characterOf(escape);
  }
}

function isOneByte(escape: string): boolean {
  const hex = /^\\x\{([0-9a-fA-F]+)\}/.exec(escape)?.[1];
  const octal = /^\\o\{([0-7]+)\}/.exec(escape)?.[1];
  return Number.parseInt(hex ?? '0', 16) <= 0xff && Number.parseInt(octal ?? '0', 8) <= 0xff;
}

const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t' };

function characterOf(escape: string): string {
  const code = /^\\x\{?([0-9a-fA-F]*)/.exec(escape)?.[1];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code === '' ? '0' : code, 16));
  const control = /^\\c(.)/.exec(escape)?.[1];
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) ^ 64);
  const octal = /^\\(?:o\{)?([0-7]+)/.exec(escape)?.[1];
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  return CONTROLS[escape.charAt(1)] ?? escape.charAt(1);
}
