export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Go's mime.ParseMediaType, as far as types are compared with it. */
export function parseMediaType(text: string): MediaType | undefined {
  const [head = '', ...rest] = text.split(';');
  const type = head.trim().toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+(\/[!#$%&'*+\-.^_`|~0-9a-z]+)?$/.test(type)) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const found = /^\s*([^\s=]+)\s*=\s*"?([^"]*?)"?\s*$/.exec(part);
    if (found !== null) parameters.set((found[1] ?? '').toLowerCase(), found[2] ?? '');
  }
  return { type, parameters };
}

/** A wanted type without parameters takes any; with parameters they must be equal. */
export function matchesType(wanted: MediaType, type: MediaType): boolean {
  if (wanted.type !== type.type) return false;
  if (wanted.parameters.size === 0) return true;
  return wanted.parameters.size === type.parameters.size && [...wanted.parameters].every(([name, value]) => type.parameters.get(name) === value);
}
