import { containerSymbol } from '../ir/index.ts';
import type { JudgedLabel, Problem, RawLabel, Workspace } from '../ir/index.ts';
import { suggest } from '../diagnostics/index.ts';
import type { ResolvedGateway } from '../resolve/index.ts';
import { known } from '../text/index.ts';

/** A workspace in which no label breaks its container any more. */
export interface Healed {
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
export function heal(workspace: Workspace, { gateway, problems }: ResolvedGateway, rename = true): Healed | undefined {
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
