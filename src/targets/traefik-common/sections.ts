import { map } from '../../text/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
import type { Placed } from './collect.ts';

/** Entities as one dynamic file holds them: by protocol and kind, each under its place in the source. */
export function sections(members: readonly Placed[]): YamlMap {
  const top = new Map<string, Map<string, YamlEntry[]>>();
  for (const { section: [outer, inner], name, value, symbol } of members) {
    const level = top.get(outer) ?? new Map<string, YamlEntry[]>();
    top.set(outer, level);
    const entries = level.get(inner) ?? [];
    level.set(inner, entries);
    entries.push({ key: name, value, comments: [symbol] });
  }
  return map([...top].map(([outer, level]) => ({ key: outer, value: map([...level].map(([inner, entries]) => ({ key: inner, value: list(inner, entries) }))) })));
}

/** Certificates are a list, everything else is a map by name. */
function list(section: string, entries: readonly YamlEntry[]): YamlValue {
  return section === 'certificates' ? entries.map((entry) => entry.value) : map(entries);
}
