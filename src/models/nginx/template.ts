import { createMemory } from '../../text/index.ts';
import { ConfigError } from './tokens.ts';

/** A text with variables and captures, as `ngx_http_script_compile` reads it: `$` has no escape. */
export type Template = readonly Part[];
export type Part = string | { readonly variable: string } | { readonly capture: number };

/** Gives what stands for variables and captures. */
export interface Values {
  variable(name: string): string;
  capture(number: number): string;
}

const remembered = createMemory<Template>(50_000);

export function compileTemplate(text: string): Template {
  return remembered(text, () => compile(text));
}

function compile(text: string): Template {
  const parts: Part[] = [];
  let at = 0;
  for (let dollar = text.indexOf('$', at); dollar >= 0; dollar = text.indexOf('$', at)) {
    if (dollar > at) parts.push(text.slice(at, dollar));
    const found = /^\$(?:([1-9])|\{(\w+)\}|(\w+))/.exec(text.slice(dollar));
    if (found === null) throw new ConfigError(`invalid variable name in "${text}"`);
    const [whole, digit, braced, plain] = found;
    parts.push(digit === undefined ? { variable: braced ?? plain ?? '' } : { capture: Number(digit) });
    at = dollar + whole.length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

export function evaluate(template: Template, values: Values): string {
  const [only = ''] = template;
  if (template.length < 2 && typeof only === 'string') return only;
  let out = '';
  for (const part of template) out += typeof part === 'string' ? part : 'variable' in part ? values.variable(part.variable) : values.capture(part.capture);
  return out;
}

export function hasVariables(template: Template): boolean {
  return template.some((part) => typeof part !== 'string');
}

/** The names that a template reads. */
export function variablesOf(template: Template): readonly string[] {
  return template.flatMap((part) => (typeof part !== 'string' && 'variable' in part ? [part.variable] : []));
}
