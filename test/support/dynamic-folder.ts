import { readFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressVariables, fill } from './cases.ts';
import type { Case } from './cases.ts';
import type { FakeContainer } from './docker-container.ts';
import type { LabelledTraefik } from './engine-pool.ts';
import { fileRouters } from './file-routers.ts';
import { tempFolder } from './temp-folder.ts';

/** The file provider's folder of a Traefik that many cases share. */
export interface DynamicFolder {
  /** An option for the start; none when no case has dynamic files. */
  readonly directory: { readonly directory?: string };
  write(one: Case): Promise<void>;
  /** Waits until the files that were written last are in force. */
  applied(traefik: LabelledTraefik, containers: readonly FakeContainer[]): Promise<void>;
  remove(): Promise<void>;
}

const ROUNDS = 100;

/** A folder for the dynamic files of these cases, one case at a time. */
export async function dynamicFolder(cases: readonly Case[]): Promise<DynamicFolder> {
  const folder = await tempFolder();
  const used = cases.some((one) => one.dynamic.length > 0);
  let sequence = 0;
  let wanted: readonly string[] = [];
  return {
    directory: used ? { directory: folder.path } : {},
    write: async (one) => {
      if (!used) return;
      sequence += 1;
      await clear(folder.path);
      const variables = addressVariables(one, one.index);
      const texts = one.dynamic.map((file) => ({ file, text: fill(readFileSync(file, 'utf8'), variables) }));
      for (const [at, { file, text }] of texts.entries()) await writeFile(join(folder.path, `${String(at)}-${file.replaceAll('/', '_')}`), text);
      await writeFile(join(folder.path, 'zz-sign.yml'), sign(sequence));
      wanted = [`sign-${String(sequence)}@file`, ...texts.flatMap(({ file, text }) => fileRouters(file, text))];
    },
    applied: async (traefik, containers) => {
      if (!used) return;
      let outcome = await traefik.swap(containers);
      for (let round = 0; round < ROUNDS && !shows(outcome, wanted); round += 1) outcome = await traefik.swap(containers);
      if (!shows(outcome, wanted)) throw new Error(`the dynamic files were not taken: ${outcome.log.join('\n')}`);
    },
    remove: folder.remove,
  };
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name));
}

/** A router with a number on the API's entry point: Traefik takes all files of a folder or none. */
function sign(sequence: number): string {
  return JSON.stringify({ http: { routers: { [`sign-${String(sequence)}`]: { rule: `Host(\`sign-${String(sequence)}.invalid\`)`, entryPoints: ['traefik'], service: 'noop@internal' } } } });
}

function shows(outcome: Awaited<ReturnType<LabelledTraefik['swap']>>, wanted: readonly string[]): boolean {
  return outcome.kind === 'applied' && wanted.every((name) => outcome.data.routers[name] !== undefined);
}
