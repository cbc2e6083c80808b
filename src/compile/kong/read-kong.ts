import type { KongFault, KongFile } from '../../ir/index.ts';
import { checkDeclarative } from '../../models/kong/schema/index.ts';
import type { KongProblem } from '../../models/kong/schema/index.ts';
import type { Json } from '../../models/kong/value.ts';
import type { OriginId, Origins, SourceFile } from '../../text/index.ts';
import { parseYaml, yamlGet } from '../../text/yaml/index.ts';
import type { YamlNode, YamlProblem, YamlScalar } from '../../text/yaml/index.ts';
import { routesOf } from './kong-routes.ts';
import { luaValue } from './lua-scalar.ts';

/** The settings of a node that decide what it takes. */
export interface KongSettings {
  readonly flavour: KongFile['flavour'];
  /** Plugins that it loads, where that is known. */
  readonly plugins?: ReadonlySet<string>;
}

/** Reads a declarative file and checks it as a node of Kong 3.9 does before it starts. */
export function readKong(source: SourceFile, { flavour, plugins }: KongSettings, origins: Origins): KongFile {
  const { root, problems: all } = parseYaml(source, origins);
  // Kong's libyaml and its reader of JSON take what Go refuses.
  const problems = all.filter(({ kind }) => kind !== 'escape');
  if (problems.length > 0 || root === undefined) return { source, flavour, format: '', faults: unread(source, problems), routes: [] };
  const faults: KongFault[] = [];
  const json = jsonOf(root, ({ origin, tag = '', text }) => faults.push({ kind: 'yaml', origin, path: '', subject: '', says: `"${text}" is no ${tag}`, candidates: [] }));
  if (faults.length === 0) faults.push(...checkDeclarative(json, flavour, plugins).map((problem) => faultOf(problem, root)));
  const format = yamlGet(root, '_format_version');
  return { source, flavour, format: format?.kind === 'scalar' ? format.text : '', faults, routes: routesOf(root) };
}

/** Why a text is not checked. Kong's reader takes a key that stands twice, and keeps the last value. */
function unread(source: SourceFile, problems: readonly YamlProblem[]): readonly KongFault[] {
  const broken = problems.filter(({ kind }) => kind !== 'key-twice');
  if (broken.length > 0) return broken.map(({ message, origin }) => ({ kind: 'yaml', origin, path: '', subject: '', says: message, candidates: [] }));
  return problems.map(({ message, origin, start, end, related }) => ({ kind: 'key-twice', origin, path: '', subject: source.text.slice(start, end), says: message, candidates: [], ...(related === undefined ? {} : { related }) }));
}

/** Plain values as Kong reads them; a number that is too long for one stays what it is near to, as in Lua. */
function jsonOf(node: YamlNode, refuse: (scalar: YamlScalar) => void): Json {
  if (node.kind === 'sequence') return node.items.map((item) => jsonOf(item, refuse));
  if (node.kind === 'mapping') return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, jsonOf(value, refuse)]));
  const value = luaValue(node);
  if (value === undefined) refuse(node);
  return value ?? null;
}

function faultOf(problem: KongProblem, root: YamlNode): KongFault {
  const path = withMember(problem.path.filter((part) => part !== '@entity'), problem.message, root);
  const kind = kindOf(problem.message);
  const { origin, subject } = placeOf(path, root, kind);
  return { kind, origin, path: pathText(path), subject, says: problem.message, candidates: problem.candidates ?? choices(problem.message) };
}

function kindOf(message: string): KongFault['kind'] {
  if (message === 'unknown field') return 'field-unknown';
  if (message === 'required field missing' || message === 'field required for entity check') return 'field-missing';
  if (message.startsWith('invalid reference') || message === 'missing primary key') return 'reference-unknown';
  if (message.startsWith('uniqueness violation')) return 'defined-twice';
  return /^(?:plugin|vault) '.*' (?:not enabled|is not installed)/.test(message) ? 'plugin-unknown' : 'value-invalid';
}

/** `expected one of: a, b`. */
function choices(message: string): readonly string[] {
  return /^expected one of: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${String(part)}]` : index === 0 ? part : `.${part}`)).join('');
}

interface Step {
  readonly node: YamlNode;
  readonly key?: YamlScalar;
}

/** The deepest node of a path that is there. */
function walk(path: readonly (string | number)[], root: YamlNode): { readonly step: Step; readonly whole: boolean } {
  let step: Step = { node: root };
  for (const part of path) {
    const next = child(step.node, part);
    if (next === undefined) return { step, whole: false };
    step = next;
  }
  return { step, whole: true };
}

function child(node: YamlNode, part: string | number): Step | undefined {
  if (typeof part === 'number') {
    const item = node.kind === 'sequence' ? node.items[part] : undefined;
    return item === undefined ? undefined : { node: item };
  }
  const entry = node.kind === 'mapping' ? node.entries.find(({ key }) => key.text === part) : undefined;
  return entry === undefined ? undefined : { node: entry.value, key: entry.key };
}

/** Kong names the list of protocols where one of them is none that it knows. */
function withMember(path: readonly (string | number)[], message: string, root: YamlNode): readonly (string | number)[] {
  const text = /^unknown type: (.+)$/s.exec(message)?.[1];
  const { node } = walk(path, root).step;
  const index = text === undefined || node.kind !== 'sequence' ? -1 : node.items.findIndex((item) => item.kind === 'scalar' && item.text === text);
  return index === -1 ? path : [...path, index];
}

function placeOf(path: readonly (string | number)[], root: YamlNode, kind: KongFault['kind']): { readonly origin: OriginId; readonly subject: string } {
  const { step, whole } = walk(path, root);
  if (kind === 'field-missing' && !whole) return { origin: nameOf(step), subject: String(path.at(-1) ?? '') };
  if (kind === 'field-unknown' && step.key !== undefined) return { origin: step.key.origin, subject: step.key.text };
  if (step.node.kind === 'scalar') return { origin: step.node.origin, subject: step.node.text };
  return { origin: nameOf(step), subject: '' };
}

/** What stands for an entity: its name, else its first key; for a field its own key. */
function nameOf({ node, key }: Step): OriginId {
  if (key !== undefined) return key.origin;
  if (node.kind !== 'mapping') return node.origin;
  const name = ['name', 'username', 'id'].flatMap((wanted) => node.entries.find((entry) => entry.key.text === wanted)?.value ?? [])[0];
  return name?.kind === 'scalar' ? name.origin : (node.entries[0]?.key.origin ?? node.origin);
}
