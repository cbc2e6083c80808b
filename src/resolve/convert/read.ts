import { leafAt, objectAt, type ConfigObject } from '../../traefik-config/tree.ts';
import { goDuration } from '../../traefik-config/go-values.ts';
import { itemsAt, leavesAt } from '../tree.ts';

/** Typed access to an object of the decoded tree. The second argument is the engine's default. */
export interface Reader {
  readonly node: ConfigObject | undefined;
  has(key: string): boolean;
  text(key: string, absent?: string): string;
  number(key: string, absent?: number): number;
  flag(key: string, absent?: boolean): boolean;
  list(key: string, absent?: readonly string[]): readonly string[];
  map(key: string): Readonly<Record<string, string>>;
  /** Milliseconds. */
  duration(key: string, absent?: number): number;
  /** The object below a key, undefined when it is not there. */
  child(key: string): Reader | undefined;
  items(key: string): readonly Reader[];
}

export function read(node: ConfigObject | undefined): Reader {
  return new NodeReader(node);
}

/** Three or four are made for each entity: methods of a class are not made again with each. */
class NodeReader implements Reader {
  readonly node: ConfigObject | undefined;

  constructor(node: ConfigObject | undefined) {
    this.node = node;
  }

  has(key: string): boolean {
    return this.node?.entries.has(key) === true;
  }

  text(key: string, absent = ''): string {
    return textOf(this.node, key) ?? absent;
  }

  number(key: string, absent = 0): number {
    return numberOf(this.node, key) ?? absent;
  }

  flag(key: string, absent = false): boolean {
    return flagOf(this.node, key) ?? absent;
  }

  list(key: string, absent: readonly string[] = []): readonly string[] {
    return this.has(key) ? leavesAt(this.node, key).map((leaf) => String(leaf.value)) : absent;
  }

  map(key: string): Readonly<Record<string, string>> {
    return mapOf(objectAt(this.node, key));
  }

  duration(key: string, absent = 0): number {
    return durationOf(this.node, key) ?? absent;
  }

  child(key: string): Reader | undefined {
    const child = objectAt(this.node, key);
    return child === undefined ? undefined : read(child);
  }

  items(key: string): readonly Reader[] {
    return itemsAt(this.node, key).map(read);
  }
}

function textOf(node: ConfigObject | undefined, key: string): string | undefined {
  const leaf = leafAt(node, key);
  return leaf === undefined ? undefined : String(leaf.value);
}

function numberOf(node: ConfigObject | undefined, key: string): number | undefined {
  const value = leafAt(node, key)?.value;
  if (value === undefined) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function flagOf(node: ConfigObject | undefined, key: string): boolean | undefined {
  const value = leafAt(node, key)?.value;
  return value === undefined ? undefined : value === true || value === 'true';
}

function mapOf(node: ConfigObject | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries([...(node?.entries ?? [])].flatMap(([key, child]) => (child.kind === 'leaf' ? [[key, String(child.value)]] : [])));
}

function durationOf(node: ConfigObject | undefined, key: string): number | undefined {
  const value = leafAt(node, key)?.value;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return Number(value);
  // 2.11 keeps the durations of a health check as text and falls back to the default when one does not parse.
  const parsed = goDuration(value);
  return parsed.ok && parsed.value > 0 ? parsed.value : undefined;
}
