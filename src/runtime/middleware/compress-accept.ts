import type { HeaderList } from '../../ir/index.ts';
import { valuesOf } from '../headers.ts';

type Coding = 'gzip' | 'br' | 'zstd';

/**
 * The coding for an Accept-Encoding (compress/acceptencoding.go): names are compared with case, q decides, ties follow
 * the configured order, a preferred `identity` wins. Without the header: the default encoding, if one is set.
 */
export function acceptedCoding(encodings: readonly string[], defaultEncoding: string): (headers: HeaderList) => Coding | undefined {
  const rank = new Map([['*', -1], ['identity', encodings.length], ...encodings.map((name, index) => [name, index] as const)]);
  return (headers) => {
    const lines = valuesOf(headers, 'Accept-Encoding');
    if (lines.length === 0) return coding(defaultEncoding);
    const items = lines.flatMap((line) => line.replaceAll(' ', '').split(',')).flatMap((item) => weighted(item, rank));
    const best = items.toSorted((a, b) => b.weight - a.weight || (rank.get(a.name) ?? 0) - (rank.get(b.name) ?? 0))[0];
    if (best?.name === '*') return coding(defaultEncoding === '' ? (encodings[0] ?? '') : defaultEncoding);
    return coding(best?.name ?? '');
  };
}

function weighted(item: string, known: ReadonlyMap<string, number>): { readonly name: string; readonly weight: number }[] {
  const at = item.indexOf(';');
  const name = at === -1 ? item : item.slice(0, at);
  const parameter = at === -1 ? '' : item.slice(at + 1);
  if (!known.has(name)) return [];
  if (!parameter.startsWith('q=')) return [{ name, weight: 1 }];
  const weight = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(parameter.slice(2)) ? Number(parameter.slice(2)) : 0;
  return weight === 0 ? [] : [{ name, weight }];
}

function coding(name: string): Coding | undefined {
  return name === 'gzip' || name === 'br' || name === 'zstd' ? name : undefined;
}
