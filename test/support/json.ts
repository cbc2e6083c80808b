/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Narrows to an object that is neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member when it is an object, else an empty one. */
export function objectAt(value: unknown, key: string): JsonObject {
  const member = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(member) ? member : {};
}

/** The member when it is a string, else the empty string. */
export function stringAt(value: unknown, key: string): string {
  const member = isJsonObject(value) ? value[key] : undefined;
  return typeof member === 'string' ? member : '';
}

/** The strings of a list member; nothing when it is no list. */
export function stringsAt(value: unknown, key: string): readonly string[] {
  const member = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(member) ? member.filter((item): item is string => typeof item === 'string') : [];
}
