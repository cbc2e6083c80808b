/** An address or network in the form that atc-router takes: no host bits, no zone, IPv6 without embedded IPv4. */
export function addressLiteral(text: string): string | undefined {
  const slash = text.indexOf('/');
  const bare = slash === -1 ? text : text.slice(0, slash);
  const bytes = bare.includes(':') ? v6(bare) : v4(bare);
  if (bytes === undefined) return undefined;
  const bits = bytes.length * 8;
  if (slash === -1) return print(bytes);
  const prefix = /^\d{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : bits + 1;
  return prefix > bits ? undefined : `${print(masked(bytes, prefix))}/${String(prefix)}`;
}

function v4(text: string): readonly number[] | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts === undefined || parts.some((part) => part > 255) ? undefined : parts;
}

function v6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [pairs(halves[0] ?? ''), pairs(halves[1] ?? '')];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function pairs(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const embedded = index === groups.length - 1 ? v4(group) : undefined;
    if (embedded !== undefined) out.push(...embedded);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) out.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return out;
}

function masked(bytes: readonly number[], prefix: number): readonly number[] {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & ((0xff00 >> kept) & 0xff);
  });
}

function print(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16));
  const zeros = /(?:^|:)0(?::0)+(?::|$)/.exec(groups.join(':'));
  return zeros === null ? groups.join(':') : groups.join(':').replace(zeros[0], '::');
}
