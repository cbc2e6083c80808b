import fc from '../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { rows } from '../../src/traefik-config/catalogue/dynamic-3.7.ts';
import type { Finding } from '../../src/diagnostics/index.ts';
import { lintFiles } from '../support/lint.ts';

const STATIC = 'entryPoints:\n  web: {address: ":80"}\nproviders:\n  docker: {}\n';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const LABEL_NAMES = new Map(rows.flatMap((row) => (row.label === undefined ? [] : [[row.path, row.label] as const])));

/** A path of the catalogue as the parts of a label's key: label names, names and indexes filled in. */
function labelParts(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.map((part, index) => {
    if (part === '*') return parts[0] === 'tls' ? 'default' : 'name';
    const bare = part.replace('[n]', '');
    return LABEL_NAMES.get([...parts.slice(0, index), bare].join('.')) ?? part.replace('[n]', '[0]');
  });
}

/** Every option that a label of Traefik 3.7 can set. */
const OPTIONS = rows.filter((row) => row.in.includes('L') && row.internal !== true && !/\*$|\]$|^tls(?:\.stores)?$/.test(row.path)).map((row) => labelParts(row.path));
const SIBLINGS = new Map<string, Set<string>>();
for (const parts of OPTIONS) {
  const parent = parts.slice(0, -1).join('.');
  SIBLINGS.set(parent, (SIBLINGS.get(parent) ?? new Set()).add((parts.at(-1) ?? '').toLowerCase()));
}

type Edit = { readonly kind: 'insert' | 'delete' | 'replace' | 'swap'; readonly at: number; readonly letter: string };
const edits = fc.record({ kind: fc.constantFrom<Edit['kind']>('insert', 'delete', 'replace', 'swap'), at: fc.nat(60), letter: fc.constantFrom(...LETTERS) });

function edited(word: string, { kind, at: wanted, letter }: Edit): string {
  const at = wanted % word.length;
  if (kind === 'insert') return word.slice(0, at) + letter + word.slice(at);
  if (kind === 'delete') return word.slice(0, at) + word.slice(at + 1);
  if (kind === 'replace') return word.slice(0, at) + letter + word.slice(at + 1);
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
}

interface Sample {
  readonly parts: readonly string[];
  readonly wrong: string;
}

/** Edits that make another option of the same place, or change case only, are no mistakes. */
function isMistake({ parts, wrong }: Sample): boolean {
  return wrong !== '' && !/^\d/.test(wrong) && SIBLINGS.get(parts.slice(0, -1).join('.'))?.has(wrong.toLowerCase()) !== true;
}

function suggestedFor(samples: readonly Sample[]): readonly boolean[] {
  const services = samples.flatMap(({ parts, wrong }, index) => [`  s${String(index)}:`, '    image: example/web:1', '    expose: ["80"]', '    labels:', `      - "traefik.${[...parts.slice(0, -1), wrong].join('.')}=1"`]);
  const { findings } = lintFiles({ files: { 'compose.yml': `services:\n${services.join('\n')}\n`, 'traefik.yml': STATIC }, static: 'traefik.yml', versions: ['3.7'] });
  const byService = new Map<string, Finding[]>();
  for (const finding of findings) byService.set(finding.symbol.split(' ')[0] ?? '', [...(byService.get(finding.symbol.split(' ')[0] ?? '') ?? []), finding]);
  return samples.map(({ parts }, index) => {
    const said = (byService.get(`shop/s${String(index)}`) ?? []).map(({ message, label, help }) => `${message} ${label ?? ''} ${help ?? ''}`).join(' ');
    return said.toLowerCase().includes(`did you mean "${(parts.at(-1) ?? '').toLowerCase()}"`);
  });
}

describe('did you mean', () => {
  it('is asked for at least 97 % of all label options with one random edit', () => {
    const drawn = fc.sample(fc.array(edits, { minLength: OPTIONS.length, maxLength: OPTIONS.length }), { seed: 20_240_501, numRuns: 4 });
    const samples = drawn.flatMap((list) => OPTIONS.map((parts, index): Sample => ({ parts, wrong: edited(parts.at(-1) ?? '', list[index] ?? { kind: 'delete', at: 0, letter: 'a' }) }))).filter(isMistake);
    const found = suggestedFor(samples);
    const missed = samples.filter((_, index) => found[index] !== true).map(({ parts, wrong }) => `${parts.join('.')}: ${wrong}`);
    expect(samples.length).toBeGreaterThan(1000);
    expect(1 - missed.length / samples.length, `${String(samples.length)} edits, missed:\n${missed.join('\n')}`).toBeGreaterThanOrEqual(0.97);
  }, 120_000);
});
