/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Narrows to an object that is neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at a path when it is an object, else an empty one. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const found = memberAt(value, path);
  return isJsonObject(found) ? found : {};
}

/** The member at a path when it is text that is not empty. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = memberAt(value, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The member at a path when it is a list, else an empty one. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = memberAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** The texts of a list; a single text counts as a list of one. */
export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = memberAt(value, path);
  const items: readonly unknown[] = Array.isArray(found) ? found : [found];
  return items.filter((item): item is string => typeof item === 'string');
}

/** The members that are texts. */
export function textRecord(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isJsonObject(value) ? value : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}

function memberAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  return found;
}
