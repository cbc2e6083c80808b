import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { CASES_FOLDER } from './cases.ts';

/** Lays the plugins that a static configuration names where Traefik looks for them: in its working folder. */
export function layPlugins(staticPath: string): (folder: string) => Promise<void> {
  const wanted = /\blocalPlugins\b/.test(readFileSync(staticPath, 'utf8'));
  return async (folder) => {
    if (wanted) await cp(join(CASES_FOLDER, '_plugins'), join(folder, 'plugins-local'), { recursive: true });
  };
}
