import type { Container, Stack } from '../../ir/index.ts';
import type { Neighbour, Neighbours } from './neighbours.ts';

const DECLARED = /^traefik\.(http|tcp)\.middlewares\.([^.]+)\./i;
const USED = /^traefik\.(http|tcp)\.(?:routers\.[^.]+|middlewares\.[^.]+\.chain)\.middlewares$/i;

/**
 * Middlewares that the stack's labels use, that it does not declare itself, and that another Compose file of the same
 * repository does: several stacks behind one proxy share them, and alone neither is wrong.
 */
export function middlewaresNearby(containers: readonly Container[], neighbours: Neighbours): NonNullable<Stack['nearby']> {
  const labels = containers.flatMap((container) => container.labels.filter(({ key }) => key.value.text.toLowerCase().includes('.middlewares')));
  const declared = new Set(labels.flatMap(({ key }) => nameOf(DECLARED, key.value.text)));
  const used = labels.flatMap(({ key, value }) => {
    const protocol = USED.exec(key.value.text)?.[1]?.toLowerCase();
    return protocol === undefined || value.value.holes.length > 0 ? [] : value.value.text.split(',').map((item) => `${protocol} ${item.trim().replace(/@docker$/, '')}`);
  });
  const open = [...new Set(used)].filter((name) => !declared.has(name) && /^\w+ [^@\s]+$/.test(name));
  if (open.length === 0 || !neighbours.isRepository()) return [];
  const files = neighbours.around();
  return open.flatMap((name) => {
    const [protocol = '', middleware = ''] = name.split(' ');
    const file = files.find((one) => isDeclaredIn(one, `traefik.${protocol}.middlewares.${middleware}.`));
    return file === undefined ? [] : [{ protocol, middleware, file: file.path }];
  });
}

function nameOf(pattern: RegExp, key: string): readonly string[] {
  const found = pattern.exec(key);
  return found === null ? [] : [`${(found[1] ?? '').toLowerCase()} ${found[2] ?? ''}`];
}

/** On a line that is no comment. */
function isDeclaredIn({ text }: Neighbour, key: string): boolean {
  return text.includes(key) && text.split('\n').some((line) => line.includes(key) && !line.trimStart().startsWith('#'));
}
