/** The error of Go's mime.ParseMediaType; undefined when the text is a media type. */
export function mediaTypeError(text: string): string | undefined {
  const semicolon = text.indexOf(';');
  const base = (semicolon === -1 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const wrong = baseError(base);
  if (wrong !== undefined) return wrong;
  return parametersError(semicolon === -1 ? '' : text.slice(semicolon));
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/;

function baseError(base: string): string | undefined {
  const major = TOKEN.exec(base)?.[0];
  if (major === undefined) return 'mime: no media type';
  const rest = base.slice(major.length);
  if (rest === '') return undefined;
  if (!rest.startsWith('/')) return 'mime: expected slash after first token';
  const minor = TOKEN.exec(rest.slice(1))?.[0];
  if (minor === undefined) return 'mime: expected token after slash';
  return rest.length === minor.length + 1 ? undefined : 'mime: unexpected content after media subtype';
}

function parametersError(tail: string): string | undefined {
  const seen = new Map<string, string>();
  for (let rest = tail.trimStart(); rest !== ''; ) {
    const found = /^;\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\\r\n]|\\.)*")\s*/.exec(rest);
    if (found === null) return /^;\s*$/.test(rest) ? undefined : 'mime: invalid media parameter';
    const key = (found[1] ?? '').toLowerCase();
    const value = found[2] ?? '';
    if (seen.has(key) && seen.get(key) !== value) return 'mime: duplicate parameter name';
    seen.set(key, value);
    rest = rest.slice(found[0].length);
  }
  return undefined;
}
