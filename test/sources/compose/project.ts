import type { Diagnostic } from '../../../src/diagnostics/index.ts';
import type { Stack } from '../../../src/ir/index.ts';
import { readCompose } from '../../../src/sources/compose/index.ts';
import type { SourceHost, StackInput } from '../../../src/sources/source.ts';
import { Origins } from '../../../src/text/index.ts';
import type { OriginId, SourceFile } from '../../../src/text/index.ts';

export type Files = Readonly<Record<string, string>>;

/** Files in memory, in a project folder called `shop`. */
export function memoryHost(files: Files): SourceHost {
  return {
    readFile: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    listFolder: (folder) => {
      const prefix = folder === '.' ? '' : `${folder}/`;
      const names = Object.keys(files).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length).split('/')[0] ?? '');
      return names.length === 0 ? undefined : [...new Set(names)].sort();
    },
  };
}

export interface Read {
  readonly stack: Stack | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly origins: Origins;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** `4:9-14`, or `4:9-5:3` over lines; with the file in front when it is not the first one. */
  at(origin: OriginId): string;
}

export function read(files: Files, input: Partial<StackInput> = {}): Read {
  const origins = new Origins();
  const result = readCompose({ files: [], directory: '.', workingDirectory: '/home/shop', variables: new Map(), ...input }, memoryHost(files), origins);
  const sources = new Map(result.files.map((file) => [file.path, file]));
  const first = result.stack?.files[0];
  const at = (origin: OriginId): string => placeOf(origin, origins, sources, first);
  return { stack: result.stack, diagnostics: result.diagnostics, origins, files: sources, at };
}

function placeOf(id: OriginId, origins: Origins, files: ReadonlyMap<string, SourceFile>, first: string | undefined): string {
  const origin = origins.get(id);
  if (origin.kind !== 'span') return origin.kind;
  const start = files.get(origin.file)?.position(origin.start) ?? { line: 0, column: 0 };
  const end = files.get(origin.file)?.position(origin.end) ?? start;
  const stop = start.line === end.line ? String(end.column) : `${String(end.line)}:${String(end.column)}`;
  const via = origin.via === undefined ? '' : ` via ${placeOf(origin.via, origins, files, first)}`;
  return `${origin.file === first ? '' : `${origin.file} `}${String(start.line)}:${String(start.column)}-${stop}${via}`;
}

/** Each finding as one line: place, severity, rule, message. */
export function findings(result: Read): readonly string[] {
  return result.diagnostics.map((found) => `${result.at(found.at.origin)} ${found.severity}${found.blocking ? '!' : ''} ${found.rule}: ${found.message}`);
}

/** A file with lines that mark places: `#`, blanks, `^^^` under the columns, then what stands there. */
export function marked(text: string): { readonly text: string; readonly marks: readonly string[] } {
  const kept: string[] = [];
  const marks: string[] = [];
  for (const line of text.split('\n')) {
    const mark = /^(\s*#\s*)(\^+) (.+)$/.exec(line);
    if (mark === null) kept.push(line);
    else marks.push(`${String(kept.length)}:${String((mark[1] ?? '').length + 1)}-${String((mark[1] ?? '').length + 1 + (mark[2] ?? '').length)} ${mark[3] ?? ''}`);
  }
  return { text: kept.join('\n'), marks };
}

/** Everything in the stack that has a place, as `PLACE what`. */
export function facts(result: Read): readonly string[] {
  const out: string[] = [];
  const say = (origin: OriginId, what: string): void => void out.push(`${result.at(origin)} ${what}`);
  for (const container of [...(result.stack?.containers ?? []), ...(result.stack?.inactive ?? [])]) {
    say(container.origin, `service ${container.id.service}`);
    if (container.image !== undefined) say(container.image.origin, `image ${container.image.value.text}`);
    for (const label of [...container.labels, ...(container.shadowedLabels ?? [])]) {
      say(label.origin, `${label.place} label${label.overriddenBy === undefined ? '' : ' shadowed'}`);
      say(label.key.origin, `key ${label.key.value.text}`);
      say(label.value.origin, `value ${label.value.value.text}`);
    }
    for (const port of container.ports) say(port.origin, `port ${port.hostIp ?? ''}:${String(port.published ?? '')}:${String(port.container)}/${port.protocol}`);
    for (const port of container.expose) say(port.origin, `expose ${String(port.port)}/${port.protocol}`);
    for (const port of container.unknownPorts ?? []) say(port.origin, `unknown port ${port.value.text}`);
    for (const use of container.networks) say(use.origin, `network ${use.key} = ${use.dockerName.text}`);
    for (const mount of container.mounts) say(mount.origin, `${mount.kind} ${mount.source?.text ?? '-'} at ${mount.target}`);
    for (const variable of container.environment) say(variable.origin, `env ${variable.name} = ${variable.value?.text ?? '?'}`);
    for (const word of container.command) say(word.origin, `word ${word.value.text}`);
    for (const name of container.dependsOn) say(name.origin, `depends on ${name.value}`);
  }
  for (const unset of result.stack?.unset ?? []) for (const origin of unset.origins) say(origin, `${unset.required ? 'required' : 'unset'} ${unset.name}`);
  return out;
}
