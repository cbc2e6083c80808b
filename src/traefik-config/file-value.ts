import type { OriginId, Text } from '../text/index.ts';
import { resolveScalar } from '../text/yaml/index.ts';
import type { YamlNode, YamlScalar } from '../text/yaml/index.ts';

/** Go's kind of a value that a file decoder made, in the order of Go's own numbers. */
export type GoKind = 'invalid' | 'bool' | 'int' | 'int64' | 'uint64' | 'float64' | 'map' | 'slice' | 'string' | 'struct';

/** A file as Go's YAML or TOML decoder sees it, with places. */
export type FileValue = FileScalar | FileMapping | FileSequence;
export interface FileScalar {
  readonly kind: 'scalar';
  readonly go: GoKind;
  /** As the engine turns it into text again: `0x10` is `16`. */
  readonly text: Text;
  readonly origin: OriginId;
}
export interface FileMapping {
  readonly kind: 'mapping';
  readonly entries: readonly FileEntry[];
  readonly origin: OriginId;
}
export interface FileSequence {
  readonly kind: 'sequence';
  readonly items: readonly FileValue[];
  readonly origin: OriginId;
}
export interface FileEntry {
  readonly key: string;
  readonly origin: OriginId;
  readonly value: FileValue;
}

/** YAML as Traefik's decoder (yaml.v3 into `map[string]any`) sees it. */
export function yamlValue(node: YamlNode): FileValue {
  if (node.kind === 'mapping') return { kind: 'mapping', entries: node.entries.flatMap((entry) => entryOf(entry.key, entry.value)), origin: node.origin };
  if (node.kind === 'sequence') return { kind: 'sequence', items: node.items.map(yamlValue), origin: node.origin };
  return yamlScalar(node);
}

function entryOf(key: YamlScalar, value: YamlNode): readonly FileEntry[] {
  const resolved = yamlScalar(key);
  if (resolved.go === 'invalid') return [];
  // A key that is a number or a boolean loses its text: Go prints the reflected value instead.
  const name = resolved.go === 'string' ? key.text : resolved.go === 'struct' ? '<time.Time Value>' : `<${resolved.go} Value>`;
  return [{ key: name, origin: key.origin, value: yamlValue(value) }];
}

function yamlScalar(node: YamlScalar): FileScalar {
  const value = resolveScalar(node);
  const scalar = (go: GoKind, text: string): FileScalar => ({ kind: 'scalar', go, text: fileText(text), origin: node.origin });
  switch (value.kind) {
    case 'null':
      return scalar('invalid', '');
    case 'bool':
      return scalar('bool', String(value.value));
    case 'int':
      return scalar(value.value >= 2n ** 63n ? 'uint64' : 'int', String(value.value));
    case 'float':
      return scalar('float64', floatText(value.value));
    case 'timestamp':
      return scalar('struct', node.text);
    case 'string':
      return scalar('string', value.value);
    case 'invalid':
      return scalar('string', node.text);
  }
}

/** `strconv.FormatFloat(value, 'f', 6, 64)` without its zeros when it is whole. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (Number.isInteger(value)) return String(BigInt(value));
  return value.toFixed(6).replace(/\.000000$/, '');
}

/** What a Go template decides is not known: the expression counts as a variable without a value. */
export function fileText(text: string): Text {
  return { text, holes: [...text.matchAll(/\{\{.*?(?:\}\}|$)/gs)].map((match) => match[0]) };
}
