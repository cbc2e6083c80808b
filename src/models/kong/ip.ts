/** An address as a number and its width; IPv4 and IPv6 never compare equal (Kong's `net.src.ip in ::/0` misses IPv4, ran). */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}
export interface Network extends Address {
  readonly prefix: number;
}

export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Address | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '');
  const tail = halves.length === 2 ? groups(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return { bits: 128, value: all.reduce((sum, group) => sum * 65536n + BigInt(group), 0n) };
}

function groups(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4 !== undefined) out.push(Number(v4.value >> 16n), Number(v4.value & 0xffffn));
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return out;
}

/** `10.0.0.0/8`, or a single address as a full-length network. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const prefix = slash === -1 ? address.bits : Number(/^\d{1,3}$/.exec(text.slice(slash + 1))?.[0] ?? Number.NaN);
  return Number.isNaN(prefix) || prefix > address.bits ? undefined : { ...address, prefix };
}

export function contains(network: Network, address: Address): boolean {
  if (network.bits !== address.bits) return false;
  const shift = BigInt(network.bits - network.prefix);
  return network.value >> shift === address.value >> shift;
}
