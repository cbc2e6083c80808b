import type { FileEntry, FileValue } from '../../traefik-config/file-value.ts';
import { entry, list, mapping, same, sameList, text } from './build.ts';
import { entriesOf, itemsOf, plainText, valueAt } from './node.ts';
import type { FreeName } from './names.ts';
import type { SpecEntry, SpecMapping, SpecNode } from './node.ts';
import { MAIN_OPTION } from './spec-middlewares.ts';

/** Middlewares that a route wrote in place, under the names made for them. */
export interface Inline {
  readonly name: string;
  readonly entry: FileEntry;
}
export interface Used {
  readonly names: readonly FileValue[];
  readonly inline: readonly Inline[];
}

/** One middleware: `{ stripPrefix: /api }` becomes the engine's options. */
export function middlewareEntry(name: string, item: SpecEntry): FileEntry {
  return entry(name, item.origin, middlewareValue(item.value));
}

function middlewareValue(node: SpecNode): FileValue {
  const kinds = entriesOf(node);
  return mapping(kinds.map((kind) => entry(kind.key, kind.origin, options(kind))), node.origin);
}

function options(kind: SpecEntry): FileValue {
  const { value } = kind;
  if (value.kind === 'mapping') return mapping(entriesOf(value).map((one) => secretOption(one)), value.origin);
  if (kind.key === 'consumerLimit') return mapping(limitEntries(value), value.origin);
  const main = MAIN_OPTION[kind.key] ?? (kind.key === 'inFlightConn' ? 'amount' : undefined);
  if (main === undefined) return same(value);
  const isList = ['apiKey', 'basicAuth', 'digestAuth', 'groups', 'ipAllowList', 'chain', 'stripPrefix', 'stripPrefixRegex'].includes(kind.key);
  return mapping([entry(main, kind.origin, isList ? sameList(value) : same(value)), ...implied(kind)], value.origin);
}

/** `100/minute`. */
function limitEntries(value: SpecNode): readonly FileEntry[] {
  const [amount = '', window = ''] = plainText(value).split('/');
  return [entry('amount', value.origin, text(amount, value.origin, 'int')), entry('window', value.origin, text(window, value.origin))];
}

/** `rateLimit: 100` allows bursts of as many: the engine's default of one would delay every second request. */
function implied(kind: SpecEntry): readonly FileEntry[] {
  return kind.key === 'rateLimit' ? [entry('burst', kind.origin, same(kind.value))] : [];
}

/** `users: { env: NAME }` stands for the variable's value, `{ file: PATH }` for the file on the gateway's host. */
function secretOption(option: SpecEntry): FileEntry {
  const { value } = option;
  if (option.key !== 'users' || value.kind !== 'mapping') return entry(option.key, option.origin, same(value));
  const file = valueAt(value, 'file');
  if (file !== undefined) return entry('usersFile', option.origin, same(file));
  const name = plainText(valueAt(value, 'env'));
  return entry('users', option.origin, list([text({ text: `\${${name}}`, holes: [name] }, value.origin)], value.origin));
}

/** The names in `use:`; what is written in place gets the route's name and its kind. */
export function used(node: SpecNode | undefined, owner: string, freeName: FreeName): Used {
  const names: FileValue[] = [];
  const inline: Inline[] = [];
  for (const item of itemsOf(node)) {
    if (item.kind === 'scalar') names.push(same(item));
    if (item.kind !== 'mapping') continue;
    const name = freeName(inlineName(item, owner));
    inline.push({ name, entry: middlewareEntry(name, { key: name, origin: item.origin, value: item }) });
    names.push(text(name, item.origin));
  }
  return { names, inline };
}

function inlineName(item: SpecMapping, owner: string): string {
  const kind = [...item.entries.keys()][0] ?? 'middleware';
  return `${owner}-${kind.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()}`;
}
