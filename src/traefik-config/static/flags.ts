import type { RawLabel } from '../../ir/index.ts';
import { known } from '../../text/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../../text/index.ts';
import { childKey, staticTable } from '../keys.ts';
import type { KeyNode, KeyObject, TraefikVersion } from '../keys.ts';
import { written } from './written.ts';

export interface Flags {
  readonly labels: readonly RawLabel[];
  /** The command line is no start of the proxy: `traefik version`. */
  readonly subcommand?: string;
  /** An argument is a variable without a value: it may be any flag. */
  readonly incomplete: boolean;
  /** What Traefik exits with before it decodes anything. */
  readonly failure?: { readonly origin: OriginId; readonly subject: string; readonly engineSays: string };
  /** What it says of the last flag when that is unknown and has no value: it takes no unknown flag for a boolean. */
  readonly lastSays?: string;
}

type Argument = Sourced<Text>;
const SUBCOMMANDS = new Set(['version', 'healthcheck']);

/**
 * A command line as Traefik's flag parser reads it (paerser/flag): one or two dashes, `=` or the next argument as
 * value, none for booleans and objects; the first argument that is no flag ends it. Repeated lists are joined.
 */
export function readFlags(command: readonly Argument[], version: TraefikVersion, origins: Origins): Flags {
  const args = command[0]?.value.text === 'traefik' ? command.slice(1) : [...command];
  const [first] = args;
  if (first !== undefined && !first.value.text.startsWith('-') && first.value.holes.length === 0) return notAFlag(first);
  const found = new Map<string, Found>();
  let incomplete = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at];
    if (arg === undefined || arg.value.text.length === 0) break;
    if (arg.value.holes.length > 0 && !arg.value.text.startsWith('-')) {
      incomplete = true;
      continue;
    }
    if (arg.value.text.length < 2 || !arg.value.text.startsWith('-') || arg.value.text === '--') break;
    const flag = splitFlag(arg, origins);
    if (flag === undefined) return { labels: [...found.values()].map(toLabel(origins)), incomplete, failure: { origin: arg.origin, subject: arg.value.text, engineSays: `bad flag syntax: ${arg.value.text}` } };
    const value = flag.value ?? valueOf(flag, args[at + 1], version);
    if (value === undefined) return withoutValue(flag, arg, found, { version, origins, incomplete });
    if (flag.value === undefined && value === args[at + 1]) at += 1;
    add(found, flag, value, version);
  }
  return { labels: [...found.values()].map(toLabel(origins)), incomplete };
}

function withoutValue(flag: Flag, arg: Argument, found: Map<string, Found>, how: { readonly version: TraefikVersion; readonly origins: Origins; readonly incomplete: boolean }): Flags {
  const engineSays = `flag needs an argument: -${flag.name}`;
  const known = find(staticTable(how.version), flag.name.split('.')).key !== undefined;
  if (!known) add(found, flag, { value: { text: 'true', holes: [] }, origin: flag.origin }, how.version);
  const labels = [...found.values()].map(toLabel(how.origins));
  const { incomplete } = how;
  return known ? { labels, incomplete, failure: { origin: arg.origin, subject: arg.value.text, engineSays } } : { labels, incomplete, lastSays: engineSays };
}

function notAFlag(first: Argument): Flags {
  const { text } = first.value;
  if (SUBCOMMANDS.has(text)) return { labels: [], incomplete: false, subcommand: text };
  return { labels: [], incomplete: false, failure: { origin: first.origin, subject: text, engineSays: `command not found: ${text}` } };
}

interface Flag {
  readonly name: string;
  readonly origin: OriginId;
  readonly holes: readonly string[];
  readonly value?: Argument;
}
interface Found extends Flag {
  readonly values: Argument[];
}

function splitFlag(arg: Argument, origins: Origins): Flag | undefined {
  const { text, holes, from } = arg.value;
  const dashes = text.startsWith('--') ? 2 : 1;
  const name = text.slice(dashes);
  if (name === '' || /^[-=]/.test(name)) return undefined;
  const equals = name.indexOf('=', 1);
  const inName = (part: string): readonly string[] => holes.filter((hole) => part.includes(`\${${hole}`));
  if (equals === -1) return { name, origin: origins.slice(arg.origin, dashes, text.length), holes: inName(name) };
  const at = dashes + equals;
  const rest = text.slice(at + 1);
  const value: Text = { text: rest, holes: inName(rest), ...(from === undefined ? {} : { from }) };
  return { name: name.slice(0, equals), origin: origins.slice(arg.origin, dashes, at), holes: inName(name.slice(0, equals)), value: { value, origin: origins.slice(arg.origin, at + 1, text.length) } };
}

function valueOf(flag: Flag, next: Argument | undefined, version: TraefikVersion): Argument | undefined {
  return takesNone(flag.name, version) ? { value: known('true'), origin: flag.origin } : next;
}

/** Booleans and objects; below a user-chosen name everything, since the parser matches the name's own object first. */
function takesNone(name: string, version: TraefikVersion): boolean {
  const found = find(staticTable(version), name.split('.'));
  return found.belowName || found.key?.kind === 'object' || (found.key?.kind === 'scalar' && found.key.type === 'bool');
}

function find(table: KeyObject, parts: readonly string[]): { readonly key: KeyNode | undefined; readonly belowName: boolean } {
  let key: KeyNode | undefined = table;
  let belowName = false;
  for (const part of parts) {
    if (key?.kind === 'object') key = childKey(key, part.replace(/\[[0-9]*\]$/, ''), 'label');
    else if (key?.kind === 'map') {
      key = key.entry;
      belowName = true;
    } else if (key?.kind === 'items') key = childKey(key.item, part, 'label');
    else return { key: undefined, belowName };
  }
  return { key, belowName };
}

function add(found: Map<string, Found>, flag: Flag, value: Argument, version: TraefikVersion): void {
  const same = found.get(flag.name.toLowerCase());
  if (same === undefined) {
    found.set(flag.name.toLowerCase(), { ...flag, values: [value] });
    return;
  }
  const { key } = find(staticTable(version), flag.name.split('.'));
  if (key?.kind !== 'scalars' && key?.kind !== 'items') same.values.length = 0;
  same.values.push(value);
}

function toLabel(origins: Origins): (found: Found) => RawLabel {
  return (found) => {
    const [first] = found.values;
    const value: Text = { text: found.values.map((item) => item.value.text).join(','), holes: found.values.flatMap((item) => item.value.holes) };
    const origin = found.values.length === 1 ? first?.origin : origins.derived('repeated flag', found.values.map((item) => item.origin));
    return written(found.name, first !== undefined && found.values.length === 1 ? first.value : value, { key: found.origin, value: origin ?? found.origin, holes: found.holes });
  };
}
