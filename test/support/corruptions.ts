import type { OutputFile } from '../../src/index.ts';

/** Rendered files with one thing wrong. */
export interface Corruption {
  readonly name: string;
  readonly files: readonly OutputFile[];
}

/** Every line dropped in turn, and in every line that has one: another host, port, path, priority. */
export function corruptions(files: readonly OutputFile[]): readonly Corruption[] {
  return files.filter(({ path }) => !path.endsWith('.txt')).flatMap((file) => {
    const lines = file.text.split('\n');
    return lines.flatMap((line, at) => changes(line).map(({ name, text }): Corruption => {
      const changed = text === undefined ? lines.toSpliced(at, 1) : lines.with(at, text);
      return { name: `${file.path}:${String(at + 1)} ${name}: ${line.trim()}`, files: files.map((one) => (one === file ? { ...one, text: changed.join('\n') } : one)) };
    }));
  });
}

function changes(line: string): readonly { readonly name: string; readonly text: string | undefined }[] {
  if (line.trim() === '' || line.trim().startsWith('#')) return [];
  const edits = [
    { name: 'host', text: line.replace(/\b([a-z])\.test\b/, (_, letter: string) => `${letter === 'a' ? 'b' : 'a'}.test`) },
    { name: 'port', text: line.replace(/:8000\b/, ':8001') },
    { name: 'path', text: line.replace(/(?<=[\s`"'^(=]\/)([a-z])/, (letter) => (letter === 'z' ? 'y' : 'z')) },
    { name: 'priority', text: line.replace(/(?<=priority: )\d+/, (digits) => (digits === '1' ? '999999' : '1')) },
  ];
  return [{ name: 'dropped', text: undefined }, ...edits.filter(({ text }) => text !== line)];
}
