import type { Argument, RuleSyntax } from '../ir/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../text/index.ts';
import type { RuleError, RuleErrorCode } from './error.ts';

export type EngineVersion = '3.7' | '2.11';

/** What the builders of one rule share. */
export interface Context {
  readonly rule: Sourced<Text>;
  readonly origins: Origins;
  readonly syntax: RuleSyntax;
  readonly version: EngineVersion;
  readonly protocol: 'http' | 'tcp';
  readonly errors: RuleError[];
}

/** A matcher call that is being checked: its canonical name, its arguments and the way the engine got there. */
export interface Call {
  readonly name: string;
  readonly args: readonly Argument[];
  /** The whole call. */
  readonly origin: OriginId;
  /** The operators on whose left side the call stands: the engine names them. */
  readonly path: readonly ('and' | 'or')[];
}

/** The place of a part of the rule. */
export function place(context: Context, from: number, to: number): OriginId {
  return context.origins.slice(context.rule.origin, from, to);
}

export function report(context: Context, error: RuleError): void {
  context.errors.push(error);
}

/** The engine's words for what it finds while it reads the text. */
export function whileParsing(context: Context, text: string): string {
  return context.version === '3.7' && context.protocol === 'http' ? `parsing rule ${context.rule.value.text}: ${text}` : text;
}

/** The engine's words for what it finds while it builds the matchers. */
export function whileAdding(context: Context, call: Call, text: string, step: 'adding' | 'checking' = 'adding'): string {
  if (context.version !== '3.7' || context.protocol !== 'http') return text;
  const path = call.path.map((operator) => `error while adding rule ${operator}: `).join('');
  return `adding rule ${context.rule.value.text}: ${path}error while ${step} rule ${call.name}: ${text}`;
}

export interface Complaint {
  readonly code: RuleErrorCode;
  readonly message: string;
  readonly engine: string;
  readonly step?: 'adding' | 'checking';
  readonly suggestion?: string;
}

/** Reports what is wrong with an argument, or with the whole call. */
export function complain(context: Context, call: Call, complaint: Complaint, at: OriginId = call.origin): undefined {
  const { code, message, engine, suggestion, step } = complaint;
  report(context, { code, message, engineSays: whileAdding(context, call, engine, step), origin: at, ...(suggestion === undefined ? {} : { suggestion }) });
  return undefined;
}

/** True when the value is not known: nothing may be said about its content. */
export function hasHoles(argument: Argument): boolean {
  return argument.holes !== undefined;
}
