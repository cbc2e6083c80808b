import type { Router, RuleExpr, RuleSyntax, TcpRouter, TcpRuleExpr } from '../../ir/index.ts';
import { parseRule, parseTcpRule, printTcpRule, toV3Text } from '../../rule-lang/index.ts';
import { Origins } from '../../text/index.ts';
import { printV2Rule, printV2TcpRule } from './rule-v2.ts';
import type { TraefikVersion } from './version.ts';

/** A rule as a Traefik version reads it; `syntax` only where the version must be told. */
export interface WrittenRule {
  readonly text: string;
  readonly syntax?: RuleSyntax;
}

/** How rules are read where we write to. */
export interface RuleForm {
  readonly version: TraefikVersion;
  /** `core.defaultRuleSyntax` of the static configuration that will be in force. */
  readonly defaultSyntax: RuleSyntax;
}

/**
 * The rule of an HTTP router. 3.x: as it was written where it means the same there, else in v3 words, else with
 * `ruleSyntax` (deprecated in 3.x, so the last choice). 2.11 knows its own grammar only: undefined = it cannot say it.
 */
export function writtenRule(router: Router, form: RuleForm): WrittenRule | undefined {
  const text = router.ruleText.value.text;
  if (form.version === '2.11') return forV2(router.syntax === 'v2' ? text : printV2Rule(router.rule));
  if (router.syntax === form.defaultSyntax || reads(text, form.defaultSyntax, router.rule)) return { text };
  if (router.syntax === 'v3') return { text, syntax: 'v3' };
  const converted = toV3Text(router.rule);
  if (converted !== undefined && converted.differs.length === 0 && reads(converted.text, 'v3', router.rule)) return { text: converted.text };
  return { text, syntax: 'v2' };
}

/** The same for a TCP router. */
export function writtenTcpRule(router: TcpRouter, form: RuleForm): WrittenRule | undefined {
  const text = router.ruleText.value.text;
  if (form.version === '2.11') return forV2Tcp(router.syntax === 'v2' ? text : printV2TcpRule(router.rule));
  if (router.syntax === form.defaultSyntax || readsTcp(text, form.defaultSyntax, router.rule)) return { text };
  if (router.syntax === 'v3') return { text, syntax: 'v3' };
  const converted = printTcpRule(router.rule);
  if (converted !== undefined && readsTcp(converted, 'v3', router.rule)) return { text: converted };
  return { text, syntax: 'v2' };
}

/** What was written for 2.11 is read once more: only text that parses leaves. */
function forV2(text: string | undefined): WrittenRule | undefined {
  if (text === undefined) return undefined;
  const origins = new Origins();
  const parsed = parseRule({ value: { text, holes: [] }, origin: origins.default('rule') }, 'v2', '2.11', origins);
  return parsed.rule === undefined ? undefined : { text };
}

function forV2Tcp(text: string | undefined): WrittenRule | undefined {
  if (text === undefined) return undefined;
  const origins = new Origins();
  const parsed = parseTcpRule({ value: { text, holes: [] }, origin: origins.default('rule') }, 'v2', '2.11', origins);
  return parsed.rule === undefined ? undefined : { text };
}

function reads(text: string, syntax: RuleSyntax, rule: RuleExpr): boolean {
  const origins = new Origins();
  const parsed = parseRule({ value: { text, holes: [] }, origin: origins.default('rule') }, syntax, '3.7', origins);
  return parsed.rule !== undefined && shape(parsed.rule) === shape(rule);
}

function readsTcp(text: string, syntax: RuleSyntax, rule: TcpRuleExpr): boolean {
  const origins = new Origins();
  const parsed = parseTcpRule({ value: { text, holes: [] }, origin: origins.default('rule') }, syntax, '3.7', origins);
  return parsed.rule !== undefined && shape(parsed.rule) === shape(rule);
}

/**
 * A rule without its places: what it compares, not where it stands. Which grammar a path pattern or a server name came
 * from changes nothing once it is a pattern; for hosts and queries it does.
 */
function shape(rule: RuleExpr | TcpRuleExpr): string {
  return JSON.stringify(rule, (key, value: unknown) => {
    if (key === 'origin' || (key === 'wildcard' && value === false)) return undefined;
    return isPattern(value) ? { kind: value.kind, pattern: value.pattern } : value;
  });
}

function isPattern(value: unknown): value is { readonly kind: string; readonly pattern: unknown } {
  return typeof value === 'object' && value !== null && 'kind' in value && 'pattern' in value && (value.kind === 'pathRegexp' || value.kind === 'hostSniRegexp');
}
