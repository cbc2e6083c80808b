/** An element of a small XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const NAME = /[A-Za-z_][\w.-]*/y;
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads XML 1.0 without DTD, comments and namespaces, as strictly as the standard asks; throws where a parser would refuse. */
export function parseXml(text: string): XmlElement {
  if (!CHARACTERS.test(text)) throw new Error('a character that XML 1.0 does not have');
  const reader = new Reader(text);
  reader.skip(/<\?xml version="1\.0" encoding="UTF-8"\?>\s*/y);
  const root = reader.element();
  reader.skip(/\s*/y);
  reader.end();
  return root;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  element(): XmlElement {
    this.#expect('<');
    const name = this.#take(NAME);
    const attributes: Record<string, string> = {};
    while (this.#match(/\s+(?=[A-Za-z_])/y) !== undefined) {
      const key = this.#take(NAME);
      if (key in attributes) throw new Error(`attribute ${key} twice`);
      this.#expect('="');
      attributes[key] = plain(this.#take(/[^<"]*/y));
      this.#expect('"');
    }
    this.#match(/\s*/y);
    if (this.#match(/\/>/y) !== undefined) return { name, attributes, children: [], text: '' };
    this.#expect('>');
    return { name, attributes, ...this.#content(name) };
  }

  #content(name: string): Pick<XmlElement, 'children' | 'text'> {
    const children: XmlElement[] = [];
    let text = '';
    for (;;) {
      const part = this.#take(/[^<]*/y);
      if (part.includes(']]>')) throw new Error('"]]>" in text');
      text += plain(part);
      if (this.#match(/<\//y) !== undefined) {
        if (this.#take(NAME) !== name) throw new Error(`<${name}> is closed by another name`);
        this.#expect('>');
        return { children, text };
      }
      children.push(this.element());
    }
  }

  skip(pattern: RegExp): void {
    this.#take(pattern);
  }

  end(): void {
    if (this.#at !== this.#text.length) throw new Error('text behind the document');
  }

  #expect(text: string): void {
    if (!this.#text.startsWith(text, this.#at)) throw new Error(`${text} expected at ${this.#text.slice(this.#at, this.#at + 20)}`);
    this.#at += text.length;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #take(pattern: RegExp): string {
    const found = this.#match(pattern);
    if (found === undefined) throw new Error(`${String(pattern)} expected at ${this.#text.slice(this.#at, this.#at + 20)}`);
    return found;
  }
}

function plain(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));|&/g, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : hex === undefined ? undefined : Number.parseInt(hex, 16);
    const char = code === undefined ? ENTITIES[name ?? ''] : String.fromCodePoint(code);
    if (char === undefined || !CHARACTERS.test(char)) throw new Error(`${whole} is no entity`);
    return char;
  });
}
