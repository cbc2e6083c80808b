import type { Variables } from '../../ir/index.ts';

/** Whether any option at or below the path still holds a variable without a value: its content is not judged. */
export function unknownAt(variables: Variables, path: string): boolean {
  if (variables.size === 0) return false;
  for (const [at, { unset }] of variables) {
    if (unset.length > 0 && (path === '' || at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`))) return true;
  }
  return false;
}
