import { luaTokens } from './lua-lexer.ts';
import type { LuaToken } from './lua-lexer.ts';
import { LuaLabels } from './lua-labels.ts';

/** Whether LuaJIT, built with its additions of Lua 5.2 as in Kong, would load this text as a chunk: nothing is run. */
export function isLuaChunk(text: string): boolean {
  const tokens = luaTokens(text);
  return tokens !== undefined && new LuaReader(tokens).chunk();
}

const BLOCK_END = new Set(['else', 'elseif', 'end', 'until']);
const BINARY: Readonly<Record<string, readonly [number, number]>> = {
  or: [1, 1], and: [2, 2], '<': [3, 3], '>': [3, 3], '<=': [3, 3], '>=': [3, 3], '~=': [3, 3], '==': [3, 3], '..': [5, 4], '+': [6, 6], '-': [6, 6], '*': [7, 7], '/': [7, 7], '%': [7, 7], '^': [10, 9],
};
const UNARY_POWER = 8;
/** LuaJIT gives up on text that nests deeper. */
const MOST_LEVELS = 200;

/** A cursor with the state of the function and loop that it is in; the first fault ends it. */
class LuaReader {
  readonly #tokens: readonly LuaToken[];
  #at = 0;
  #ok = true;
  #loops = 0;
  #levels = 0;
  #hasRest = true;
  #labels = new LuaLabels();
  constructor(tokens: readonly LuaToken[]) {
    this.#tokens = tokens;
  }

  chunk(): boolean {
    this.#block();
    return this.#ok && this.#labels.done() && this.#peek().kind === 'end';
  }

  #peek(): LuaToken {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }
  #is(text: string): boolean {
    const token = this.#peek();
    return (token.kind === 'symbol' || token.kind === 'keyword') && token.text === text;
  }
  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at += 1;
    return true;
  }
  #expect(text: string): void {
    if (!this.#accept(text)) this.#ok = false;
  }
  #name(): string {
    const { kind, text } = this.#peek();
    if (kind === 'name') this.#at += 1;
    else this.#ok = false;
    return text;
  }

  #block(): void {
    this.#levels += 1;
    if (this.#levels > MOST_LEVELS) this.#ok = false;
    this.#labels.open();
    this.#statements();
    this.#labels.close();
    this.#levels -= 1;
  }

  #statements(): void {
    while (this.#ok && this.#peek().kind !== 'end' && !(this.#peek().kind === 'keyword' && BLOCK_END.has(this.#peek().text))) {
      if (this.#is('return')) {
        this.#return();
        break;
      }
      this.#statement();
    }
  }

  #return(): void {
    this.#at += 1;
    const token = this.#peek();
    const isOver = token.kind === 'end' || this.#is(';') || (token.kind === 'keyword' && BLOCK_END.has(token.text));
    if (!isOver) this.#expressions();
    this.#accept(';');
  }

  #statement(): void {
    const token = this.#peek();
    if (token.kind === 'keyword' && this.#keyword(token.text)) return;
    if (this.#accept(';')) return;
    if (this.#is('::')) return this.#label();
    this.#assignmentOrCall();
  }

  /** A label that ends its block, with others and empty statements behind it at most, lies outside the scope of its locals. */
  #label(): void {
    const names: string[] = [];
    while (this.#ok && this.#accept('::')) {
      names.push(this.#name());
      this.#expect('::');
      while (this.#accept(';'));
    }
    const { kind, text } = this.#peek();
    const isLast = kind === 'end' || (kind === 'keyword' && BLOCK_END.has(text) && text !== 'until');
    for (const name of names) this.#labels.add(name, isLast);
  }

  #keyword(word: string): boolean {
    switch (word) {
      case 'if':
        this.#if();
        return true;
      case 'while':
        this.#at += 1;
        this.#expression();
        this.#expect('do');
        this.#loop('end');
        return true;
      case 'do':
        this.#at += 1;
        this.#block();
        this.#expect('end');
        return true;
      case 'for':
        this.#for();
        return true;
      case 'repeat':
        this.#at += 1;
        this.#loop('until');
        this.#expression();
        return true;
      case 'function':
        this.#at += 1;
        this.#functionName();
        this.#body();
        return true;
      case 'local':
        this.#local();
        return true;
      case 'break':
        this.#at += 1;
        if (this.#loops === 0) this.#ok = false;
        return true;
      case 'goto':
        this.#at += 1;
        this.#labels.jump(this.#name());
        return true;
      default:
        return false;
    }
  }

  #loop(end: string): void {
    this.#loops += 1;
    this.#block();
    this.#loops -= 1;
    this.#expect(end);
  }

  #if(): void {
    do {
      this.#at += 1;
      this.#expression();
      this.#expect('then');
      this.#block();
    } while (this.#ok && this.#is('elseif'));
    if (this.#accept('else')) this.#block();
    this.#expect('end');
  }

  #for(): void {
    this.#at += 1;
    this.#name();
    if (this.#accept('=')) {
      this.#expression();
      this.#expect(',');
      this.#expression();
      if (this.#accept(',')) this.#expression();
    } else {
      while (this.#accept(',')) this.#name();
      this.#expect('in');
      this.#expressions();
    }
    this.#expect('do');
    this.#loop('end');
  }

  #functionName(): void {
    this.#name();
    while (this.#accept('.')) this.#name();
    if (this.#accept(':')) this.#name();
  }

  #local(): void {
    this.#at += 1;
    const isFunction = this.#accept('function');
    this.#name();
    if (isFunction) this.#body();
    else {
      while (this.#accept(',')) this.#name();
      if (this.#accept('=')) this.#expressions();
    }
    this.#labels.declare();
  }

  /** Parameters and block of a function: loops, labels and `...` of the outer one do not count inside. */
  #body(): void {
    const outer = { loops: this.#loops, hasRest: this.#hasRest, labels: this.#labels };
    this.#loops = 0;
    this.#hasRest = false;
    this.#labels = new LuaLabels();
    this.#expect('(');
    if (!this.#is(')')) {
      do {
        if (this.#accept('...')) this.#hasRest = true;
        else this.#name();
      } while (this.#ok && !this.#hasRest && this.#accept(','));
    }
    this.#expect(')');
    this.#block();
    this.#expect('end');
    if (!this.#labels.done()) this.#ok = false;
    this.#loops = outer.loops;
    this.#hasRest = outer.hasRest;
    this.#labels = outer.labels;
  }

  /** A statement that begins with an expression is a call, or the left side of an assignment. */
  #assignmentOrCall(): void {
    let kind = this.#suffixed();
    if (kind === 'call') return;
    while (this.#ok && this.#accept(',')) {
      if (kind !== 'place') this.#ok = false;
      kind = this.#suffixed();
    }
    if (kind !== 'place') this.#ok = false;
    this.#expect('=');
    this.#expressions();
  }

  #suffixed(): 'place' | 'call' | 'value' {
    let kind: 'place' | 'call' | 'value' = 'place';
    if (this.#accept('(')) {
      this.#expression();
      this.#expect(')');
      kind = 'value';
    } else this.#name();
    while (this.#ok) {
      if (this.#accept('.')) {
        this.#name();
        kind = 'place';
      } else if (this.#accept('[')) {
        this.#expression();
        this.#expect(']');
        kind = 'place';
      } else if (this.#accept(':')) {
        this.#name();
        this.#arguments();
        kind = 'call';
      } else if (this.#is('(') || this.#is('{') || this.#peek().kind === 'string') {
        this.#arguments();
        kind = 'call';
      } else break;
    }
    return kind;
  }

  #arguments(): void {
    if (this.#peek().kind === 'string') this.#at += 1;
    else if (this.#is('{')) this.#tableLiteral();
    else {
      this.#expect('(');
      if (!this.#is(')')) this.#expressions();
      this.#expect(')');
    }
  }

  #expressions(): void {
    do this.#expression();
    while (this.#ok && this.#accept(','));
  }

  #expression(limit = 0): void {
    this.#levels += 1;
    if (this.#levels > MOST_LEVELS) this.#ok = false;
    if (this.#ok && (this.#accept('not') || this.#accept('-') || this.#accept('#'))) this.#expression(UNARY_POWER);
    else if (this.#ok) this.#simple();
    while (this.#ok) {
      const token = this.#peek();
      const power = token.kind === 'symbol' || token.kind === 'keyword' ? BINARY[token.text] : undefined;
      if (power === undefined || power[0] <= limit) break;
      this.#at += 1;
      this.#expression(power[1]);
    }
    this.#levels -= 1;
  }

  #simple(): void {
    const token = this.#peek();
    if (token.kind === 'number' || token.kind === 'string' || this.#is('nil') || this.#is('true') || this.#is('false')) this.#at += 1;
    else if (this.#is('...')) {
      this.#at += 1;
      if (!this.#hasRest) this.#ok = false;
    } else if (this.#is('{')) this.#tableLiteral();
    else if (this.#accept('function')) this.#body();
    else this.#suffixed();
  }

  #tableLiteral(): void {
    this.#expect('{');
    while (this.#ok && !this.#is('}')) {
      if (this.#accept('[')) {
        this.#expression();
        this.#expect(']');
        this.#expect('=');
      } else if (this.#peek().kind === 'name' && this.#tokens[this.#at + 1]?.text === '=' && this.#tokens[this.#at + 1]?.kind === 'symbol') this.#at += 2;
      this.#expression();
      if (!this.#accept(',') && !this.#accept(';')) break;
    }
    this.#expect('}');
  }
}
