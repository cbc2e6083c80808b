import type { Container } from '../../ir/index.ts';

/** Docker's names of a container's networks; undefined where a variable or a network mode hides them. */
export function networksOf(container: Container): readonly string[] | undefined {
  if (container.networkMode !== undefined || container.networks.some((use) => use.dockerName.holes.length > 0)) return undefined;
  return container.networks.map((use) => use.dockerName.text);
}

/** The networks that two containers are both in; undefined = not known. */
export function sharedNetworks(a: Container, b: Container): readonly string[] | undefined {
  const left = networksOf(a);
  const right = networksOf(b);
  return left === undefined || right === undefined ? undefined : left.filter((name) => right.includes(name));
}
