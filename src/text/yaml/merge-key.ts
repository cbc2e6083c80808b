import type { YamlScalar } from './node.ts';

/** `<<`, which is no key in quotes. */
export function isMerge(key: Pick<YamlScalar, 'text' | 'style' | 'tag'>): boolean {
  return key.text === '<<' && (key.tag === undefined ? key.style === 'plain' : key.tag === '!!merge');
}
