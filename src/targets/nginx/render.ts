import type { OutputFile } from '../target.ts';
import type { Plan, Statement } from './plan.ts';
import { printWord } from './quote.ts';

/** Prints a plan; decides nothing. */
export function render(plan: Plan): readonly OutputFile[] {
  return [{ path: 'nginx.conf', text: `${lines(plan.main, '').join('\n')}\n` }, ...plan.files];
}

function lines(statements: readonly Statement[], indent: string): readonly string[] {
  return statements.flatMap((statement) => statementLines(statement, indent));
}

function statementLines(statement: Statement, indent: string): readonly string[] {
  if (statement.kind === 'blank') return [''];
  if (statement.kind === 'comment') return [`${indent}# ${inert(statement.text)}`];
  const head = indent + statement.words.map(printWord).join(' ').replace(/ \)$/, ')');
  if (statement.block === undefined) return [`${head};`];
  if (statement.block.length === 0) return [`${head} { }`];
  return [`${head} {`, ...lines(statement.block, `${indent}    `), `${indent}}`];
}

/** A comment ends at the line break and nowhere else. */
function inert(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are the point
  return text.replace(/[\u0000-\u001f\u007f]/g, '?');
}
