import { readFileSync, symlinkSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { cleanEnv, project, write } from './gateway.ts';

/** The code of the first example in a TSDoc comment. */
function exampleOf(file: string): string {
  const block = /@example\n \* ```ts\n([\s\S]*?)\n \* ```/.exec(readFileSync(file, 'utf8'))?.[1];
  if (block === undefined) throw new Error(`${file} has no example`);
  return block.replaceAll(/^ \* ?/gm, '');
}

describe('the library', () => {
  it('the example of index.ts runs against the built package, as a stranger would run it', () => {
    const folder = project();
    mkdirSync(path.join(folder, 'node_modules'));
    symlinkSync(process.cwd(), path.join(folder, 'node_modules/gateway-compiler'));
    const code = ts.transpileModule(exampleOf('src/index.ts'), { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } }).outputText;
    write(folder, 'example.mjs', code);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, env: cleanEnv(), encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'label-unknown: "rotuers" is not an option of "http", did you mean "routers"?\ndynamic/shop.yml\n', stderr: '' });
  });
});
