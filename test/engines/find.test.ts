import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngine, type EngineBinary, type EngineName } from '../../src/engines/find.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

describe('finding engines', () => {
  let folder: TempFolder;
  const executable = async (name: string, says: string): Promise<void> => {
    const path = join(folder.path, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, `#!/bin/sh\n${says}\n`);
    await chmod(path, 0o755);
  };
  beforeAll(async () => {
    folder = await tempFolder();
    await executable('project/.engines/t', 'exit 1');
    await executable('path/traefik', 'echo "Version:      3.1.2"');
    await executable('path/nginx', 'echo "nginx version: nginx/1.22.9" >&2; echo "configure arguments: --modules-path=/m --x" >&2');
    await executable('broken/traefik', 'exit 1');
    const manifest = { traefik: { version: '3.7.15', path: '.engines/t', modules: 'mods' }, nginx122: { version: '1.22.1', path: 'absent' } };
    await writeFile(join(folder.path, 'project/.engines/engines.json'), JSON.stringify(manifest));
  });
  afterAll(() => folder.remove());

  const CASES: readonly (readonly [EngineName, string, string, Partial<EngineBinary> | null])[] = [
    ['traefik', 'project', 'path', { version: '3.7.15' }],
    ['traefik', 'elsewhere', 'path', { version: '3.1.2', modules: null }],
    ['traefik', 'elsewhere', 'broken', null],
    ['traefik', 'elsewhere', 'elsewhere', null],
    ['nginx122', 'project', 'path', { version: '1.22.9', modules: '/m' }],
    ['nginx131', 'project', 'path', null],
    ['nginx', 'project', 'path', { name: 'nginx', version: '1.22.9' }],
  ];
  test.for(CASES)('%s in %s, else in %s', ([name, root, searchPath, expected]) => {
    const found = findEngine(name, { root: join(folder.path, root), searchPath: join(folder.path, searchPath) });
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });
});
