import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { FormatOptions, Report } from '../index.ts';
import { layoutFor, paintFor, paintForOutput } from './context.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { failureWords } from './failure-words.ts';
import type { LintFlags } from './lint-flags.ts';
import { putOutput } from './write.ts';
import { oneOf, unknownName } from './words.ts';

/** One `--format NAME[=FILE]`; without a file it goes to stdout. */
export interface Output {
  readonly name: string;
  readonly file?: string;
}

/** Formats that are one document: on stdout nothing may stand beside it. */
const DOCUMENTS = ['json', 'sarif', 'gitlab', 'junit', 'rdjson'];

/** The outputs that were asked for. Throws CommandError (2) for unknown ones and for two documents on stdout. */
export function outputsOf(flags: Pick<LintFlags, 'format' | 'json'>, known: readonly string[]): readonly Output[] {
  const wanted = [...(flags.format ?? []), ...(flags.json === true ? ['json'] : [])];
  const outputs = (wanted.length === 0 ? ['text'] : [...new Set(wanted)]).map((text): Output => {
    const at = text.indexOf('=');
    const name = at === -1 ? text : text.slice(0, at);
    if (!known.includes(name)) throw unknownName(`unknown format "${name}"`, name, known, 'Formats');
    if (at === text.length - 1) throw new CommandError(EXIT.usage, `--format ${name}= names no file`);
    return at === -1 ? { name } : { name, file: text.slice(at + 1) };
  });
  const printed = outputs.filter(({ file }) => file === undefined);
  const document = printed.find(({ name }) => DOCUMENTS.includes(name));
  if (document !== undefined && printed.length > 1) throw new CommandError(EXIT.usage, `"${document.name}" is a whole document: give the other formats a file`, 'e.g. --format text --format sarif=lint.sarif');
  return outputs;
}

/** Whether stdout holds one document that nothing may be added to. */
export function printsDocument(outputs: readonly Output[]): boolean {
  return outputs.some(({ name, file }) => file === undefined && DOCUMENTS.includes(name));
}

export interface Write {
  readonly outputs: readonly Output[];
  readonly report: Report;
  format(name: string, report: Report, options: FormatOptions): string;
}

/** Prints and writes all outputs, and annotations where they are wanted. */
export async function writeOutputs(context: Context, flags: LintFlags, { outputs, report, format }: Write): Promise<void> {
  const options = { width: context.width, quiet: flags.quiet === true, ascii: wantsAscii(context, flags) };
  for (const { name, file } of outputs) {
    const text = format(name, report, { ...options, ...(file === undefined ? layoutFor(context, 'out') : {}), paint: paintForOutput(context, flags, file) });
    await putOutput(context, file, text);
  }
  if (!annotates(context, flags)) return;
  const plain = { ...options, paint: paintFor(context, { color: 'never' }, 'err') };
  // The runner reads commands from both streams; stdout may be a document.
  if (!outputs.some(({ name, file }) => name === 'github' && file === undefined)) context.err(format('github', report, plain));
  const summary = context.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (summary !== '') appendSummary(context, summary, format('markdown', report, plain));
}

/** Whether annotations are wanted here. Throws CommandError (2). */
export function annotates(context: Context, { annotations }: LintFlags): boolean {
  const when = annotations === undefined ? 'never' : oneOf('--annotations', annotations, ['auto', 'always', 'never']);
  return when === 'always' || (when === 'auto' && context.env['GITHUB_ACTIONS'] === 'true');
}

/** The runner refuses a summary of more than a mebibyte, all of it. */
const SUMMARY_LIMIT = 1024 * 1024;

function appendSummary(context: Context, file: string, text: string): void {
  const fitting = Buffer.byteLength(text) <= SUMMARY_LIMIT ? text : '### gateway lint\n\nThe summary is too long to be shown here.\n';
  try {
    appendFileSync(path.resolve(context.cwd, file), fitting);
  } catch (error) {
    throw new CommandError(EXIT.environment, `cannot write the job summary: ${failureWords(error)}`);
  }
}

/** `--ascii`, or a locale that was set and is not UTF-8. */
function wantsAscii(context: Context, flags: LintFlags): boolean {
  const locale = [context.env['LC_ALL'], context.env['LC_CTYPE'], context.env['LANG']].find((value) => value !== undefined && value !== '');
  return flags.ascii === true || (locale !== undefined && !/utf-?8/i.test(locale));
}
