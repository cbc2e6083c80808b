import { containerSymbol } from '../ir/index.ts';
import type { JudgedLabel, Problem, RawLabel, Workspace } from '../ir/index.ts';
import { suggest } from '../diagnostics/index.ts';
import type { DynamicFile, ResolvedGateway } from '../resolve/index.ts';
import { known } from '../text/index.ts';
import type { FileDecoded } from '../traefik-config/dynamic-file.ts';
import type { HealedGateway } from './types.ts';

type DecodedFile = DynamicFile & Pick<FileDecoded, 'healed'>;

/** What a gateway is made of, and how. */
export interface Healable {
  readonly workspace: Workspace;
  readonly result: ResolvedGateway;
  readonly files: readonly DecodedFile[];
  readonly resolve: (workspace: Workspace, files: readonly DynamicFile[]) => ResolvedGateway;
}

/** The same gateway without the labels that break their containers, and without the mistakes that make a file be refused. */
export function healAll({ workspace, result, files, resolve }: Healable): HealedGateway {
  const mended = healFiles(files);
  const first = heal(workspace, result);
  const broken = new Set([...mended.broken, ...(first?.containers ?? [])]);
  if (broken.size === 0) return { resolved: result, broken, leftOut: false };
  const better = resolve(first?.workspace ?? workspace, mended.files);
  // A part that is right now may show that the next one is not.
  const second = first === undefined ? undefined : heal(first.workspace, better, false);
  if (first === undefined || second === undefined) return { resolved: better, broken, leftOut: mended.leftOut || first?.leftOut === true };
  return { resolved: resolve(second.workspace, mended.files), broken, leftOut: true };
}

/** One file that is refused takes all others along. */
function healFiles(files: readonly DecodedFile[]): { readonly files: readonly DynamicFile[]; readonly broken: readonly string[]; readonly leftOut: boolean } {
  const refused = files.filter(({ root }) => root === undefined);
  if (refused.length === 0) return { files, broken: [], leftOut: false };
  const healed = new Map(refused.map((one) => [one, one.healed?.()]));
  return {
    files: files.map((one): DynamicFile => {
      const { root, problems } = healed.get(one) ?? {};
      return root === undefined ? one : { ...one, root, problems: problems ?? [] };
    }),
    broken: files.map(({ file, symbol }) => symbol ?? file.path),
    leftOut: [...healed.values()].some((one) => one === undefined || one.leftOut),
  };
}

/** A workspace in which no label breaks its container any more. */
interface Healed {
  readonly workspace: Workspace;
  /** Containers that were broken, as `stack/service`. */
  readonly containers: ReadonlySet<string>;
  /** Labels that could not be spelt right were left out: what they declare is missing. */
  readonly leftOut: boolean;
}

/**
 * One wrong label costs the whole container, and hides every other mistake in it. Here such labels get the name that was most
 * likely meant, or go, so that the rest can be judged in the same run. Undefined when nothing is broken.
 * @param rename false = they go all
 */
function heal(workspace: Workspace, { gateway, problems }: ResolvedGateway, rename = true): Healed | undefined {
  const broken = gateway.labels.filter(({ effect }) => effect === 'breaksContainer');
  if (broken.length === 0) return undefined;
  const cures = new Map<RawLabel, RawLabel | undefined>(broken.map((one) => [one.label, rename ? cured(one, problems) : undefined]));
  const containers = new Set(broken.map(({ container }) => containerSymbol(container)));
  const stacks = workspace.stacks.map((stack) => ({ ...stack, containers: stack.containers.map((container) => (containers.has(containerSymbol(container)) ? { ...container, labels: withCures(container.labels, cures) } : container)) }));
  return { workspace: { ...workspace, stacks }, containers, leftOut: [...cures.values()].includes(undefined) };
}

/** The label with its wrong part replaced by the option that was most likely meant. */
function cured({ container, label }: JudgedLabel, problems: readonly Problem[]): RawLabel | undefined {
  const key = label.key.value.text;
  const own = problems.filter(({ kind, symbol }) => kind === 'label-part-unknown' && symbol.startsWith(`${containerSymbol(container)} `));
  const problem = own.find(({ symbol }) => symbol === `${containerSymbol(container)} ${key}`) ?? own.find(({ subject }) => key.split('.').includes(subject));
  const better = problem === undefined ? undefined : suggest(problem.subject, problem.candidates ?? []);
  if (problem === undefined || better === undefined) return undefined;
  const parts = key.split('.');
  const at = parts.indexOf(problem.subject);
  if (at === -1) return undefined;
  return { ...label, key: { ...label.key, value: known([...parts.slice(0, at), better, ...parts.slice(at + 1)].join('.')) } };
}

/** A cured label gives way to one that has its name already. */
function withCures(labels: readonly RawLabel[], cures: ReadonlyMap<RawLabel, RawLabel | undefined>): readonly RawLabel[] {
  const sound = new Set(labels.filter((label) => !cures.has(label)).map(({ key }) => key.value.text));
  return labels.flatMap((label) => {
    const better = cures.get(label);
    if (!cures.has(label)) return [label];
    return better === undefined || sound.has(better.key.value.text) ? [] : [better];
  });
}
