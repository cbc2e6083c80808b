import type { Diagnostic } from '../../diagnostics/index.ts';
import type { YamlValue } from '../../text/index.ts';
import type { Placed, Unsayable } from './collect.ts';

/** Lone surrogates have no UTF-8 form, and a NUL cannot be part of a name, a path or a header: refused, never altered. */
export function unprintable(target: string, placed: readonly Placed[]): readonly Diagnostic[] {
  return placed.filter((item) => !printable(item.value) || !isPrintable(item.name)).map((item): Diagnostic => ({
    rule: 'value-unquotable', severity: 'error', blocking: true, at: { origin: item.origin }, symbol: `${target} ${item.symbol}`,
    message: 'a value here cannot be written down', why: 'it holds a NUL or half of a surrogate pair, which no file can carry', help: 'remove the character',
  }));
}

/** Rules that only 3.x can say. */
export function unsayableRules(target: string, rules: readonly Unsayable[]): readonly Diagnostic[] {
  return rules.map(({ router }): Diagnostic => ({
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: router.ruleText.origin }, symbol: `${target}/rule ${router.symbol}`,
    message: `Traefik 2.11 has no rule that decides as this one`, why: 'the v2 grammar has no word for a part of it', help: 'write it with matchers that both versions know, or use --target-version traefik=3.7',
  }));
}

/** A secret is read where its variable is, or not written at all: never its value instead. */
export function unsayableSecrets(target: string, placed: readonly Placed[]): readonly Diagnostic[] {
  return placed.filter(({ value }) => holdsUnsaid(value)).map(({ origin, symbol }): Diagnostic => ({
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin }, symbol: `${target}/secret ${symbol}`,
    message: 'a secret here cannot be written as a reference to its variables', why: 'the variables stand in a form that cannot be repeated', help: 'let one variable hold the whole value, or write it with --inline-secrets',
  }));
}

function holdsUnsaid(value: YamlValue): boolean {
  if (typeof value !== 'object') return false;
  if (!('kind' in value)) return value.some(holdsUnsaid);
  return value.kind === 'raw' ? value.text === '' : value.entries.some((entry) => holdsUnsaid(entry.value));
}

const UNPRINTABLE = /[\u0000\ud800-\udfff]/u;

export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

function printable(value: YamlValue): boolean {
  if (typeof value === 'string') return isPrintable(value);
  if (typeof value !== 'object') return true;
  if (!('kind' in value)) return value.every(printable);
  return value.kind === 'raw' || value.entries.every((entry) => isPrintable(entry.key) && printable(entry.value));
}
