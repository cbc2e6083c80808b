import type { Loss, Problem, ProblemKind } from '../ir/index.ts';
import type { OriginId, Origins, SourceFile } from '../text/index.ts';
import { parseYaml } from '../text/yaml/index.ts';
import { bindObject } from './bind.ts';
import { fileTree, nullObjects } from './file-tree.ts';
import { yamlValue } from './file-value.ts';
import type { FileMapping, FileValue } from './file-value.ts';
import { fillObject } from './fill.ts';
import { healTree } from './heal-tree.ts';
import { keyAt } from './keys.ts';
import type { KeyNode, KeyObject } from './keys.ts';
import type { Mistake, Report } from './mistake.ts';
import { parseToml } from './toml.ts';
import type { ConfigObject, Decoded } from './tree.ts';

export interface FileDecodeOptions {
  readonly origins: Origins;
  readonly table: KeyObject;
  readonly otherTable?: () => KeyObject;
  readonly kind: Extract<ProblemKind, 'file-invalid' | 'static-invalid'>;
  /** What a fatal mistake costs. */
  readonly loss: Loss;
}

export interface FileDecoded extends Decoded {
  /** What would have been decoded without the mistakes. */
  readonly recovered: ConfigObject;
  /** The file holds `{{ }}`: the engine executes it as a Go template first, so what it says is not known. */
  readonly templated: boolean;
  /** The mistake that the engine stops at. */
  readonly cause?: Problem;
  /** The file with misspelt options as they were most likely meant; absent where it is sound or cannot be read at all. */
  readonly healed?: () => HealedFile;
}

export interface HealedFile {
  readonly root: ConfigObject;
  /** What the engine would stop at next. */
  readonly problems: readonly Problem[];
  /** Some of it has no likely meaning and is missing, with what it declares. */
  readonly leftOut: boolean;
}

interface Work extends FileDecodeOptions {
  readonly file: SourceFile;
  readonly problems: Problem[];
}

/** Decodes a YAML or TOML file against a key table, as paerser/file does; `templates` = a dynamic file. */
export function decodeFile(file: SourceFile, format: 'yaml' | 'toml', templates: boolean, options: FileDecodeOptions): FileDecoded {
  const templated = templates && file.text.includes('{{');
  const work: Work = { ...options, file, problems: [] };
  const origin = options.origins.span(file.path, 0, 0);
  const root = readRoot(format, work);
  if (root === undefined) return unreadable(templated, origin, work);
  const before = work.problems.length;
  let cause: Problem | undefined;
  const report: Report = (mistake) => {
    const problem = toProblem(mistake, work);
    work.problems.push(problem);
    if (mistake.fatal) cause ??= problem;
  };
  const tree = filled(root, origin, report, options);
  for (const empty of nullObjects(root, options.table)) work.problems.push(nullProblem(empty.entry.origin, empty.entry.key, empty.path, work));
  if (templated) work.problems.splice(before, work.problems.length, templateNote(origin, work));
  return { root: cause === undefined || templated ? tree : undefined, recovered: tree, templated, problems: work.problems, ...(cause === undefined || templated ? {} : { cause, healed: () => healedFile(root, origin, work) }) };
}

function filled(root: FileMapping, origin: OriginId, report: Report, { origins, table, otherTable: other }: FileDecodeOptions): ConfigObject {
  const nodes = fileTree(root, { report, table });
  const bound = bindObject(table, nodes, { form: 'file', report, ...(other === undefined ? {} : { other: (path: string): KeyNode | undefined => keyAt(other(), path) }) });
  return fillObject(bound, origin, { form: 'file', report, origins });
}

function healedFile(root: FileMapping, origin: OriginId, work: Work): HealedFile {
  const mistakesIn = (tree: FileMapping): readonly Mistake[] => {
    const mistakes: Mistake[] = [];
    filled(tree, origin, (mistake) => void (mistake.fatal && mistakes.push(mistake)), work);
    return mistakes;
  };
  const { tree, behind, leftOut } = healTree(root, mistakesIn);
  return { root: filled(tree, origin, () => undefined, work), problems: behind.map((mistake) => toProblem(mistake, work)), leftOut };
}

/** A template need not be YAML before it was executed. */
function unreadable(templated: boolean, origin: OriginId, work: Work): FileDecoded {
  const recovered: ConfigObject = { kind: 'object', entries: new Map(), origin };
  if (templated) return { root: undefined, recovered, templated, problems: [templateNote(origin, work)] };
  const [cause] = work.problems;
  return { root: cause === undefined ? recovered : undefined, recovered, templated, problems: work.problems, ...(cause === undefined ? {} : { cause }) };
}

/** The top mapping; undefined when there is none, with a problem unless the file is just empty. */
function readRoot(format: 'yaml' | 'toml', work: Work): FileMapping | undefined {
  const value = format === 'yaml' ? readYaml(work) : readToml(work);
  if (value === undefined) return undefined;
  if (value.kind === 'mapping') return value;
  if (value.kind === 'scalar' && value.go === 'invalid') return undefined;
  work.problems.push(fileProblem('the top of the file is no mapping', value.origin, work));
  return undefined;
}

function readYaml(work: Work): FileValue | undefined {
  const { root, problems } = parseYaml(work.file, work.origins);
  for (const problem of problems) work.problems.push(fileProblem(problem.message, problem.origin, work));
  return problems.length > 0 || root === undefined ? undefined : yamlValue(root);
}

function readToml(work: Work): FileValue | undefined {
  const { root, problems } = parseToml(work.file, work.origins);
  for (const problem of problems) work.problems.push(fileProblem(problem.message, problem.origin, work));
  return problems.length > 0 ? undefined : root;
}

function fileProblem(message: string, origin: OriginId, work: Work): Problem {
  return { kind: work.kind, origin, subject: message, context: 'syntax', loss: work.loss, symbol: work.file.path };
}

function templateNote(origin: OriginId, work: Work): Problem {
  return { kind: work.kind, origin, subject: '{{', hint: 'template', loss: 'nothing', symbol: work.file.path };
}

function nullProblem(origin: OriginId, subject: string, path: string, work: Work): Problem {
  return { kind: work.kind, origin, subject, candidates: [`${subject}: {}`], context: path, hint: 'null-object', loss: 'nothing', symbol: `${work.file.path} ${path}` };
}

function toProblem(mistake: Mistake, work: Work): Problem {
  const path = mistake.node.path ?? mistake.node.name;
  return {
    kind: work.kind,
    origin: work.origins.inner(mistake.origin),
    subject: mistake.subject,
    loss: mistake.fatal ? work.loss : (mistake.loss ?? 'nothing'),
    symbol: `${work.file.path} ${path}`,
    ...(mistake.candidates === undefined || mistake.candidates.length === 0 ? {} : { candidates: mistake.candidates }),
    ...(mistake.context === undefined ? {} : { context: mistake.context }),
    ...(mistake.engineSays === undefined ? {} : { engineSays: mistake.engineSays }),
    ...(mistake.hint === undefined ? {} : { hint: mistake.hint }),
  };
}

export interface TreeDecoded {
  readonly root: ConfigObject;
  /** Everything that does not fit the table, in the engine's terms. */
  readonly mistakes: readonly Mistake[];
}

/** Decodes a tree that another source made in the shape of a file; what does not fit is left to that source to word. */
export function decodeTree(tree: FileMapping, options: Pick<FileDecodeOptions, 'origins' | 'table'>): TreeDecoded {
  const mistakes: Mistake[] = [];
  const report: Report = (mistake) => void mistakes.push(mistake);
  const bound = bindObject(options.table, fileTree(tree, { report, table: options.table }), { form: 'file', report });
  return { root: fillObject(bound, tree.origin, { form: 'file', report, origins: options.origins }), mistakes };
}
