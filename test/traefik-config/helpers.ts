import type { RawLabel } from '../../src/ir/index.ts';
import { known, Origins } from '../../src/text/index.ts';
import type { Text } from '../../src/text/index.ts';
import { decodeLabels } from '../../src/traefik-config/labels.ts';
import type { DecodedLabels, LabelOptions } from '../../src/traefik-config/labels.ts';
import type { ConfigNode } from '../../src/traefik-config/tree.ts';

/** Labels as a file with one `key=value` per line, so that origins can be read back as text. */
export function labelFile(labels: Readonly<Record<string, string | Text>>): { readonly labels: readonly RawLabel[]; readonly origins: Origins; readonly text: (origin: number) => string } {
  const origins = new Origins();
  const out: RawLabel[] = [];
  let file = '';
  for (const [key, written] of Object.entries(labels)) {
    const value = typeof written === 'string' ? known(written) : written;
    const start = file.length;
    file += `${key}=${value.text}`;
    const keyHoles = [...key.matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? '');
    out.push({
      key: { value: { text: key, holes: keyHoles }, origin: origins.span('labels', start, start + key.length) },
      value: { value, origin: origins.span('labels', start + key.length + 1, file.length) },
      origin: origins.span('labels', start, file.length),
      place: 'service',
    });
    file += '\n';
  }
  const text = (origin: number): string => {
    const place = origins.firstSpan(origin as Parameters<Origins['get']>[0]);
    return place === undefined ? '' : file.slice(place.start, place.end);
  };
  return { labels: out, origins, text };
}

export interface Outcome {
  readonly result: DecodedLabels;
  readonly text: (origin: number) => string;
}
export function decode(labels: Readonly<Record<string, string | Text>>, options: Partial<LabelOptions> = {}): Outcome {
  const file = labelFile(labels);
  const result = decodeLabels(file.labels, { version: '3.7', symbolPrefix: 'shop/web', origins: file.origins, ...options });
  return { result, text: file.text };
}

/** A tree as plain data. */
export function plain(node: ConfigNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'leaf') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([name, child]) => [name, plain(child)]));
}
