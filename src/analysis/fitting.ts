import type { HttpMatcher } from '../ir/index.ts';
import { compilePattern, quoteMeta, wordsOf, type Pattern } from '../rule-lang/index.ts';
import { createMemory, once, oncePer } from '../text/index.ts';
import type { Atom, Case } from './cases.ts';

/** What a request has one text of, or of each name several. */
type Part = 'host' | 'path' | 'value';

/** Texts that are made where all given ones fail. */
const MADE = 4;

interface Form {
  readonly letters: string;
  readonly all: readonly Pattern[];
  readonly none: readonly Pattern[];
}

/** What arrives as it is sent: other texts are cleaned on their way, or nobody sends them. */
const FORMS: Readonly<Record<Part, () => Form>> = {
  host: once(() => ({ letters: 'xaqz7bcdefghijklmnoprstuvwy012345689-.', all: compiled('^.'), none: compiled(String.raw`^[.-]|[.-][.-]|-$`) })),
  path: once(() => ({ letters: 'xaqz7bcdefghijklmnoprstuvwyABCDEFGHIJKLMNOPQRSTUVWXYZ012345689/-_.~', all: compiled('^/'), none: compiled(String.raw`//|/\.{1,2}(?:/|$)`) })),
  value: once(() => ({ letters: 'xaqz7bcdefghijklmnoprstuvwyABCDEFGHIJKLMNOPQRSTUVWXYZ012345689-_./', all: [], none: [] })),
};

/**
 * Of these texts those that do what all conditions of a case ask of the host or the path, found by asking each condition;
 * where there is none, texts that are made from the conditions. All of them where that fails too: who asks the rules
 * knows more.
 */
export function fitting(part: 'host' | 'path', texts: readonly string[], atoms: Case): readonly string[] {
  return fittingAll(part, texts, atoms.flatMap(conditionOf).filter((one) => one.part === part));
}

/** The same of values that a field or a parameter may have: each is there for one condition, and all keep clear of what is excluded. */
export function fittingValues(texts: readonly string[], wanted: HttpMatcher, atoms: Case): readonly string[] {
  const own = conditionOf({ matcher: wanted, negated: false });
  const names = own.map(({ name }) => name);
  return fittingAll('value', texts, [...own, ...atoms.flatMap(conditionOf).filter(({ part, name, negated }) => part === 'value' && negated && names.includes(name))]);
}

function fittingAll(part: Part, texts: readonly string[], all: readonly Condition[]): readonly string[] {
  const distinct = new Map(all.map((one) => [`${String(one.negated)} ${one.source}`, one]));
  // What one condition asks for, its own texts have.
  if (distinct.size < 2) return texts;
  const conditions = [...distinct.values()];
  const fit = texts.filter((text) => conditions.every(({ takes, negated }) => takes(text, negated)));
  if (fit.length > 0) return fit;
  const made = remembered([part, ...distinct.keys()].join('\0'), () => madeFor(part, conditions));
  return made.length > 0 ? made : texts;
}

const remembered = createMemory<readonly string[]>();

function madeFor(part: Part, conditions: readonly Condition[]): readonly string[] {
  const { letters, all, none } = FORMS[part]();
  const those = (negated: boolean): readonly Pattern[] => conditions.filter((one) => one.negated === negated).flatMap(({ source }) => compiled(source));
  return wordsOf({ all: [...all, ...those(false)].map(({ re }) => re), none: [...none, ...those(true)].map(({ re }) => re), letters }, MADE);
}

/** What a matcher asks of a part. */
interface Asked {
  readonly part: Part;
  /** Of the field or the parameter. */
  readonly name: string;
  /** As a pattern; it is read where nothing simpler tells. */
  readonly source: string;
  /** Whether a text has it, or is without it. A pattern that is none asks for nothing. */
  readonly takes: (text: string, negated: boolean) => boolean;
}
interface Condition extends Asked {
  readonly negated: boolean;
}

function conditionOf({ matcher, negated }: Atom): readonly Condition[] {
  return askedBy(matcher).map((one) => ({ ...one, negated }));
}

/** Nothing where a matcher is about something else. Rules are taken apart again and again, into the same matchers. */
const askedBy = oncePer((matcher: HttpMatcher): readonly Asked[] => {
  switch (matcher.kind) {
    case 'host':
      return [hostAsked(matcher)];
    case 'hostRegexp':
      return [found('host', '', matcher.pattern.value)];
    case 'path':
      return [equal('path', '', matcher.path.value)];
    case 'pathPrefix':
      return [begun(matcher.prefix.value)];
    case 'pathRegexp':
      return [found('path', '', matcher.pattern.value)];
    case 'header':
      return [equal('value', field(matcher), matcher.value.value)];
    case 'headerRegexp':
      return [found('value', field(matcher), matcher.pattern.value)];
    case 'query':
      return [equal('value', parameter(matcher), matcher.value?.value ?? '')];
    case 'queryPresent':
      return [found('value', parameter(matcher), '')];
    case 'queryRegexp':
      return [matcher.pattern === undefined ? equal('value', parameter(matcher), '') : found('value', parameter(matcher), matcher.pattern.value)];
    default:
      return [];
  }
});

function field({ name }: { readonly name: { readonly value: string } }): string {
  return `field ${name.value.toLowerCase()}`;
}

function parameter({ name }: { readonly name: { readonly value: string } }): string {
  return `parameter ${name.value}`;
}

function found(part: Part, name: string, source: string): Asked {
  const patterns = once(() => compiled(source));
  return { part, name, source, takes: (text, negated) => patterns().every((pattern) => pattern.test(text) !== negated) };
}

function equal(part: Part, name: string, wanted: string): Asked {
  return { part, name, source: `^${quoteMeta(wanted)}$`, takes: (text, negated) => (text === wanted) !== negated };
}

function begun(prefix: string): Asked {
  return { part: 'path', name: '', source: `^${quoteMeta(prefix)}`, takes: (text, negated) => text.startsWith(prefix) !== negated };
}

/** One final dot is ignored; `*.x` stands for one more label, `*` for everything. */
function hostAsked({ host, wildcard }: Extract<HttpMatcher, { kind: 'host' }>): Asked {
  const name = host.value.toLowerCase().replace(/(?<=.)\.$/, '');
  if (wildcard && name.startsWith('*')) return found('host', '', name === '*' ? '' : `^[^.]*${quoteMeta(name.slice(1))}\\.?$`);
  return { part: 'host', name: '', source: `^${quoteMeta(name)}\\.?$`, takes: (text, negated) => (text === name || text === `${name}.`) !== negated };
}

function compiled(pattern: string): readonly Pattern[] {
  const result = compilePattern(pattern);
  return result.ok ? [result.pattern] : [];
}
