/** Where the comment of a YAML line begins, -1 = none: a `#` at the start or behind a blank, outside of quotes. */
export function commentStart(line: string): number {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (quote !== '') {
      if (quote === '"' && char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (opensQuote(line, at)) quote = char;
    else if (char === '#' && (at === 0 || /\s/.test(line.charAt(at - 1)))) return at;
  }
  return -1;
}

/** The quotes that a column of a YAML line stands in. */
export function quoteAt(line: string, column: number): '' | '"' | "'" {
  let quote: '' | '"' | "'" = '';
  for (let at = 0; at < column && at < line.length; at += 1) {
    const char = line.charAt(at);
    if (quote === '"' && char === '\\') at += 1;
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'") && opensQuote(line, at)) quote = char;
  }
  return quote;
}

/** A quote opens a scalar only where one may begin; elsewhere it is a letter like others. */
function opensQuote(line: string, at: number): boolean {
  const char = line.charAt(at);
  return (char === '"' || char === "'") && (at === 0 || /[\s[{,:-]/.test(line.charAt(at - 1)));
}
