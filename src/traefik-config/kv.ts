import type { Problem } from '../ir/index.ts';
import type { OriginId, Origins, SourceFile } from '../text/index.ts';
import { bindObject } from './bind.ts';
import { fillObject } from './fill.ts';
import { compareBytes, fold } from './go-text.ts';
import { keyTable } from './keys.ts';
import type { TraefikVersion } from './keys.ts';
import type { Report } from './mistake.ts';
import type { RawNode } from './raw.ts';
import type { Decoded } from './tree.ts';

/** One key of a store with its value, and where both stand. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly origin: OriginId;
}
export interface KvOptions {
  readonly version: TraefikVersion;
  readonly origins: Origins;
  /** `providers.etcd.rootKey` */
  readonly rootKey?: string;
}

/** The lines of a list of keys: `KEY VALUE`, each a JSON string where it could not stand bare. */
export function readKeyList(file: SourceFile, origins: Origins): { readonly pairs: readonly KeyValue[]; readonly problems: readonly Problem[] } {
  const pairs: KeyValue[] = [];
  const problems: Problem[] = [];
  let start = 0;
  for (const line of file.text.split('\n')) {
    const origin = origins.span(file.path, start, start + line.length);
    const pair = line === '' ? undefined : readLine(line);
    if (pair !== undefined) pairs.push({ ...pair, origin });
    else if (line !== '') problems.push({ kind: 'file-invalid', origin, subject: 'the line is no key with a value', context: 'syntax', loss: 'nothing', symbol: file.path });
    start += line.length + 1;
  }
  return { pairs, problems };
}

function readLine(line: string): { readonly key: string; readonly value: string } | undefined {
  const end = line.startsWith('"') ? (/^"(?:[^"\\]|\\.)*"/.exec(line)?.[0].length ?? -1) : line.indexOf(' ');
  const key = end < 0 || line[end] !== ' ' ? undefined : word(line.slice(0, end));
  const value = word(line.slice(end + 1));
  return key === undefined || value === undefined ? undefined : { key, value };
}

function word(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Decodes keys as the engine's key-value providers do (ran on etcd and Redis): byte order, parts that differ only in
 * case joined, a part of digits is a place in a list, a list of values is one text with commas.
 */
export function decodeKeys(pairs: readonly KeyValue[], { version, origins, rootKey = 'traefik' }: KvOptions): Decoded {
  const problems: Problem[] = [];
  let fatal = false;
  const report: Report = (mistake) => {
    fatal ||= mistake.fatal;
    problems.push({ kind: mistake.kind, origin: mistake.origin, subject: mistake.subject, loss: mistake.fatal ? 'provider' : (mistake.loss ?? 'nothing'), symbol: mistake.node.path ?? mistake.node.name, ...(mistake.engineSays === undefined ? {} : { engineSays: mistake.engineSays }), ...(mistake.candidates === undefined ? {} : { candidates: mistake.candidates }) });
  };
  const origin = pairs[0]?.origin ?? origins.default('keys');
  const nodes = keyTree(pairs, rootKey.split('/').filter((part) => part !== ''), origin);
  const root = fillObject(bindObject(keyTable(version), nodes, { form: 'kv', report }), origin, { form: 'kv', report, origins });
  return { root: fatal ? undefined : root, problems };
}

interface Draft {
  readonly name: string;
  readonly path: string;
  readonly origin: OriginId;
  readonly children: Map<string, Draft>;
  value?: KeyValue;
}

function keyTree(pairs: readonly KeyValue[], root: readonly string[], origin: OriginId): readonly RawNode[] {
  const top: Draft = { name: '', path: '', origin, children: new Map() };
  for (const pair of [...pairs].sort((a, b) => compareBytes(a.key, b.key))) {
    const parts = pair.key.split('/').filter((part) => part !== '');
    if (root.some((part, index) => parts[index] !== part)) continue;
    const end = parts.slice(root.length).reduce((at, part) => childOf(at, part, pair.origin), top);
    end.value = pair;
  }
  return [...top.children.values()].map(finished);
}

function childOf(parent: Draft, part: string, origin: OriginId): Draft {
  const name = /^[0-9]+$/.test(part) ? `[${part}]` : part;
  const found = parent.children.get(fold(name));
  if (found !== undefined) return found;
  const made: Draft = { name, path: parent.path === '' ? name : `${parent.path}.${name}`, origin, children: new Map() };
  parent.children.set(fold(name), made);
  return made;
}

function finished({ name, path, origin, children, value }: Draft): RawNode {
  const bare = { name, path, origin, unsure: false, parts: [], ends: [] };
  const below = [...children.values()];
  const isList = below.length > 0 && below.every((child) => child.name.startsWith('[') && child.children.size === 0);
  if (isList) return { ...bare, children: [], value: { text: { text: below.map((child) => child.value?.value ?? '').join(','), holes: [] }, origin: below[0]?.value?.origin ?? origin } };
  return { ...bare, children: below.map(finished), ...(value === undefined ? {} : { value: { text: { text: value.value, holes: [] }, origin: value.origin } }) };
}
