import { parse } from 'yaml';
import { objectAt } from './json.ts';

/**
 * The HTTP routers that a dynamic file declares, as the API names them. Traefik lists a folder while files are written into it, and
 * may see the last of them without the first: who waits for one file only asks it too early.
 */
export function fileRouters(path: string, text: string): readonly string[] {
  if (path.endsWith('.toml')) return [];
  return Object.keys(objectAt(objectAt(parse(text), 'http'), 'routers')).map((name) => `${name}@file`);
}
