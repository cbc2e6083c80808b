import type { Diagnostic } from '../../diagnostics/index.ts';
import { SourceFile } from '../../text/index.ts';
import type { OriginId, Origins } from '../../text/index.ts';
import { parseYaml } from '../../text/yaml/index.ts';
import type { SourceHost } from '../source.ts';
import type { Lookup } from '../variables/index.ts';
import { mistake } from './check.ts';
import type { Checking } from './check.ts';
import { isNull, itemsOf, specNode, valueAt } from './node.ts';
import type { SpecEntry, SpecMapping, SpecNode } from './node.ts';

export interface FileReading {
  readonly host: SourceHost;
  readonly origins: Origins;
  readonly lookup: Lookup;
  readonly files: SourceFile[];
  readonly checking: Checking;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Includes of includes: nobody writes more. */
const MAX_DEPTH = 20;

/** Files in override order as one mapping, what they include first; undefined when none could be read. */
export function readSpecFiles(paths: readonly string[], reading: FileReading): SpecMapping | undefined {
  let whole: SpecMapping | undefined;
  for (const path of paths) {
    const read = readOne(path, [], undefined, reading);
    if (read !== undefined) whole = whole === undefined ? read : mergeMappings(whole, read);
  }
  return whole;
}

function readOne(path: string, open: readonly string[], from: OriginId | undefined, reading: FileReading): SpecMapping | undefined {
  const content = reading.host.readFile(path);
  if (content === undefined) {
    if (from !== undefined) mistake(reading.checking, from, `include ${path}`, `there is no file "${path}"`);
    return undefined;
  }
  const file = new SourceFile(path, content);
  if (!reading.files.some((one) => one.path === path)) reading.files.push(file);
  const { root, problems } = parseYaml(file, reading.origins);
  for (const problem of problems) reading.report({ rule: 'yaml-syntax', severity: 'error', blocking: true, message: problem.message, at: { origin: problem.origin }, symbol: `${path} ${problem.message}`, ...(problem.related === undefined ? {} : { related: [{ origin: problem.related }] }) });
  if (root === undefined || problems.length > 0) return undefined;
  const node = specNode(root, { origins: reading.origins, lookup: reading.lookup, file, problem: (message, origin) => mistake(reading.checking, origin, path, message) });
  if (isNull(node)) return { kind: 'mapping', entries: new Map(), origin: node.origin };
  if (node.kind !== 'mapping') {
    mistake(reading.checking, node.origin, path, 'the top of the file is no mapping', { help: 'begin with entryPoints: and routes:' });
    return undefined;
  }
  return withIncludes(node, path, open, reading);
}

function withIncludes(node: SpecMapping, path: string, open: readonly string[], reading: FileReading): SpecMapping {
  let whole: SpecMapping | undefined;
  for (const item of itemsOf(valueAt(node, 'include'))) {
    if (item.kind !== 'scalar') continue;
    const name = besideFile(path, item.text.text);
    if ([...open, path].includes(name) || open.length >= MAX_DEPTH) {
      mistake(reading.checking, item.origin, `include ${name}`, `"${item.text.text}" includes itself`);
      continue;
    }
    const read = readOne(name, [...open, path], item.origin, reading);
    if (read !== undefined) whole = whole === undefined ? read : mergeMappings(whole, read);
  }
  return whole === undefined ? node : mergeMappings(whole, node);
}

/** A path as seen from the folder of a file. */
export function besideFile(from: string, to: string): string {
  if (to.startsWith('/')) return to;
  const parts = [...from.split('/').slice(0, -1), ...to.split('/')];
  const out: string[] = [];
  for (const part of parts) {
    if (part === '.' || part === '') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else out.push(part);
  }
  return `${from.startsWith('/') ? '/' : ''}${out.join('/')}`;
}

/** The later file wins name by name; lists and texts are replaced as a whole, null takes away. */
function mergeMappings(first: SpecMapping, second: SpecMapping): SpecMapping {
  const entries = new Map<string, SpecEntry>(first.entries);
  for (const [key, entry] of second.entries) {
    const before = entries.get(key);
    if (isNull(entry.value)) entries.delete(key);
    else entries.set(key, before === undefined ? entry : { ...entry, value: mergeNodes(before.value, entry.value) });
  }
  return { ...second, entries };
}

/** A middleware that changes its kind, or a target that changes its form, is replaced: two kinds in one are never meant. */
function mergeNodes(first: SpecNode, second: SpecNode): SpecNode {
  return first.kind === 'mapping' && second.kind === 'mapping' ? mergeMappings(first, second) : second;
}
