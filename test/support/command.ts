import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../src/cli/run.ts';
import { tempFolder } from './temp-folder.ts';

/** What one command line did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder with files in which commands are run in this process. */
export interface Desk {
  readonly path: string;
  gateway(...args: readonly string[]): Promise<Ran>;
  gatewayWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran>;
  write(name: string, text: string): void;
  read(name: string): string;
  remove(): Promise<void>;
}

/** Makes the folder; nothing of the real environment but PATH reaches the commands. */
export async function desk(files: Readonly<Record<string, string>>): Promise<Desk> {
  const folder = await tempFolder();
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder.path, name)), { recursive: true });
    writeFileSync(path.join(folder.path, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const gatewayWith = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> => {
    const said = { out: '', err: '' };
    const code = await run(args, {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], HOME: folder.path, ...env },
      stdinText: () => '',
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      outTty: false,
      errTty: false,
      width: 100,
      uninterrupted: (work) => Promise.resolve(work()),
      untilStopped: () => Promise.resolve(143),
    });
    return { code, ...said };
  };
  return { path: folder.path, gateway: (...args) => gatewayWith({}, ...args), gatewayWith, write, read: (name) => readFileSync(path.join(folder.path, name), 'utf8'), remove: () => folder.remove() };
}
