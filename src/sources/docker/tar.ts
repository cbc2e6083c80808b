/** One member of an archive. */
export interface TarEntry {
  /** As the archive writes it, without a slash at the end. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly data: Buffer;
}

const BLOCK = 512;

/** By type flag; an empty one is what the first programs wrote for a file. */
const KINDS: Readonly<Record<string, TarEntry['kind']>> = { '0': 'file', '\0': 'file', '': 'file', '5': 'folder', '1': 'link', '2': 'link' };

/** The members of a tar archive, long names (pax and GNU) included; undefined when it ends too soon or is none. */
export function readTar(archive: Buffer): readonly TarEntry[] | undefined {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return entries;
    const size = sizeOf(header);
    const data = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (Number.isNaN(size) || data.length < size) return undefined;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const flag = textIn(header, 156, 1);
    if (flag === 'x') longName = paxName(data) ?? longName;
    else if (flag === 'L') longName = textIn(data, 0, data.length);
    else if (flag !== 'g') {
      entries.push({ name: (longName ?? shortName(header)).replace(/\/+$/, ''), kind: KINDS[flag] ?? 'other', data });
      longName = undefined;
    }
  }
  return undefined;
}

/** Octal digits; what is too large for them is none of ours. */
function sizeOf(header: Buffer): number {
  const digits = textIn(header, 124, 12).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits === '' ? '0' : digits, 8) : Number.NaN;
}

function shortName(header: Buffer): string {
  const prefix = textIn(header, 257, 5) === 'ustar' ? textIn(header, 345, 155) : '';
  const name = textIn(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textIn(bytes: Buffer, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

/** Records `LENGTH KEY=VALUE`, the length being that of the whole record in bytes. */
function paxName(data: Buffer): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < data.length; ) {
    const length = Number.parseInt(textIn(data, at, 20), 10);
    if (!(length > 0)) return found;
    const [, key, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(data.toString('utf8', at, at + length)) ?? [];
    if (key === 'path') found = value;
    at += length;
  }
  return found;
}
