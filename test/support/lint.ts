import { load } from '../../src/compile/load.ts';
import type { Loaded } from '../../src/compile/types.ts';
import { rules } from '../../src/checks/registry.ts';
import type { Example } from '../../src/checks/rule.ts';
import { runRules } from '../../src/checks/run.ts';
import { toFindings } from '../../src/diagnostics/index.ts';
import type { Finding, Skipped } from '../../src/diagnostics/index.ts';
import type { EngineVersion } from '../../src/resolve/index.ts';
import type { SourceHost } from '../../src/sources/source.ts';

export interface LintInput {
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** One stack per list of paths; the file `compose.yml` alone when absent. */
  readonly stacks?: readonly (readonly string[])[];
  /** A gateway.yaml beside them. */
  readonly spec?: string;
  /** What a running engine's API said, instead of stacks. */
  readonly rawdata?: string;
  readonly static?: string;
  readonly dynamic?: readonly string[];
  readonly versions?: readonly EngineVersion[];
  readonly declared?: boolean;
  readonly projectName?: string;
}

export interface Linted {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly loaded: Loaded;
}

/** Reads, resolves and lints files that exist only in the test. */
export function lintFiles(input: LintInput): Linted {
  const host = memoryHost(input.files);
  const loaded = load({
    gateways: [{
      name: 'default',
      stacks: (input.stacks ?? [['compose.yml']]).map((files) => ({ files, variables: new Map(), workingDirectory: '/srv/shop', ...(input.projectName === undefined ? {} : { projectName: input.projectName }) })),
      dynamic: input.dynamic ?? [],
      ...(input.spec === undefined ? {} : { spec: { files: [input.spec], variables: new Map() } }),
      ...(input.rawdata === undefined ? {} : { rawdata: { path: input.rawdata, text: input.files[input.rawdata] ?? '' } }),
      ...(input.static === undefined ? {} : { static: input.static }),
      ...(input.versions === undefined ? {} : { versions: input.versions }),
    }],
    declared: input.declared ?? true,
    host,
    overrides: { endpoints: [], entryPoints: new Map() },
  });
  const context = { workspace: loaded.workspace, origins: loaded.origins, files: loaded.files, gateways: loaded.gateways, ...(input.declared === undefined ? {} : { declared: input.declared }) };
  const { diagnostics, skipped } = runRules(rules, context, () => undefined);
  return { findings: toFindings([...loaded.diagnostics, ...diagnostics], loaded.origins, loaded.files), skipped, loaded };
}

/** A host over texts by path. */
export function memoryHost(files: Readonly<Record<string, string>>): SourceHost {
  const clean = (path: string): string => path.replace(/^\.\//, '');
  return {
    readFile: (path) => files[clean(path)],
    listFolder: (folder) => {
      const prefix = clean(folder) === '' || folder === '.' ? '' : `${clean(folder).replace(/\/$/, '')}/`;
      const names = Object.keys(files).filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length).split('/')[0] ?? '');
      return names.length === 0 && prefix !== '' ? undefined : [...new Set(names)].sort();
    },
  };
}

export interface Mark {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

const MARKER = /^#( *)(\^+) ([a-z0-9-]+)$/;

/** Takes the marker lines out of an example: the files as they are read, and the places that the marks point at. */
export function unmark(example: Example): { readonly files: Readonly<Record<string, string>>; readonly marks: readonly Mark[] } {
  const marks: Mark[] = [];
  const files: Record<string, string> = {};
  for (const [file, text] of Object.entries(example.files)) {
    const kept: string[] = [];
    for (const line of text.split('\n')) {
      const found = MARKER.exec(line);
      if (found === null) kept.push(line);
      else marks.push({ rule: found[3] ?? '', file, line: kept.length, column: (found[1] ?? '').length + 2, endColumn: (found[1] ?? '').length + 2 + (found[2] ?? '').length });
    }
    files[file] = kept.join('\n');
  }
  return { files, marks };
}

/** Lints an example as it is published, marks taken out. */
export function lintExample(example: Example): Linted & { readonly marks: readonly Mark[]; readonly files: Readonly<Record<string, string>> } {
  const { files, marks } = unmark(example);
  const version = example.version === '2.11' || example.version === '3.7' ? { versions: [example.version] as const } : {};
  const rawdata = files['rawdata.json'] === undefined ? {} : { rawdata: 'rawdata.json', stacks: [] };
  const spec = files['gateway.yaml'] === undefined ? {} : { spec: 'gateway.yaml', ...(files['compose.yml'] === undefined ? { stacks: [] } : {}) };
  return { ...lintFiles({ files, ...version, ...spec, ...rawdata }), marks, files };
}
