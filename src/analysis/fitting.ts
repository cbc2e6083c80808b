import type { HttpMatcher } from '../ir/index.ts';
import { compilePattern, quoteMeta, wordsOf, type Pattern } from '../rule-lang/index.ts';
import { once, oncePer } from '../text/index.ts';
import type { Atom, Case } from './cases.ts';
import { createMemory } from './memory.ts';

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
  const distinct = new Map(all.map((one) => [`${String(one.negated)} ${one.pattern.re.source}`, one]));
  const conditions = [...distinct.values()];
  // What one condition asks for, its own texts have.
  if (conditions.length < 2) return texts;
  const fit = texts.filter((text) => conditions.every(({ pattern, negated }) => pattern.test(text) !== negated));
  if (fit.length > 0) return fit;
  const made = remembered([part, ...distinct.keys()].join('\0'), () => madeFor(part, conditions));
  return made.length > 0 ? made : texts;
}

const remembered = createMemory<readonly string[]>();

function madeFor(part: Part, conditions: readonly Condition[]): readonly string[] {
  const { letters, all, none } = FORMS[part]();
  const those = (negated: boolean): readonly Pattern[] => conditions.filter((one) => one.negated === negated).map(({ pattern }) => pattern);
  return wordsOf({ all: [...all, ...those(false)].map(({ re }) => re), none: [...none, ...those(true)].map(({ re }) => re), letters }, MADE);
}

/** What a matcher asks of a part, as a pattern. */
interface Asked {
  readonly part: Part;
  /** Of the field or the parameter. */
  readonly name: string;
  readonly pattern: Pattern;
}
interface Condition extends Asked {
  readonly negated: boolean;
}

function conditionOf({ matcher, negated }: Atom): readonly Condition[] {
  return askedBy(matcher).map((one) => ({ ...one, negated }));
}

/** Nothing where a matcher is about something else, or its pattern is none. Rules are taken apart again and again, into the same matchers. */
const askedBy = oncePer(read);

function read(matcher: HttpMatcher): readonly Asked[] {
  switch (matcher.kind) {
    case 'host':
      return asked('host', '', hostPattern(matcher));
    case 'hostRegexp':
      return asked('host', '', matcher.pattern.value);
    case 'path':
      return asked('path', '', whole(matcher.path.value));
    case 'pathPrefix':
      return asked('path', '', `^${quoteMeta(matcher.prefix.value)}`);
    case 'pathRegexp':
      return asked('path', '', matcher.pattern.value);
    case 'header':
      return asked('value', `field ${matcher.name.value.toLowerCase()}`, whole(matcher.value.value));
    case 'headerRegexp':
      return asked('value', `field ${matcher.name.value.toLowerCase()}`, matcher.pattern.value);
    case 'query':
      return asked('value', `parameter ${matcher.name.value}`, whole(matcher.value?.value ?? ''));
    case 'queryPresent':
      return asked('value', `parameter ${matcher.name.value}`, '');
    case 'queryRegexp':
      return asked('value', `parameter ${matcher.name.value}`, matcher.pattern === undefined ? whole('') : matcher.pattern.value);
    default:
      return [];
  }
}

function asked(part: Part, name: string, source: string): readonly Asked[] {
  return compiled(source).map((pattern) => ({ part, name, pattern }));
}

function whole(text: string): string {
  return `^${quoteMeta(text)}$`;
}

/** One final dot is ignored; `*.x` stands for one more label, `*` for everything. */
function hostPattern({ host, wildcard }: Extract<HttpMatcher, { kind: 'host' }>): string {
  const name = host.value.toLowerCase().replace(/(?<=.)\.$/, '');
  if (!wildcard || !name.startsWith('*')) return `^${quoteMeta(name)}\\.?$`;
  return name === '*' ? '' : `^[^.]*${quoteMeta(name.slice(1))}\\.?$`;
}

function compiled(pattern: string): readonly Pattern[] {
  const result = compilePattern(pattern);
  return result.ok ? [result.pattern] : [];
}
