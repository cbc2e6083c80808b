import { isSecretOption } from '../../ir/index.ts';
import type { Middleware } from '../../ir/index.ts';
import type { OriginId, Raw, YamlValue } from '../../text/index.ts';

/** A secret as its source says it: fixed texts with variables between them. */
export interface SecretText {
  readonly parts: readonly SecretPart[];
  /** The source's own words: `admin:${HASH}`. */
  readonly expression: string;
  /** Whether the text is split at commas, as Traefik splits a label. */
  readonly list: boolean;
}
export type SecretPart = { readonly kind: 'fixed'; readonly text: string } | { readonly kind: 'variable'; readonly name: string };

/** How a secret that came from a variable is written: each form has its own words for "read it from there". */
export interface SecretForm {
  readonly inlineSecrets: boolean;
  /** The text that was written at a place. */
  readonly written: (origin: OriginId) => string | undefined;
  /** An empty text means that it cannot be said. */
  readonly say: (text: SecretText) => Raw;
}

/** What stands in the place of an option; undefined = its value, as it is. */
export type Replace = (path: string, value: unknown) => YamlValue | undefined;

const UNSAID: Raw = { kind: 'raw', text: '' };

/** Secrets of a middleware that came from variables are not written down but read where the variable is, however deep they stand. */
export function replaceSecrets(middleware: Middleware, form: SecretForm): Replace {
  if (form.inlineSecrets || middleware.variables.size === 0 || ![...middleware.variables.keys()].some(isSecretOption)) return () => undefined;
  return (path, value) => {
    if (!isSecretOption(path) || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    return Array.isArray(value) ? secretList(middleware, form, path, value.map(String)) : secretText(middleware, form, path, String(value));
  };
}

function secretText(middleware: Middleware, form: SecretForm, path: string, value: string): YamlValue | undefined {
  if (namesAt(middleware, path).length === 0) return undefined;
  const text = parsed(middleware, form, path, value);
  return text === undefined ? UNSAID : form.say({ ...text, list: false });
}

/** A list that is one variable, or whose items cannot be told apart, is split where the engine reads it. */
function secretList(middleware: Middleware, form: SecretForm, path: string, items: readonly string[]): YamlValue | undefined {
  const paths = items.map((_, index) => `${path}[${String(index)}]`);
  const names = new Set([path, ...paths].flatMap((at) => namesAt(middleware, at)));
  if (names.size === 0) return undefined;
  const whole = parsed(middleware, form, path, items.join(',')) ?? (items.length === 1 ? undefined : parsed(middleware, form, `${path}[0]`, items.join(',')));
  if (whole?.parts.length === 1) return form.say({ ...whole, list: true });
  const each = paths.map((at, index) => ({ value: items[index] ?? '', names: namesAt(middleware, at), text: parsed(middleware, form, at, items[index] ?? '') }));
  const apart = items.length === 1 || each.every(({ text, names: own }) => own.length === 0 || (own.length === 1 && text !== undefined && text.parts.length > 1));
  if (apart) return each.map(({ value, names: own, text }) => (own.length === 0 ? value : text === undefined ? UNSAID : form.say({ ...text, list: false })));
  return whole === undefined ? UNSAID : form.say({ ...whole, list: true });
}

function namesAt({ variables }: Middleware, path: string): readonly string[] {
  const found = variables.get(path);
  return found === undefined ? [] : [...new Set([...found.unset, ...found.filled])];
}

/** What the source says at a place, where that is sure: read back with any values, it can be the value that is known. */
function parsed(middleware: Middleware, form: SecretForm, path: string, value: string): Omit<SecretText, 'list'> | undefined {
  const place = middleware.places.get(path) ?? middleware.places.get(path.replace(/\[0\]$/, ''));
  const expression = place === undefined ? undefined : form.written(place)?.trim();
  const [name, ...others] = namesAt(middleware, path);
  // Another way to say it than Compose's, which has one variable for all of a value.
  if (name !== undefined && others.length === 0 && expression?.includes('$') === false) return { parts: [{ kind: 'variable', name }], expression: `\${${name}}` };
  const parts = expression === undefined ? undefined : partsOf(expression);
  if (expression === undefined || parts === undefined) return undefined;
  const pattern = parts.map((part) => (part.kind === 'fixed' ? part.text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : '.*')).join('');
  return new RegExp(`^${pattern}$`, 's').test(value) ? { parts, expression } : undefined;
}

/** Compose's own forms of a variable with or without a default; others are not taken apart. */
function partsOf(expression: string): readonly SecretPart[] | undefined {
  const parts: SecretPart[] = [];
  const token = /(\$\$)|\$\{([A-Za-z_]\w*)(?::?[-?][^{}$]*)?\}|\$([A-Za-z_]\w*)|([^$]+)/y;
  while (token.lastIndex < expression.length) {
    const [all, dollar, braced, bare, text] = token.exec(expression) ?? [];
    if (all === undefined) return undefined;
    const name = braced ?? bare;
    const last = parts.at(-1);
    if (name !== undefined) parts.push({ kind: 'variable', name });
    else if (last?.kind === 'fixed') parts.splice(-1, 1, { kind: 'fixed', text: last.text + (dollar === undefined ? (text ?? '') : '$') });
    else parts.push({ kind: 'fixed', text: dollar === undefined ? (text ?? '') : '$' });
  }
  return parts;
}
