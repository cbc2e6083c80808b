import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is there until `remove`. */
export interface TempFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A new folder, with a copy of another one in it when asked for. */
export async function tempFolder({ copyOf }: { readonly copyOf?: string } = {}): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  // Workers of an nginx that root started run as nobody and must reach their temporary files in it.
  await chmod(path, 0o755);
  if (copyOf !== undefined) await cp(copyOf, path, { recursive: true });
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
