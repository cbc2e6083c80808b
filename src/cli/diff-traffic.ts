import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import type { Loaded, TrafficFormat, TrafficLog, TrafficReader } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { oneOf } from './words.ts';

type Api = Pick<typeof import('../index.ts'), 'TRAFFIC_FORMATS' | 'trafficReader'>;

export interface TrafficFlags {
  readonly traffic?: string;
  readonly trafficFormat?: string;
}

/** Throws CommandError (2) where one of the two flags stands alone or names no format. */
export function trafficFormatOf({ traffic, trafficFormat }: TrafficFlags, { TRAFFIC_FORMATS }: Api): TrafficFormat | undefined {
  if (traffic === undefined && trafficFormat === undefined) return undefined;
  if (traffic === undefined) throw new CommandError(EXIT.usage, '--traffic-format needs --traffic FILE');
  if (trafficFormat === undefined) throw new CommandError(EXIT.usage, `--traffic-format takes ${TRAFFIC_FORMATS.join(', ')}`);
  return oneOf('--traffic-format', trafficFormat, TRAFFIC_FORMATS);
}

/** Reads a log in pieces, so that its length does not matter; nothing of it is kept but shapes and counts. Throws CommandError (3). */
export async function readTraffic(context: Context, name: string, format: TrafficFormat, sides: readonly [Loaded, Loaded], api: Api): Promise<TrafficLog> {
  const full = path.resolve(context.cwd, name);
  const reader = api.trafficReader(format, ...sides);
  const isZipped = startsZipped(full, name);
  const file = createReadStream(full);
  const source = isZipped ? file.pipe(createGunzip()) : file;
  if (isZipped) file.on('error', (error) => source.destroy(error));
  try {
    await readLines(source, reader);
  } catch (error) {
    throw unreadable(name, error);
  }
  return reader.log();
}

function startsZipped(full: string, name: string): boolean {
  try {
    const file = openSync(full, 'r');
    const first = Buffer.alloc(2);
    const length = readSync(file, first);
    closeSync(file);
    return length === 2 && first[0] === 0x1f && first[1] === 0x8b;
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'it is damaged';
  return new CommandError(EXIT.environment, `cannot read the log ${name}: ${code}`);
}

/** A longer line is no line of an access log. */
const LONGEST_LINE = 256 * 1024;

async function readLines(source: AsyncIterable<Buffer>, reader: TrafficReader): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let skipping = false;
  for await (const piece of source) {
    const lines = (rest + decoder.write(piece)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (skipping) reader.skip();
      else reader.add(line);
      skipping = false;
    }
    if (rest.length > LONGEST_LINE) skipping = true;
    if (skipping) rest = '';
  }
  rest += decoder.end();
  if (skipping) reader.skip();
  else reader.add(rest);
}
