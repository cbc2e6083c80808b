import { normalize } from '../names.ts';

/** What an action of a template comes to; null is a label that is not there, which Go prints as `<no value>`. */
export type TemplateValue = string | boolean | null;

/** The template uses more than is known here. */
export class Unknown extends Error {}
/** The engine gives up on the template. */
export class Fails extends Error {}

/** What `if` makes of a value: a text is false when it is empty, also the text "false" is not. */
export function truth(value: TemplateValue): boolean {
  return value !== null && value !== '' && value !== false;
}

type Fn = (args: readonly TemplateValue[]) => TemplateValue;

/** The functions of Go's templates and of sprig that default rules are seen with; arguments in written order, the piped one last. */
export const FUNCTIONS: Readonly<Record<string, Fn | undefined>> = {
  normalize: texts(1, (text) => normalize(text)),
  lower: texts(1, (text) => text.toLowerCase()),
  upper: texts(1, (text) => text.toUpperCase()),
  trim: texts(1, (text) => text.trim()),
  trimPrefix: texts(2, (prefix, text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  trimSuffix: texts(2, (suffix, text) => (suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text)),
  replace: texts(3, (from, to, text) => text.split(from).join(to)),
  contains: texts(2, (part, text) => text.includes(part)),
  hasPrefix: texts(2, (prefix, text) => text.startsWith(prefix)),
  hasSuffix: texts(2, (suffix, text) => text.endsWith(suffix)),
  default: ([fallback, given, ...more]) => (fallback === undefined || given === undefined || more.length > 0 ? unknown() : truth(given) ? given : fallback),
  coalesce: (args) => args.find(truth) ?? null,
  empty: ([value, ...more]) => (value === undefined || more.length > 0 ? unknown() : !truth(value)),
  ternary: ([yes, no, test]) => (yes === undefined || no === undefined || typeof test !== 'boolean' ? unknown() : test ? yes : no),
  eq: ([value, ...others]) => (others.length === 0 ? unknown() : others.some((other) => same(value, other))),
  ne: ([value, other]) => !same(value, other),
  not: ([value, ...more]) => (value === undefined || more.length > 0 ? unknown() : !truth(value)),
  or: (args) => chosen(args, truth),
  and: (args) => chosen(args, (value) => !truth(value)),
};

/** A function that takes texts only: with anything else the engine ends the template. */
function texts(count: number, fn: (...args: [string, string, string]) => TemplateValue): Fn {
  return (args) => {
    if (args.length !== count) unknown();
    const [first = '', second = '', third = ''] = args.map((arg) => (typeof arg === 'string' ? arg : fails()));
    return fn(first, second, third);
  };
}

/** The first argument that ends it, else the last. */
function chosen(args: readonly TemplateValue[], ends: (value: TemplateValue) => boolean): TemplateValue {
  const index = args.findIndex(ends);
  return args[index < 0 ? args.length - 1 : index] ?? null;
}

/** Texts are compared with texts; a label that is not there is no text. */
function same(value: TemplateValue | undefined, other: TemplateValue | undefined): boolean {
  const known = value !== undefined && other !== undefined && typeof value !== 'boolean' && typeof other !== 'boolean' && (value !== null || other !== null);
  return known ? value === other : unknown();
}

/** Gives up on the template, since more is not known. */
export function unknown(): never {
  throw new Unknown();
}

/** Gives up on the template, as the engine does. */
export function fails(): never {
  throw new Fails();
}
