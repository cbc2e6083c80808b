import type { Directive } from './directive.ts';
import { variableName } from './maps.ts';
import { compilePcre } from './pcre.ts';
import type { Regex } from './pcre.ts';
import { compileTemplate } from './template.ts';
import type { Template } from './template.ts';
import { ConfigError } from './tokens.ts';
import { once } from '../../text/index.ts';

/** A step of the rewrite phase. */
export type Op =
  | { readonly kind: 'set'; readonly name: string; readonly value: Template }
  | { readonly kind: 'rewrite'; readonly regex: Regex; readonly path: Template; readonly args: Template | undefined; readonly addArgs: boolean; readonly flag: 'none' | 'break' | 'last' | 'redirect' | 'permanent' }
  | { readonly kind: 'return'; readonly status: number; readonly text: Template | undefined }
  | { readonly kind: 'break' }
  | { readonly kind: 'if'; readonly test: Test; readonly block: readonly Directive[]; readonly ops: () => readonly Op[] };
export type Test =
  | { readonly kind: 'truthy'; readonly subject: Template }
  | { readonly kind: 'equals'; readonly subject: Template; readonly value: Template; readonly negated: boolean }
  | { readonly kind: 'matches'; readonly subject: Template; readonly regex: Regex; readonly negated: boolean };

const patterns = new Map<string, Regex>();

/** Patterns repeat in every server: each is compiled once. */
export function pattern(source: string, insensitive = false): Regex {
  const key = `${insensitive ? 'i' : 's'}${source}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const made = compilePcre(source, insensitive);
  if (patterns.size > 5000) patterns.clear();
  patterns.set(key, made);
  return made;
}

const READERS: ReadonlyMap<string, (directive: Directive) => Op> = new Map<string, (directive: Directive) => Op>([
  ['set', ({ args: [name = '', value = ''] }) => ({ kind: 'set', name: variableName(name), value: compileTemplate(value) })],
  ['rewrite', readRewrite],
  ['return', readReturn],
  ['break', () => ({ kind: 'break' })],
  ['if', readIf],
]);

export function readOps(directives: readonly Directive[]): readonly Op[] {
  const out: Op[] = [];
  for (const directive of directives) {
    const read = READERS.get(directive.name);
    if (read !== undefined) out.push(read(directive));
  }
  return out;
}

/** Its steps are read when it first holds. */
function readIf({ args, block = [] }: Directive): Op {
  return { kind: 'if', test: readTest(args), block, ops: once(() => readOps(block)) };
}

function readRewrite({ args, line }: Directive): Op {
  const [source = '', replacement = '', written = 'none'] = args;
  // A replacement with a scheme is a redirect whatever the flag.
  const absolute = /^(?:https?:\/\/|\$scheme)/.test(replacement);
  const flag = absolute && written !== 'permanent' ? 'redirect' : written;
  if (flag !== 'none' && flag !== 'break' && flag !== 'last' && flag !== 'redirect' && flag !== 'permanent') throw new ConfigError(`line ${String(line)}: invalid parameter "${written}"`);
  const keepsArgs = !replacement.endsWith('?');
  const text = keepsArgs ? replacement : replacement.slice(0, -1);
  const mark = text.indexOf('?');
  return { kind: 'rewrite', regex: pattern(source), path: compileTemplate(mark < 0 ? text : text.slice(0, mark)), args: mark < 0 ? undefined : compileTemplate(text.slice(mark + 1)), addArgs: keepsArgs, flag };
}

function readReturn({ args, line }: Directive): Op {
  const [status = '', text] = args;
  if (!/^\d{3}$/.test(status)) {
    if (/^(?:https?:\/\/|\$scheme)/.test(status)) return { kind: 'return', status: 302, text: compileTemplate(status) };
    throw new ConfigError(`line ${String(line)}: invalid return code "${status}"`);
  }
  return { kind: 'return', status: Number(status), text: text === undefined ? undefined : compileTemplate(text) };
}

/** `($a)`, `($a = x)`, `($a ~ y)`; the parentheses may stand alone. */
function readTest(args: readonly string[]): Test {
  const words = [...args];
  const opening = words[0] ?? '';
  if (!opening.startsWith('(')) throw new ConfigError(`invalid condition "${opening}"`);
  words.splice(0, 1, ...(opening === '(' ? [] : [opening.slice(1)]));
  const closing = words.at(-1) ?? '';
  if (!closing.endsWith(')')) throw new ConfigError(`invalid condition "${closing}"`);
  words.splice(-1, 1, ...(closing === ')' ? [] : [closing.slice(0, -1)]));
  const [left = '', operator, right = ''] = words;
  const subject = compileTemplate(`$${variableName(left)}`);
  switch (operator) {
    case undefined: return { kind: 'truthy', subject };
    case '=': case '!=': return { kind: 'equals', subject, value: compileTemplate(right), negated: operator === '!=' };
    case '~': case '!~': return { kind: 'matches', subject, regex: pattern(right), negated: operator === '!~' };
    case '~*': case '!~*': return { kind: 'matches', subject, regex: pattern(right, true), negated: operator === '!~*' };
    default: throw new ConfigError(`condition "${operator}" is not known here`);
  }
}
