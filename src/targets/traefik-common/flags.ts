import type { YamlMap, YamlValue } from '../../text/index.ts';

/**
 * The static configuration as arguments: `--entryPoints.web.address=:80`. Undefined where an argument cannot carry a
 * value: lists are comma-separated there, and the file form has one argument a line.
 */
export function flagLines(tree: YamlMap): readonly string[] | undefined {
  const lines = flagsBelow(tree, '');
  return lines === undefined || lines.some((line) => /[\n\r]/.test(line)) ? undefined : lines;
}

function flagsBelow(value: YamlValue, path: string): readonly string[] | undefined {
  if (isList(value)) return listFlags(value, path);
  if (typeof value !== 'object') return [`--${path}=${String(value)}`];
  if (value.kind === 'raw') return undefined;
  if (value.entries.length === 0) return [`--${path}=true`];
  return joined(value.entries.map((entry) => (entry.key.includes('.') ? undefined : flagsBelow(entry.value, path === '' ? entry.key : `${path}.${entry.key}`))));
}

function listFlags(items: readonly YamlValue[], path: string): readonly string[] | undefined {
  if (items.some((item) => typeof item === 'object')) return joined(items.map((item, index) => flagsBelow(item, `${path}[${String(index)}]`)));
  const texts = items.map(String);
  return texts.some((text) => text.includes(',') || text !== text.trim()) ? undefined : [`--${path}=${texts.join(',')}`];
}

function joined(parts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const out: string[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    out.push(...part);
  }
  return out;
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
