import fc from '../support/fast-check.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixAll } from '../../src/compile/fix.ts';
import type { FixRun } from '../../src/compile/fix.ts';
import { EMPTY_CONFIG } from '../../src/config/config.ts';
import { rules } from '../../src/checks/registry.ts';
import { applyEdits, toFindings } from '../../src/diagnostics/index.ts';
import type { CompileInput } from '../../src/compile/types.ts';
import type { TextEdit } from '../../src/diagnostics/index.ts';
import { lint } from '../../src/compile/lint.ts';
import { load } from '../../src/compile/load.ts';
import { memoryHost, unmark } from '../support/lint.ts';

type Texts = Readonly<Record<string, string>>;

const OPTIONS = { config: EMPTY_CONFIG, rules: new Map<string, string>(), declared: true };

const inputOf = (files: Texts): CompileInput => ({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map<string, string>(), workingDirectory: '/srv/shop' }], dynamic: [] }], declared: true, host: memoryHost(files), overrides: { endpoints: [], entryPoints: new Map() } });

function fix(files: Texts, { unsafe = true }: { readonly unsafe?: boolean } = {}): FixRun {
  return fixAll(inputOf(files), { lint: OPTIONS, unsafe, wanted: () => true, locked: () => false });
}

const after = (files: Texts, run: FixRun): Texts => ({ ...files, ...Object.fromEntries(run.texts) });
function told(files: Texts): readonly string[] {
  const loaded = load(inputOf(files));
  return toFindings(lint(loaded, OPTIONS).diagnostics, loaded.origins, loaded.files).filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ fingerprint }) => fingerprint);
}

/** Comments of a YAML text, which no fix may touch. */
const comments = (text: string): readonly string[] => text.match(/(?:^|\s)#.*$/gm) ?? [];

function sound(files: Texts): FixRun {
  const run = fix(files);
  const fixed = after(files, run);
  const known = new Set(told(files));
  expect(told(fixed).filter((one) => !known.has(one))).toEqual([]);
  expect([...fix(fixed).texts.keys()], 'a second run changes nothing').toEqual([]);
  for (const [name, text] of Object.entries(files)) {
    const now = fixed[name] ?? '';
    expect(comments(now)).toEqual(comments(text));
    expect(now.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
    if (text.includes('\r\n') && !/(?<!\r)\n/.test(text)) expect(now).not.toMatch(/(?<!\r)\n/);
    const [words, before] = [now, text].map((one) => one.match(/[&*][a-z]\w*/g) ?? []);
    expect(words).toEqual(before);
  }
  return run;
}

/** The same stack, written as others write it. */
const WRITTEN: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with a byte order mark': (text) => `\ufeff${text}`,
  'without a last line break': (text) => text.replace(/\n$/, ''),
  'with comments': (text) => text.replace(/^( +- traefik[^\n]*)$/gm, '    # a comment: "quoted"\n$1   # behind'),
  'in double quotes': (text) => text.replace(/^( +- )(traefik[^\n"]*)$/gm, '$1"$2"'),
  'in single quotes': (text) => text.replace(/^( +- )(traefik[^\n']*)$/gm, "$1'$2'"),
};

const EXAMPLES = rules.filter(({ meta }) => meta.fix !== undefined).flatMap(({ id, meta }) => meta.bad.map((example) => [`${id}: ${example.title}`, unmark(example).files] as const));

describe('fixes of the rules', () => {
  it.each(EXAMPLES)('%s', (_title, files) => {
    for (const [how, write] of Object.entries(WRITTEN)) {
      const written = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, write(text)]));
      expect(() => sound(written), how).not.toThrow();
    }
  }, 60_000);

  it('are applied to most examples that promise one', () => {
    const applied = EXAMPLES.filter(([, files]) => fix(files).applied.length > 0);
    expect(applied.length / EXAMPLES.length).toBeGreaterThan(0.5);
  });
});

describe('what a fix leaves alone', () => {
  const folder = new URL('../../fixtures/cases/', import.meta.url);
  const texts = readdirSync(folder).map((name) => new URL(`${name}/compose.yaml`, folder)).filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8')).filter((text) => fix({ 'compose.yml': text }).texts.size === 0);
  /** A misspelt part of some labels, each with its cure in reach. */
  const MISTAKES: readonly (readonly [RegExp, string])[] = [[/\.routers\./, '.rotuers.'], [/\.entrypoints=/, '.entrypoint='], [/\.middlewares\./, '.midlewares.'], [/\.loadbalancer\./, '.loadblancer.'], [/\.rule=/, '.rul=']];

  it('everything but the misspelt parts, whatever file', () => {
    expect(texts.length).toBeGreaterThan(40);
    fc.assert(fc.property(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(MISTAKES.length - 1), fc.nat(20)), { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), (text, mistakes, newline, mark) => {
      const lines = text.split('\n');
      for (const [kind, line] of mistakes) {
        const [from, to] = MISTAKES[kind] ?? [/$^/, ''];
        const places = lines.flatMap((one, index) => (from.test(one) ? [index] : []));
        const at = places[line % Math.max(1, places.length)];
        if (at !== undefined) lines[at] = (lines[at] ?? '').replace(from, to);
      }
      const written = (mark ? '\ufeff' : '') + lines.join(newline);
      const run = sound({ 'compose.yml': written });
      const now = run.texts.get('compose.yml') ?? written;
      const [shown, before] = [now, written].map((one) => one.split(newline));
      expect(shown?.length).toBe(before?.length);
      // Words stay but the misspelt ones: what changed on a line is within one word of it.
      before?.forEach((line, index) => {
        const changed = shown?.[index] ?? '';
        if (changed !== line) expect(changed.replaceAll(/\.(?:routers|entrypoints|middlewares|loadbalancer|rule)\b/gi, '')).toBe(line.replaceAll(/\.(?:rotuers|routers|entrypoints?|midlewares|middlewares|loadblancer|loadbalancer|rule?)\b/gi, ''));
      });
    }), { numRuns: 25 });
  }, 120_000);
});

describe('edits', () => {
  const edit = (length: number): fc.Arbitrary<TextEdit> => fc.tuple(fc.nat(length), fc.nat(length), fc.string({ maxLength: 3 })).map(([a, b, newText]) => ({ file: 'f', start: Math.min(a, b), end: Math.max(a, b), newText }));
  const cases = fc.string({ maxLength: 30 }).chain((text) => fc.tuple(fc.constant(text), fc.array(edit(text.length), { maxLength: 8 })));

  it('keep what stands outside of them, and never overlap', () => {
    fc.assert(fc.property(cases, ([text, list]) => {
      const { applied, skipped, text: now } = applyEdits(text, list);
      let expected = '';
      let at = 0;
      for (const one of applied) {
        expect(one.start).toBeGreaterThanOrEqual(at);
        expected += text.slice(at, one.start) + one.newText;
        at = one.end;
      }
      expect(now).toBe(expected + text.slice(at));
      for (const one of skipped) expect(applied.some((other) => (other.start < one.end && one.start < other.end) || (other.start === one.start && one.start === one.end && other.end === one.end))).toBe(true);
    }), { numRuns: 1000 });
  }, 60_000);
});

describe('a fix that would do harm', () => {
  const HEAD = 'services:\n  traefik:\n    image: traefik:v3.7\n    command:\n      - --entrypoints.web.address=:80\n      - --providers.docker.exposedbydefault=false\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock:ro\n';
  const stack = (entryPoint: string): Texts => ({ 'compose.yml': `${HEAD}  web:\n    image: example/web:1\n    expose: ["80"]\n    labels:\n      - traefik.enable=true\n      - traefik.http.routers.web.rule=Host(\`a.example.com\`)\n      - traefik.http.routers.web.entrypoint=${entryPoint}\n` });

  it('is applied where the result is right', () => {
    const run = sound(stack('web'));
    expect(run.applied.map(({ finding }) => finding.rule)).toEqual(['label-unknown']);
    expect(run.texts.get('compose.yml')).toContain('entrypoints=web\n');
  });

  const slash: Texts = { 'compose.yml': `${HEAD}  web:\n    image: example/web:1\n    expose: ["80"]\n    labels:\n      - traefik.enable=true\n      - traefik.http.routers.web.rule=Host(\`a.example.com\`)\n      - traefik.http.routers.web.middlewares=strip\n      - traefik.http.midlewares.strip.stripprefix.prefixes=/app/\n` };

  it('is refused, and says which finding it would bring', () => {
    const run = sound(slash);
    expect(run.applied).toEqual([]);
    expect(run.refused.map(({ because }) => because).join()).toMatch(/it would bring a new finding: strip-prefix-slash /);
  });

  it('is applied where the error behind it is said anyway', () => {
    expect(sound(stack('nowhere')).texts.get('compose.yml')).toContain('entrypoints=nowhere\n');
  });

  it('does not keep the others from being applied', () => {
    const { 'compose.yml': text = '' } = slash;
    const run = sound({ 'compose.yml': `${text}  api:\n    image: example/web:1\n    expose: ["80"]\n    labels:\n      - traefik.enable=true\n      - traefik.http.rotuers.api.rule=Host(\`b.example.com\`)\n` });
    expect(run.texts.get('compose.yml')).toContain('http.routers.api.rule');
    expect(run.texts.get('compose.yml')).toContain('midlewares.strip');
    expect(run.refused).toHaveLength(1);
  });
});
