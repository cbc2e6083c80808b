import { readFileSync } from 'node:fs';
import type { RuleSyntax } from '../../src/ir/index.ts';
import { type EngineVersion, parseRule, parseTcpRule } from '../../src/rule-lang/index.ts';
import { type OriginId, Origins, type Text } from '../../src/text/index.ts';

export function loadFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/oracle/${name}`, import.meta.url), 'utf8'));
}

export interface Sight {
  readonly parsed: ReturnType<typeof parseRule>;
  /** The text at an origin. */
  at(origin: OriginId): string;
}

export function see(rule: string, syntax: RuleSyntax = 'v3', version: EngineVersion = '3.7', holes: readonly string[] = []): Sight {
  const origins = new Origins();
  const text: Text = { text: rule, holes };
  const parsed = parseRule({ value: text, origin: origins.span('rule', 0, rule.length) }, syntax, version, origins);
  return { parsed, at: (origin) => slice(origins, origin, rule) };
}

export function seeTcp(rule: string, syntax: RuleSyntax = 'v3', version: EngineVersion = '3.7'): { readonly parsed: ReturnType<typeof parseTcpRule>; at(origin: OriginId): string } {
  const origins = new Origins();
  const parsed = parseTcpRule({ value: { text: rule, holes: [] }, origin: origins.span('rule', 0, rule.length) }, syntax, version, origins);
  return { parsed, at: (origin) => slice(origins, origin, rule) };
}

function slice(origins: Origins, origin: OriginId, rule: string): string {
  const span = origins.firstSpan(origin);
  return span === undefined ? '' : rule.slice(span.start, span.end);
}

/** A tree without places. */
export function shape(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'origin' ? undefined : inner)) ?? 'null');
}
