import type { Container, Stack } from '../../ir/index.ts';
import type { Text } from '../../text/index.ts';
import type { Neighbour, Neighbours } from './neighbours.ts';

/** What most labels do not have is not looked for any closer. */
const MIDDLEWARES = /\.middlewares/i;
const DECLARED = /^traefik\.(http|tcp)\.middlewares\.([^.]+)\./i;
const USED = /^traefik\.(http|tcp)\.(?:routers\.[^.]+|middlewares\.[^.]+\.chain)\.middlewares$/i;
const NOTHING: readonly string[] = [];

/**
 * Middlewares that the stack's labels use, that it does not declare itself, and that another Compose file of the same
 * repository does: several stacks behind one proxy share them, and alone neither is wrong.
 */
export function middlewaresNearby(containers: readonly Container[], neighbours: Neighbours): NonNullable<Stack['nearby']> {
  const declared = new Set<string>();
  const used = new Set<string>();
  for (const { labels } of containers) {
    for (const { key, value } of labels) {
      if (!MIDDLEWARES.test(key.value.text)) continue;
      const [, protocol = '', name = ''] = DECLARED.exec(key.value.text) ?? NOTHING;
      if (name !== '') declared.add(`${protocol.toLowerCase()} ${name}`);
      for (const one of usedIn(key.value.text, value.value)) used.add(one);
    }
  }
  const open = [...used].filter((name) => !declared.has(name) && /^\w+ [^@\s]+$/.test(name));
  if (open.length === 0 || !neighbours.isRepository()) return [];
  const files = neighbours.around();
  return open.flatMap((name) => {
    const [protocol = '', middleware = ''] = name.split(' ');
    const file = files.find((one) => isDeclaredIn(one, `traefik.${protocol}.middlewares.${middleware}.`));
    return file === undefined ? [] : [{ protocol, middleware, file: file.path }];
  });
}

/** Those that a label names. */
function usedIn(key: string, { text, holes }: Text): readonly string[] {
  const protocol = USED.exec(key)?.[1]?.toLowerCase();
  return protocol === undefined || holes.length > 0 ? NOTHING : text.split(',').map((item) => `${protocol} ${item.trim().replace(/@docker$/, '')}`);
}

/** On a line that is no comment. */
function isDeclaredIn({ text }: Neighbour, key: string): boolean {
  return text.includes(key) && text.split('\n').some((line) => line.includes(key) && !line.trimStart().startsWith('#'));
}
