import { ipInRange, parseIp, parseIpRange } from '../../rule-lang/index.ts';
import type { IpRange } from '../../rule-lang/index.ts';
import type { Directive } from './directive.ts';
import { compilePcre } from './pcre.ts';
import type { Regex } from './pcre.ts';
import { compileTemplate } from './template.ts';
import type { Template } from './template.ts';
import { ConfigError } from './tokens.ts';

/** A variable that a block at `http` level computes. */
export type Computed =
  | { readonly kind: 'map'; readonly source: Template; readonly exact: ReadonlyMap<string, Template>; readonly patterns: readonly (readonly [Regex, Template])[]; readonly otherwise: Template }
  | { readonly kind: 'geo'; readonly source: string; readonly ranges: readonly (readonly [IpRange, string])[]; readonly otherwise: string }
  | { readonly kind: 'split'; readonly shares: readonly (readonly [weight: number, value: string])[] };

/** Exact keys come first and ignore case; patterns follow in file order and never see an empty value. */
export function readMap(directive: Directive): readonly [name: string, computed: Computed] {
  const [source = '', name = ''] = directive.args;
  const exact = new Map<string, Template>();
  const patterns: (readonly [Regex, Template])[] = [];
  let otherwise: Template = [];
  for (const { name: key, args, line } of directive.block ?? []) {
    if (key === 'hostnames' || key === 'include' || key === 'volatile') throw new ConfigError(`line ${String(line)}: "${key}" in a map is not known here`);
    if (args.length !== 1) throw new ConfigError(`line ${String(line)}: invalid number of the map parameters`);
    const value = compileTemplate(args[0] ?? '');
    if (key === 'default') otherwise = value;
    else if (key.startsWith('~')) patterns.push([compilePcre(key.slice(key[1] === '*' ? 2 : 1), key[1] === '*'), value]);
    else exact.set(key.replace(/^\\/, '').toLowerCase(), value);
  }
  return [variableName(name), { kind: 'map', source: compileTemplate(source), exact, patterns, otherwise }];
}

/** The longest network wins; values are text. */
export function readGeo(directive: Directive): readonly [name: string, computed: Computed] {
  const [source = '$remote_addr', target] = directive.args.length > 1 ? directive.args : ['$remote_addr', directive.args[0]];
  const ranges: (readonly [IpRange, string])[] = [];
  let otherwise = '';
  for (const { name: key, args, line } of directive.block ?? []) {
    const value = args[0] ?? '';
    const range = key === 'default' ? undefined : parseIpRange(key);
    if (key === 'default') otherwise = value;
    else if (range === undefined) throw new ConfigError(`line ${String(line)}: "${key}" in a geo is not known here`);
    else ranges.push([range, value]);
  }
  ranges.sort(([a], [b]) => b.bits - a.bits);
  return [variableName(target ?? ''), { kind: 'geo', source: variableName(source), ranges, otherwise }];
}

export function readSplit(directive: Directive): readonly [name: string, computed: Computed] {
  const given = (directive.block ?? []).map(({ name, args }): readonly [number, string] => [name === '*' ? -1 : Number(name.replace(/%$/, '')), args[0] ?? '']);
  const rest = 100 - given.reduce((sum, [weight]) => sum + Math.max(0, weight), 0);
  return [variableName(directive.args[1] ?? ''), { kind: 'split', shares: given.map(([weight, value]) => [weight < 0 ? rest : weight, value]) }];
}

export function variableName(text: string): string {
  if (!/^\$\w+$/.test(text)) throw new ConfigError(`invalid variable name "${text}"`);
  return text.slice(1);
}

export function findRange(ranges: readonly (readonly [IpRange, string])[], address: string): string | undefined {
  const ip = parseIp(address);
  return ip === undefined ? undefined : ranges.find(([range]) => ipInRange(ip, range))?.[1];
}
