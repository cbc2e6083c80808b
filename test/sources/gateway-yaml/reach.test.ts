import { expect, test } from 'vitest';
import type { FileMapping, FileValue } from '../../../src/traefik-config/file-value.ts';
import { loadSpecText } from '../../support/gateway-yaml.ts';
import { dynamicLeaves, staticLeaves, textOf } from '../../support/gateway-yaml-leaves.ts';
import type { Leaf } from '../../support/gateway-yaml-leaves.ts';

function has(value: FileValue | undefined, path: readonly string[]): boolean {
  const [head, ...rest] = path;
  if (value === undefined) return false;
  if (head === undefined) return true;
  if (value.kind === 'sequence') return value.items.some((item) => has(item, head === '[]' ? rest : path));
  return value.kind === 'mapping' && value.entries.some((entry) => entry.key === head && has(entry.value, rest));
}

function reaches(wanted: Leaf, at: 'dynamic' | 'static'): string {
  const text = textOf(wanted, at);
  const loaded = loadSpecText({ files: { 'gateway.yaml': text } });
  const spec = loaded.gateways[0]?.spec;
  const found: FileMapping | undefined = at === 'dynamic' ? spec?.dynamic : spec?.static;
  return has(found, wanted.path) ? '' : `${wanted.path.join('.')}: ${loaded.diagnostics.map(({ message }) => message).join('; ')}\n${text}`;
}

test('every option of the dynamic configuration can be said', () => {
  const all = dynamicLeaves();
  expect(all.length).toBeGreaterThan(300);
  expect(all.map((leaf) => reaches(leaf, 'dynamic')).filter((problem) => problem !== '')).toEqual([]);
}, 60_000);

test('every option of the static configuration can be said', () => {
  const all = staticLeaves();
  expect(all.length).toBeGreaterThan(200);
  expect(all.map((leaf) => reaches(leaf, 'static')).filter((problem) => problem !== '')).toEqual([]);
}, 60_000);
