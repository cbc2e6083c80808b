import type { OutputFile } from '../../src/index.ts';

/** Rendered files with one thing wrong. */
export interface Corruption {
  readonly name: string;
  readonly files: readonly OutputFile[];
}

/** What becomes of the lines of one file. */
interface Change {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Every line dropped in turn, and in every line that has one: another host, port, path, priority. */
export function corruptions(files: readonly OutputFile[]): readonly Corruption[] {
  return spoilt(files, (lines, at) => changes(lines[at] ?? '').map(({ name, text }) => ({ name, lines: text === undefined ? lines.toSpliced(at, 1) : lines.with(at, text) })));
}

/** Every line twice, or where the next one stands; every block left out; another number, operator, address in every line that has one. */
export function rareCorruptions(files: readonly OutputFile[]): readonly Corruption[] {
  return spoilt(files, (lines, at) => {
    const line = lines[at] ?? '';
    const next = lines[at + 1] ?? '';
    const block = blockAt(lines, at);
    return [
      { name: 'twice', lines: lines.toSpliced(at, 0, line) },
      ...(isSaid(next) && next !== line ? [{ name: 'after the next', lines: lines.toSpliced(at, 2, next, line) }] : []),
      ...(block > 1 ? [{ name: `block of ${String(block)} dropped`, lines: lines.toSpliced(at, block) }] : []),
      ...edits(line).filter(({ text }) => text !== line).map(({ name, text }) => ({ name, lines: lines.with(at, text) })),
    ];
  });
}

function spoilt(files: readonly OutputFile[], change: (lines: readonly string[], at: number) => readonly Change[]): readonly Corruption[] {
  return files.filter(({ path }) => !path.endsWith('.txt')).flatMap((file) => {
    const lines = file.text.split('\n');
    return lines.flatMap((line, at) => (isSaid(line) ? change(lines, at) : []).map((changed): Corruption => ({
      name: `${file.path}:${String(at + 1)} ${changed.name}: ${line.trim()}`,
      files: files.map((one) => (one === file ? { ...one, text: changed.lines.join('\n') } : one)),
    })));
  });
}

function isSaid(line: string): boolean {
  return line.trim() !== '' && !line.trim().startsWith('#');
}

function changes(line: string): readonly { readonly name: string; readonly text: string | undefined }[] {
  const edited = [
    { name: 'host', text: line.replace(/\b([a-z])\.test\b/, (_, letter: string) => `${letter === 'a' ? 'b' : 'a'}.test`) },
    { name: 'port', text: line.replace(/:8000\b/, ':8001') },
    { name: 'path', text: line.replace(/(?<=[\s`"'^(=]\/)([a-z])/, (letter) => (letter === 'z' ? 'y' : 'z')) },
    { name: 'priority', text: line.replace(/(?<=priority: )\d+/, (digits) => (digits === '1' ? '999999' : '1')) },
  ];
  return [{ name: 'dropped', text: undefined }, ...edited.filter(({ text }) => text !== line)];
}

/** Operators of a location, a condition and the key of a map, each with another of its kind. */
const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/^(\s*location )= /, '$1^~ '], [/^(\s*location )\^~ /, '$1'], [/^(\s*location )~ /, '$1~* '], [/^(\s*location )~\* /, '$1~ '], [/^(\s*location )(?=\/)/, '$1= '],
  [/^(\s*"?)~\*(?=.*;$)/, '$1~'], [/^(\s*"?)~(?=[^*].*;$)/, '$1~*'], [/ = (?=\S+\) \{$)/, ' != '], [/ != (?=\S+\) \{$)/, ' = '], [/ == /, ' != '], [/ \^= /, ' == '], [/ && /, ' || '], [/ \|\| /, ' && '],
];

function edits(line: string): readonly { readonly name: string; readonly text: string }[] {
  const [found, other] = OPERATORS.find(([operator]) => operator.test(line)) ?? [/$/, ''];
  return [
    { name: 'operator', text: line.replace(found, other) },
    { name: 'address', text: line.replace(/\b127\.(\d+)\.(\d+)\.(\d+)\b/, (_, a: string, b: string, c: string) => `127.${a}.${b}.${String((Number(c) % 250) + 1)}`) },
    { name: 'number', text: line.replace(/(?<=[\s"'=])\d+(?=["';\s]|$)/, (digits) => String(Number(digits) + 1)) },
  ];
}

/** The lines of the block that begins here, by braces or else by what is further in; 1 = none does. */
function blockAt(lines: readonly string[], at: number): number {
  const line = lines[at] ?? '';
  const depth = indent(line);
  const closed = line.endsWith('{');
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((other) => other.trim() !== '' && indent(other) <= depth);
  const inside = end === -1 ? rest.length : end;
  return closed ? inside + 2 : inside + 1;
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
