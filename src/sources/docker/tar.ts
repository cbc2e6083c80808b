/** One member of an archive. */
export interface TarEntry {
  /** As the archive writes it, without a slash at the end. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly data: Buffer;
}

const KINDS: Readonly<Record<string, TarEntry['kind']>> = { file: 'file', directory: 'folder', link: 'link', symlink: 'link' };

/** The members of a tar archive, long names (pax and GNU) included; undefined when it ends too soon or is none. */
export async function readTar(archive: Buffer): Promise<readonly TarEntry[] | undefined> {
  const { extract } = await import('tar-stream');
  const entries: TarEntry[] = [];
  const reader = extract();
  reader.on('entry', ({ name, type }, member, next) => {
    const parts: Buffer[] = [];
    member.on('data', (part: Buffer) => parts.push(part));
    member.on('end', () => {
      entries.push({ name: name.replace(/\/+$/, ''), kind: KINDS[type ?? 'file'] ?? 'other', data: Buffer.concat(parts) });
      next();
    });
  });
  return new Promise((resolve) => {
    reader.on('finish', () => resolve(entries)).on('error', () => resolve(undefined));
    reader.end(archive);
  });
}
