import type { Stack } from '../ir/index.ts';
import type { ComposeFacts, ContainerFacts } from '../sources/docker/index.ts';

/**
 * The stack in git that a container was made from: the same project; where several have that name, the one whose folder and
 * files end as those that Compose wrote on the container.
 */
export function stackOf(container: ContainerFacts, stacks: readonly Stack[]): Stack | undefined {
  const { compose } = container;
  if (compose === undefined) return undefined;
  const named = stacks.filter(({ name }) => name === compose.project);
  return named.toSorted((a, b) => likeness(b, compose) - likeness(a, compose))[0];
}

/** How many parts of the paths are the same, from the end: a checkout and a server have them in different places. */
function likeness(stack: Stack, compose: ComposeFacts): number {
  const files = stack.files.filter((file) => compose.files.some((other) => sameParts(file, other) > 0)).length;
  return sameParts(stack.directory, compose.directory ?? '') + 10 * files;
}

function sameParts(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  let count = 0;
  while (count < left.length && count < right.length && left.at(-1 - count) === right.at(-1 - count)) count += 1;
  return count;
}

function parts(path: string): readonly string[] {
  return path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
}

/** Where the running project was started from other files than those in git: the names, else nothing. */
export function otherFiles(stack: Stack, containers: readonly ContainerFacts[]): readonly string[] {
  const names = new Set(stack.files.map(base));
  const running = new Set(containers.flatMap(({ compose }) => compose?.files.map(base) ?? []));
  const missing = [...running].filter((name) => !names.has(name));
  return stack.files.length === 0 || running.size === 0 ? [] : missing.toSorted();
}

function base(path: string): string {
  return parts(path).at(-1) ?? path;
}
