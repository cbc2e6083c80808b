import { alike } from '../alike.ts';
import type { Finding } from '../finding.ts';
import { foldFindings } from '../fold.ts';
import type { Folded } from '../fold.ts';
import { codeFrame } from '../frame.ts';
import { asciiOnly, printable, withoutCommands } from '../paint.ts';
import type { Paint } from '../paint.ts';
import type { FormatOptions, Formatter, Report } from '../report.ts';
import { limitFindings } from '../report.ts';
import { plural, summary } from '../summary.ts';
import { wrapLine } from '../wrap.ts';

/** For people: the fact, the exact place, the consequence, the way out; notes at the end, each in a few lines. */
export const text: Formatter = {
  name: 'text',
  format(report, options): string {
    const wanted = report.findings.filter((finding) => !options.quiet || finding.severity === 'error');
    const { first, others } = alike(wanted);
    const { shown, more } = limitFindings(first);
    const folded = foldFindings(shown);
    const problems = folded.filter(({ finding }) => finding.severity !== 'note').map((one) => block(one, others.get(one.finding) ?? [], report, options));
    const notes = folded.filter(({ finding }) => finding.severity === 'note').map(({ finding }) => note(finding, report, options));
    const rest = more.map(({ rule, count }) => `${String(count)} more of ${rule} (${WHOLE[report.schema] ?? 'gateway lint --format concise has them'})`);
    const blocks = [...problems, ...(notes.length === 0 ? [] : [notes.flat()]), ...(rest.length === 0 ? [] : [rest])];
    const all = [...blocks.map((lines) => `${lines.join('\n')}\n`), ...(options.quiet ? [] : [`${summary(report)}\n`])].join('\n');
    return withoutCommands(options.ascii === true ? asciiOnly(all) : all);
  },
};

/** Where all of them are, by what the command has. */
const WHOLE: Readonly<Record<string, string>> = { 'gateway.lint/1': 'see --format concise', 'gateway.build/1': 'all with --json' };

function block({ finding, consequences }: Folded, others: readonly Finding[], report: Report, options: FormatOptions): readonly string[] {
  const { paint } = options;
  const head = `${paint.bold(placeText(finding))}  ${paint[finding.severity](finding.severity)}  ${paint.dim(finding.rule)}  ${oneLine(finding.message)}`;
  const source = report.sources.get(finding.file);
  const frame = source === undefined ? [] : codeFrame(source, finding, finding.label ?? '', { ...options, context: 0 });
  const related = finding.related.map((place) => `  ${paint.dim('also')}  ${placeText(place)}  ${oneLine(place.message)}`.trimEnd());
  const [same, then] = [consequences.filter(({ rule }) => rule === finding.rule), consequences.filter(({ rule }) => rule !== finding.rule)];
  return [head, ...frame, ...said('Why', finding.why, options), ...related, ...also(others, placeText, paint), ...also(same, (one) => `${placeText(one)}  ${oneLine(one.message)}`, paint), ...followUps(then, paint), ...said('Fix', fixText(finding), options)];
}

/** How many follow-ups and places are named before the rest is counted. */
const NAMED = 5;

function followUps(consequences: readonly Finding[], paint: Paint): readonly string[] {
  const shown = consequences.slice(0, NAMED).map((one) => `  ${paint.dim('then')}  ${placeText(one)}  ${one.severity}  ${one.rule}  ${oneLine(one.message)}`);
  const rest = consequences.length - shown.length;
  return rest === 0 ? shown : [...shown, `  ${paint.dim('then')}  ${String(rest)} more that only follow from this`];
}

/** Places that one way out covers, whether they say the same or are parts of one mistake. */
function also(places: readonly Finding[], told: (place: Finding) => string, paint: Paint): readonly string[] {
  const named = places.slice(0, NAMED).map((place) => `  ${paint.dim('also')}  ${told(place)}`);
  const rest = places.length - named.length;
  return rest === 0 ? named : [...named, `  ${paint.dim('also')}  ${plural(rest, 'more place')} (all with --json)`];
}

/** Longer ones stand out of the column. */
const WIDEST_SUBJECT = 40;

/** No frame: a note is about a fact that is missing, not about a place. */
function note(finding: Finding, report: Report, { paint, wrap }: FormatOptions): readonly string[] {
  const indent = '      ';
  const skipped = report.skipped.filter(({ rule }) => rule === finding.rule).flatMap(({ places }) => places);
  const subjects = new Map<string, { readonly first: string; count: number }>();
  for (const place of skipped) {
    const known = subjects.get(place.subject) ?? { first: placeText(place), count: 0 };
    subjects.set(place.subject, known);
    known.count += 1;
  }
  const named = [...subjects].slice(0, NAMED).map(([subject, at]) => ({ subject: oneLine(subject), ...at }));
  const column = Math.min(WIDEST_SUBJECT, Math.max(0, ...named.map(({ subject }) => subject.length)));
  const rows = named.map(({ subject, first, count }) => `${indent}${subject.padEnd(column)}  ${plural(count, 'place')}, first ${first}`);
  const rest = subjects.size > NAMED ? [`${indent}and ${String(subjects.size - NAMED)} more`] : [];
  const where = subjects.size === 0 ? [`${indent}${placeText(finding)}`] : [];
  const more = [finding.why, finding.help].flatMap((part) => (part === null || part === '' ? [] : part.split('\n'))).flatMap((line) => wrapLine(printable(line), within(wrap, indent))).map((line) => `${indent}${line}`);
  return [`${paint.note('note')}  ${paint.dim(finding.rule)}  ${oneLine(finding.message)}`, ...where, ...rows, ...rest, ...more];
}

function placeText(place: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${oneLine(place.file)}:${String(place.line)}:${String(place.column)}`;
}

/** Text of one line stays one: a line break in a value is shown. */
function oneLine(value: string): string {
  return printable(value).replaceAll('\n', '\\u000a');
}

function said(word: string, value: string | null, { paint, wrap }: FormatOptions): readonly string[] {
  if (value === null || value === '') return [];
  const indent = '        ';
  const [first = '', ...rest] = value.split('\n').flatMap((line) => wrapLine(printable(line), within(wrap, indent)));
  return [`  ${paint.dim(word)}   ${first}`, ...rest.map((line) => `${indent}${line}`)];
}

function within(wrap: number | undefined, indent: string): number | undefined {
  return wrap === undefined ? undefined : wrap - indent.length;
}

function fixText(finding: Finding): string | null {
  const fix = finding.fixes[0];
  if (fix === undefined) return finding.help;
  if (fix.safety === 'safe') return `safe: gateway lint --fix (${fix.title})`;
  const how = `needs a look: gateway lint --fix-unsafe (${fix.title})`;
  return finding.help === null ? how : `${finding.help}\n${how}`;
}
