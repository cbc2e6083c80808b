import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { judge, refusals } from '../../src/targets/judge.ts';
import { nginx } from '../../src/targets/nginx/index.ts';
import { capabilities } from '../../src/targets/nginx/capabilities.ts';
import type { EngineBinary } from '../../src/engines/find.ts';
import type { Diagnostic } from '../../src/diagnostics/index.ts';
import type { Routing } from '../../src/ir/index.ts';
import type { OutputFile, TargetOptions } from '../../src/targets/target.ts';
import type { BackendPool } from './echo-backend.ts';
import { nginxFromDir } from './engine-nginx.ts';
import type { RunningEngine } from './engine-ask.ts';
import { tempFolder } from './temp-folder.ts';
import { targetOptions } from './routing-builder.ts';

/** The files of a routing; what refuses it instead. Approximations are allowed here: the wire shows them. */
export function emit(routing: Routing, options: TargetOptions): { readonly files: readonly OutputFile[]; readonly refused: readonly string[]; readonly warned: readonly string[] } {
  const judged = judge('nginx', capabilities, routing, options.version, new Map());
  const refused = refusals('nginx', judged).filter(({ rule }) => rule === 'target-unsupported');
  if (refused.length > 0) return { files: [], refused: refused.map(inWords), warned: [] };
  const { plan, diagnostics } = nginx.lower(routing, options);
  return { files: plan === undefined ? [] : nginx.render(plan), refused: plan === undefined ? diagnostics.map(inWords) : [], warned: plan === undefined ? [] : diagnostics.map(inWords) };
}

function inWords({ message, why }: Diagnostic): string {
  return `${message}: ${why ?? ''}`;
}

/** Writes the files as the command does. */
export async function writeFiles(folder: string, files: readonly OutputFile[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(folder, file.path)), { recursive: true });
    await writeFile(join(folder, file.path), file.text);
  }
}

/** Real nginx on what is emitted for a routing. */
export async function nginxOn(engine: EngineBinary, backends: BackendPool, routing: Routing, options: TargetOptions = targetOptions(engine.version)): Promise<RunningEngine> {
  const { files, refused } = emit(routing, options);
  if (refused.length > 0) throw new Error(`nothing was emitted: ${refused.join('; ')}`);
  const folder = await tempFolder();
  await writeFiles(folder.path, files);
  const ports = Object.fromEntries(routing.listeners.map(({ entryPoint }) => [entryPoint.name, entryPoint.port]));
  const running = await nginxFromDir({ engine, backends, dir: folder.path, ports });
  return { ...running, stop: async () => { await running.stop(); await folder.remove(); } };
}
