/** A text with variables of Traefik's own environment in it. */
export interface Asked {
  /** Without repeats, in order of appearance. */
  readonly names: readonly string[];
  /** What the whole text looks like, with anything for the variables. */
  readonly format: RegExp;
  /** Whether it is a list, split at commas. */
  readonly list: boolean;
}
/** The text with its variables filled in, as the routing has it; empty where it has none that looks so. */
export type Environment = (asked: Asked) => string;

export type Expanded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly action: string };

/**
 * Dynamic files are Go templates before they are YAML. Only the actions that print a text as it stands or a variable
 * are known; any other one is named.
 */
export function expandTemplate(text: string, environment: Environment): Expanded {
  let unknown: string | undefined;
  const out = text.replace(/\{\{-?\s*((?:`[^`]*`|"(?:[^"\\]|\\.)*"|[^`"}])*?)\s*-?\}\}/g, (_, action: string) => {
    const value = evaluate(action, environment);
    if (value === undefined) unknown ??= action;
    return value ?? '';
  });
  return unknown === undefined ? { ok: true, text: out } : { ok: false, action: unknown };
}

function evaluate(action: string, environment: Environment): string | undefined {
  const raw = /^`([^`]*)`$/.exec(action);
  if (raw !== null) return raw[1];
  const list = /^splitList "," \((.*)\) \| toJson$/s.exec(action);
  const text = textOf(list?.[1] ?? /^(.*) \| toJson$/s.exec(action)?.[1] ?? '');
  if (text === undefined) return undefined;
  const value = environment({ ...text, list: list !== null });
  return JSON.stringify(list === null ? value : value.split(','));
}

/** `env "A"`, or `printf "…%s…" (env "A") (env "B")`. */
function textOf(expression: string): Omit<Asked, 'list'> | undefined {
  const single = /^env "(\w+)"$/.exec(expression)?.[1];
  if (single !== undefined) return { names: [single], format: /^.*$/s };
  const [, quotedFormat, more = ''] = /^printf ("(?:[^"\\]|\\.)*")((?: \(env "\w+"\))+)$/.exec(expression) ?? [];
  if (quotedFormat === undefined) return undefined;
  const format: unknown = JSON.parse(quotedFormat);
  const names = [...more.matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
  if (typeof format !== 'string' || (format.replaceAll('%%', '').match(/%s/g) ?? []).length !== names.length) return undefined;
  const pattern = format.split(/(%%|%s)/).map((part) => (part === '%s' ? '.*' : (part === '%%' ? '%' : part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))).join('');
  return { names: [...new Set(names)], format: new RegExp(`^${pattern}$`, 's') };
}
