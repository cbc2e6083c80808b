import { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import { statusOf, whyFailed } from './failure.ts';
import type { SeenFile } from './facts.ts';
import { textAt } from './json.ts';
import { readTar } from './tar.ts';
import type { TarEntry } from './tar.ts';

/** Of one file, or of a folder with all that is in it, so much is read and no more. */
const LIMIT = 1 << 20;
/** A link may lead to another one. */
const MOST_LINKS = 5;
/** As Go numbers the kinds of files. */
const IS_LINK = 0x08_00_00_00;

/** What is at a path inside a container; in a folder also what the file provider would read of it, by path. */
export async function readInside(docker: Docker, id: string, path: string, timeoutMs: number): Promise<ReadonlyMap<string, SeenFile>> {
  const only = (file: SeenFile): ReadonlyMap<string, SeenFile> => new Map([[path, file]]);
  const late = AbortSignal.timeout(timeoutMs);
  try {
    let at = path;
    for (let links = 0; links <= MOST_LINKS; links += 1) {
      const answer = await docker.getContainer(id).getArchive({ path: at, abortSignal: late });
      const link = answer instanceof IncomingMessage ? linkIn(answer) : undefined;
      if (link === undefined) return await filesIn(await contentOf(answer), path, only);
      if (answer instanceof IncomingMessage) answer.destroy();
      at = link;
    }
    return only({ kind: 'unseen', why: 'its links lead nowhere' });
  } catch (error) {
    return only(statusOf(error) === 404 ? { kind: 'missing' } : { kind: 'unseen', why: whyFailed(late.aborted ? late.reason : error, timeoutMs, '') });
  }
}

/** Where a link leads: a head line says what the path is, as JSON. */
function linkIn({ headers }: IncomingMessage): string | undefined {
  const stat = headers['x-docker-container-path-stat'];
  if (typeof stat !== 'string') return undefined;
  const said: unknown = JSON.parse(Buffer.from(stat, 'base64').toString('utf8'));
  const mode = typeof said === 'object' && said !== null && 'mode' in said ? said.mode : undefined;
  return typeof mode === 'number' && (mode & IS_LINK) !== 0 ? textAt(said, 'linkTarget') : undefined;
}

/** Undefined when there is more than the limit. */
async function contentOf(answer: NodeJS.ReadableStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    size += bytes.length;
    // Leaving the loop ends the answer.
    if (size > LIMIT) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function filesIn(archive: Buffer | undefined, path: string, only: (file: SeenFile) => ReadonlyMap<string, SeenFile>): Promise<ReadonlyMap<string, SeenFile>> {
  if (archive === undefined) return only({ kind: 'unseen', why: 'larger than 1 MB' });
  const entries = await readTar(archive);
  const [first, ...rest] = entries ?? [];
  if (first === undefined) return only({ kind: 'unseen', why: 'the answer is no archive' });
  if (first.kind === 'file') return only({ kind: 'file', text: first.data.toString('utf8') });
  return first.kind === 'folder' ? folderIn(first.name, rest, path) : only({ kind: 'unseen', why: 'it is no file' });
}

/** The names of members begin with the folder's own. Links are only named: each is a question of its own. */
function folderIn(root: string, entries: readonly TarEntry[], path: string): ReadonlyMap<string, SeenFile> {
  const files = new Map<string, SeenFile>();
  const folders = new Map<string, string[]>([[path, []]]);
  for (const { name, kind, data } of entries) {
    if (!name.startsWith(`${root}/`)) continue;
    const full = `${path === '/' ? '' : path}/${name.slice(root.length + 1)}`;
    const isConfiguration = kind !== 'other' && /\.(?:ya?ml|toml)$/i.test(full);
    if (kind === 'folder') folders.set(full, []);
    else if (!isConfiguration) continue;
    else if (kind === 'file') files.set(full, { kind: 'file', text: data.toString('utf8') });
    const slash = full.lastIndexOf('/');
    folders.get(slash === 0 ? '/' : full.slice(0, slash))?.push(full.slice(slash + 1));
  }
  for (const [name, names] of folders) files.set(name, { kind: 'folder', names: names.toSorted() });
  return files;
}
