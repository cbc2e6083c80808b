import { parseIpRange } from '../rule-lang/index.ts';

/** Addresses at both ends of a range: inside the first and last, outside their neighbours. */
export interface IpEdges {
  readonly inside: readonly string[];
  readonly outside: readonly string[];
}

export function ipEdges(range: string): IpEdges {
  const parsed = parseIpRange(range);
  if (parsed === undefined) return { inside: [], outside: [] };
  const size = 8 * parsed.bytes.length;
  const low = parsed.bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const high = low + (1n << BigInt(size - parsed.bits)) - 1n;
  const top = (1n << BigInt(size)) - 1n;
  return {
    inside: [...new Set([low, high])].map((value) => print(value, size)),
    outside: [...(low > 0n ? [low - 1n] : []), ...(high < top ? [high + 1n] : [])].map((value) => print(value, size)),
  };
}

function print(value: bigint, size: number): string {
  const groups = size === 32 ? 4 : 8;
  const width = BigInt(size / groups);
  const parts = Array.from({ length: groups }, (_, index) => (value >> (width * BigInt(groups - 1 - index))) & ((1n << width) - 1n));
  return size === 32 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
}
