import { plural } from '../diagnostics/summary.ts';
import path from 'node:path';
import type { Ack, AckOptions, DiffDocument, SourceHost } from '../index.ts';
import { checkMayWrite } from './baseline.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { fileHost } from './host.ts';
import { replaceFile } from './write.ts';

type Api = Pick<typeof import('../index.ts'), 'isDay' | 'readAcks' | 'shownBy' | 'withAcks'>;

/** Where acknowledgements stand, in the folder that is compared. */
const NAME = '.gateway/acks.yaml';

export interface AckFlags {
  readonly newAcks?: boolean;
  readonly ack?: readonly string[];
  readonly reason?: string;
  readonly until?: string;
}

/** Where acknowledgements are looked for; one state that is compared with itself stands on both sides. */
interface AckSides {
  readonly before: { readonly host: SourceHost };
  readonly after: { readonly host: SourceHost };
}

/** What both sides acknowledge. Throws CommandError (2) for a file that cannot be understood: it might let something pass. */
export function ackOptions({ before, after }: AckSides, flags: AckFlags, api: Api): AckOptions {
  return { before: acksIn(before.host, api), after: acksIn(after.host, api), today: new Date().toISOString().slice(0, 10), forbidNew: flags.newAcks === false };
}

function acksIn(host: SourceHost, api: Api): readonly Ack[] {
  const text = host.readFile(NAME);
  if (text === undefined) return [];
  const read = api.readAcks(NAME, text);
  if (read.kind === 'invalid') throw new CommandError(EXIT.usage, read.message);
  return read.acks;
}

/** Before anything is read: whether what `--ack` needs was given. Throws CommandError (2). */
export function checkAckFlags(context: Context, { ack, reason, until }: AckFlags, api: Api): void {
  if (ack === undefined) {
    if (reason !== undefined || until !== undefined) throw new CommandError(EXIT.usage, '--reason and --until belong to --ack');
    return;
  }
  checkMayWrite(context, '--ack', 'acknowledge on your machine and commit the file');
  if (reason === undefined || reason.trim() === '') throw new CommandError(EXIT.usage, '--ack needs --reason', "gateway diff … --ack ID --reason 'why this is wanted' --until 2027-01-31");
  if (until === undefined || !api.isDay(until)) throw new CommandError(EXIT.usage, `--ack needs --until, a day as in 2027-01-31${until === undefined ? '' : `, got "${until}"`}`);
}

/** Writes what `--ack` names into the file. Throws CommandError (2) for an id that no change here has. */
export async function writeAcks(context: Context, folder: string, document: DiffDocument, flags: AckFlags, api: Api): Promise<void> {
  const { ack = [], reason = '', until = '' } = flags;
  const chosen = ack.map((id) => {
    const change = document.changes.find(({ fingerprint }) => fingerprint === id);
    if (change === undefined) throw new CommandError(EXIT.usage, `no change here has the id ${id}`, 'the text and JSON of gateway diff name the id of each change');
    return { fingerprint: change.fingerprint, class: change.class, shows: api.shownBy(change), reason, expires: until };
  });
  const name = path.posix.join(folder, NAME);
  const text = fileHost(context.cwd).readFile(name) ?? '';
  const read = api.readAcks(name, text);
  if (read.kind === 'invalid') throw new CommandError(EXIT.usage, read.message);
  await context.uninterrupted(() => {
    replaceFile(context.cwd, name, api.withAcks(text, chosen));
  });
  context.err(`wrote ${name}  ${plural(chosen.length, 'acknowledgement')}\n`);
}
