import path from 'node:path';
import type { BuildOptions, BuildResult, EnginePlaces, Loaded } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';

type Api = typeof import('../index.ts');

/** `--verify`: every target asked in its real engine. Throws CommandError (3) where there is none. */
export async function askEngines(context: Context, api: Api, loaded: Loaded, result: BuildResult, options: BuildOptions): Promise<BuildResult> {
  const outcome = await api.verify(loaded, result, options, enginePlaces(context));
  if (outcome.kind === 'unavailable') throw new CommandError(EXIT.environment, outcome.reason, 'Without --verify the files are checked by a reader of their text');
  return outcome.result;
}

/** Where engines are looked for: GATEWAY_ENGINES, this folder, the search path. */
export function enginePlaces(context: Context): EnginePlaces {
  const named = context.env['GATEWAY_ENGINES'];
  const roots = [...(named === undefined || named === '' ? [] : [rootOf(path.resolve(context.cwd, named))]), context.cwd];
  return { roots, searchPath: context.env['PATH'] ?? '' };
}

/** The folder itself may be named, or the one that holds it. */
function rootOf(folder: string): string {
  return path.basename(folder) === '.engines' ? path.dirname(folder) : folder;
}
