import { visitMatchers, type Route } from '../../ir/index.ts';
import { encodeUtf8 } from '../../rule-lang/index.ts';
import { flatten, type FlatTree } from './flat-tree.ts';
import { RadixTree } from './radix-tree.ts';

/** The classes of paths, numbered from 0. */
export interface PathClasses {
  readonly tree: FlatTree;
  readonly count: number;
}

/**
 * Where rules ask for nothing but paths and their beginnings, in whatever combination, the answer of all of them depends
 * only on which of their texts a path begins with and whether it is one of them: the class of the path. Undefined = a rule
 * asks for something else.
 */
export function pathClasses(routes: readonly Route[]): PathClasses | undefined {
  const tree = new RadixTree<number>();
  let pathsOnly = true;
  let count = 1;
  const add = (text: string): void => void tree.at(text, () => (count += 2) - 2);
  for (const { rule } of routes) {
    visitMatchers(rule, (matcher) => {
      if (matcher.kind === 'path') add(encodeUtf8(matcher.path.value));
      else if (matcher.kind === 'pathPrefix') add(encodeUtf8(matcher.prefix.value));
      else pathsOnly = false;
    });
    if (!pathsOnly) return undefined;
  }
  return { tree: flatten(tree.root), count };
}
