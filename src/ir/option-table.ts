/** One table of options as a file holds it, by the name in small letters: option names are read without case. */
export type OptionTable = ReadonlyMap<string, unknown>;

export function optionTable(value: unknown): OptionTable {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).map(([name, item]): readonly [string, unknown] => [name.toLowerCase(), item]) : []);
}

/** What Go's `strconv.ParseBool` takes for true. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(?:1|t|true)$/i.test(value));
}

/** A list, or what stands between the commas of a text. */
export function optionTexts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' && value !== '' ? value.split(',').map((item) => item.trim()) : [];
}
