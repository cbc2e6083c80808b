import type { ConfigFile } from '../ir/index.ts';
import type { Origins } from '../text/index.ts';
import { decodeFile } from './file-decode.ts';
import type { FileDecoded } from './file-decode.ts';
import { keyTable } from './keys.ts';
import type { TraefikVersion } from './keys.ts';

export type { FileDecoded } from './file-decode.ts';

export interface DynamicFileOptions {
  readonly version: TraefikVersion;
  readonly origins: Origins;
}

/**
 * Decodes a file of the file provider. One mistake rejects the file and with it the whole folder: the provider keeps
 * its last good state, at start nothing (ran). Places outside `http`, `tcp`, `udp` and `tls` are dropped silently.
 */
export function decodeDynamic(file: Pick<ConfigFile, 'format' | 'source'>, options: DynamicFileOptions): FileDecoded {
  const other: TraefikVersion = options.version === '3.7' ? '2.11' : '3.7';
  return decodeFile(file.source, file.format, true, { origins: options.origins, table: keyTable(options.version), otherTable: () => keyTable(other), kind: 'file-invalid', loss: 'provider' });
}
