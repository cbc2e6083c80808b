import type { ResponseHeader } from './chain.ts';
import { directive, literal, template, type Statement, type Word } from './plan.ts';

export function addHeader({ name, value }: ResponseHeader): Statement {
  return directive('add_header', literal(name), value ?? template(''), 'always');
}

/** The headers of a chain that have a value. */
export function addHeaders(response: readonly ResponseHeader[]): readonly Statement[] {
  return response.filter(({ value }) => value !== undefined).map(addHeader);
}

/** In front of a proxy: what the endpoint says of these headers is hidden, and ours is added where there is one. */
export function instead(response: readonly ResponseHeader[], hide = 'proxy_hide_header'): readonly Statement[] {
  return [...response.map(({ name }) => directive(hide, literal(name))), ...addHeaders(response)];
}

/**
 * An answer's own headers, without those that the chain around it sets or takes away: it works on the answer last (ran on 3.7.15),
 * and nginx would send both lines; where nginx itself would name the type of a text, it names none.
 */
export function unlessSaid(statements: readonly Statement[], response: readonly ResponseHeader[]): readonly Statement[] {
  if (response.length === 0) return statements;
  const said = new Set(response.map(({ name }) => name.toLowerCase()));
  const keep = (statement: Statement): readonly Statement[] => {
    if (statement.kind !== 'directive') return [statement];
    if (statement.block !== undefined) return [{ ...statement, block: statement.block.flatMap(keep) }];
    if (addsHeader(statement, said)) return [];
    return [said.has('content-type') && isWord(statement.words[0], 'default_type') ? directive('default_type', literal('')) : statement];
  };
  return statements.flatMap(keep);
}

/** Whether a statement adds a header, or one of these. */
export function addsHeader(statement: Statement, names?: ReadonlySet<string>): boolean {
  if (statement.kind !== 'directive') return false;
  const [first, name] = statement.words;
  return isWord(first, 'add_header') && (names === undefined || ((name?.kind === 'literal' || name?.kind === 'word') && names.has(name.text.toLowerCase())));
}

function isWord(word: Word | undefined, text: string): boolean {
  return word?.kind === 'word' && word.text === text;
}
