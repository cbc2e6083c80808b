import directives from '../../../templates/nginx/directives.hbs';
import main from '../../../templates/nginx/nginx.conf.hbs';
import part from '../../../templates/nginx/part.conf.hbs';
import type { OutputFile } from '../target.ts';
import type { Plan, Statement, Word } from './plan.ts';
import { printWord } from './quote.ts';

/** Prints a plan; decides nothing. */
export function render(plan: Plan): readonly OutputFile[] {
  const options = { helpers: HELPERS, partials: { directives } };
  const included = plan.included.map((file): OutputFile => ({ path: file.path, text: part(file, options) }));
  return [{ path: 'nginx.conf', text: main(plan, options), ...(plan.secret ? { secret: true } : {}) }, ...included, ...plan.files];
}

/** All that templates can print: every text goes through the quoting of nginx. */
const HELPERS = {
  at: (list: unknown, depth: unknown) => level(list, depth),
  words: (list: unknown) => (isWords(list) ? printWords(list) : refuse('words')),
  statement: (one: unknown, indent: unknown) => (isStatement(one) && typeof indent === 'string' ? printStatement(one, indent) : refuse('a statement')),
  comment: (text: unknown) => (typeof text === 'string' ? printComment(text) : refuse('a comment')),
};

/** A list of statements and how deep it stands. */
function level(list: unknown, depth: unknown): { readonly list: unknown; readonly indent: string; readonly below: number } {
  if (!Array.isArray(list) || typeof depth !== 'number') return refuse('a list of statements');
  return { list, indent: '    '.repeat(depth), below: depth + 1 };
}

function printStatement(statement: Statement, indent: string): string {
  if (statement.kind === 'blank') return '';
  if (statement.kind === 'comment') return `${indent}${printComment(statement.text)}`;
  return `${indent}${printWords(statement.words)}${statement.block === undefined ? ';' : ' { }'}`;
}

function printWords(words: readonly Word[]): string {
  return words.map(printWord).join(' ').replace(/ \)$/, ')');
}

/** A comment ends at the line break and nowhere else. */
function printComment(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are the point
  return `# ${text.replace(/[\u0000-\u001f\u007f]/g, '?')}`;
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'kind' in value && 'block' in value;
}

function isWords(value: unknown): value is readonly Word[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'object' && word !== null && 'kind' in word);
}

function refuse(what: string): never {
  throw new Error(`a template was not given ${what}`);
}
