import type { OriginId, Origins, Sourced, Text } from '../../text/index.ts';
import { textOf } from '../variables/index.ts';
import type { Mark } from '../variables/index.ts';

/** `!reset` takes away what earlier files said, `!override` replaces it. */
export type Operation = 'reset' | 'override';

export type ScalarType = 'string' | 'null' | 'boolean' | 'integer' | 'number';

/**
 * A scalar after interpolation; numbers and booleans as the text that Compose makes of them. What most scalars have in common is
 * left out, so that a text without variables is the scalar of the YAML file as it stands.
 */
export interface ScalarValue {
  readonly kind: 'scalar';
  readonly text: string;
  readonly origin: OriginId;
  /** Absent = a string: {@link typeOf} says all. */
  readonly type?: Exclude<ScalarType, 'string'>;
  /** Absent = no variable stands in it. */
  readonly marks?: readonly Mark[];
  /** The folder that relative paths in this file are relative to; absent = the project's own. */
  readonly folder?: string;
  readonly operation?: Operation;
}
export interface Entry {
  readonly key: string;
  readonly keyOrigin: OriginId;
  /** False for `80:` or `true:`: Compose wants text. */
  readonly keyIsText: boolean;
  readonly value: Value;
}
export interface MappingValue {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly origin: OriginId;
  readonly operation?: Operation;
}
export interface SequenceValue {
  readonly kind: 'sequence';
  readonly items: readonly Value[];
  readonly origin: OriginId;
  readonly operation?: Operation;
}
/** What several files said of one list-like setting, in override order; whoever reads it knows what one entry's key is. */
export interface LayersValue {
  readonly kind: 'layers';
  readonly layers: readonly Value[];
  readonly origin: OriginId;
  readonly operation?: Operation;
}
export type Value = ScalarValue | MappingValue | SequenceValue | LayersValue;

export function get(value: Value | undefined, key: string): Value | undefined {
  return value?.kind === 'mapping' ? value.entries.get(key)?.value : undefined;
}

/** A key's value unless it is absent or null. */
export function present(value: Value | undefined, key: string): Value | undefined {
  const found = get(value, key);
  return found === undefined || isNull(found) ? undefined : found;
}

export function typeOf({ type }: ScalarValue): ScalarType {
  return type ?? 'string';
}

export function isNull(value: Value): boolean {
  return value.kind === 'scalar' && value.type === 'null';
}

/** Most settings are not there: a list for each would be many. */
const NONE: readonly never[] = [];

export function entriesOf(value: Value | undefined): readonly Entry[] {
  return value?.kind === 'mapping' ? [...value.entries.values()] : NONE;
}

/** The texts among a list's items. */
export function scalarsOf(value: Value | undefined): readonly ScalarValue[] {
  return value === undefined ? NONE : itemsOf(value).flatMap((item) => scalarOf(item) ?? NONE);
}

/** The files' sayings one by one. */
export function layersOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return NONE;
  return value.kind === 'layers' ? value.layers : [value];
}

/** A list's items over all layers; a lone scalar counts as a list of one. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  switch (value?.kind) {
    case 'sequence':
      return value.items;
    case 'scalar':
      return value.type === 'null' ? NONE : [value];
    case 'layers':
      return value.layers.flatMap(itemsOf);
    default:
      return NONE;
  }
}

export function sourced(scalar: ScalarValue): Sourced<Text> {
  return { value: textOf(scalar), origin: scalar.origin };
}

/** A part of a scalar with its own place. */
export function part(scalar: ScalarValue, from: number, to: number, origins: Origins): Sourced<Text> {
  return { value: textOf(scalar, from, to), origin: origins.slice(scalar.origin, from, to) };
}

export function scalarOf(value: Value | undefined): ScalarValue | undefined {
  return value?.kind === 'scalar' && value.type !== 'null' ? value : undefined;
}

export function hasHoles(scalar: Pick<ScalarValue, 'marks'>): boolean {
  return scalar.marks?.some((mark) => mark.kind === 'hole') === true;
}

/** Compose's booleans, also as text (`"true"`, `yes`); undefined when it is neither or not known. */
export function truth(value: Value | undefined): boolean | undefined {
  const text = scalarOf(value)?.text.toLowerCase() ?? '';
  if (['true', 'y', 'yes', 'on'].includes(text)) return true;
  return ['false', 'n', 'no', 'off'].includes(text) ? false : undefined;
}
