import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateway, project, shell } from './gateway.ts';
import { rewrite, runBlock, samplesOf } from './samples.ts';

const COMMANDS = ['lint', 'validate', 'build', 'diff', 'explain', 'test', 'serve', 'discover', 'demo', 'targets', 'rules', 'schema'];

/** Commands with a page of their own have their help there. */
const PAGES = ['docs/commands.md', 'docs/diff.md', 'docs/explain.md', 'docs/live.md', 'docs/serve.md', 'docs/test.md'];

describe.each(PAGES)('%s', (page) => {
  const blocks = samplesOf(page);
  const really: (typeof blocks)[number][] = [];

  // UPDATE_DOCS=1 writes what the commands print into the page, to be read as a change.
  for (const [index, samples] of blocks.entries()) {
    it(`sample ${String(index + 1)} is what the command prints: ${samples.map(({ command }) => command).join('; ')}`, () => {
      const folder = path.join(project(), 'samples');
      cpSync('fixtures/cli/samples', folder, { recursive: true });
      const found = runBlock(samples, folder);
      really.push(found);
      if (process.env['UPDATE_DOCS'] === undefined) expect(found).toEqual(samples);
      else if (really.length === blocks.length) rewrite(page, really);
    });
  }
});

describe('the pages together', () => {
  it('have the help of every command, and so every flag', () => {
    const known = [...gateway(['--help']).stdout.matchAll(/^ {2}([a-z]+)(?:\|[a-z]+)? /gm)].map((match) => match[1]).filter((name) => name !== 'help');
    expect(known.sort()).toEqual([...COMMANDS].sort());
    const shown = PAGES.flatMap(samplesOf).flat().map(({ command }) => command);
    expect(shown).toEqual(expect.arrayContaining(COMMANDS.map((name) => `gateway ${name} --help`)));
  });
});

describe('README.md', () => {
  const text = readFileSync('README.md', 'utf8');
  const lines = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap((match) => (match[1] ?? '').split('\n'));
  const commands = lines.map((line) => line.replace(/\s+#.*$/, '')).filter((line) => /^npx gateway /.test(line));

  it('has the main commands', () => {
    expect(commands.map((line) => line.split(' ')[2])).toEqual(expect.arrayContaining(['lint', 'explain', 'build']));
  });

  for (const command of commands) {
    it(`${command}: works on a stack of one's own`, () => {
      const cwd = project();
      cpSync('fixtures/cli/samples/shop', path.join(cwd, 'path/to'), { recursive: true });
      const line = command.replace(/^npx /, '').replace('app.example.com', 'shop.example.com');
      const { status, stderr } = shell(line, { cwd });
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    });
  }

  it('names only commands, scripts and pages that are there', () => {
    const named = [...text.matchAll(/`gateway ([a-z]+)\b/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !COMMANDS.includes(name))).toEqual([]);
    const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(readFileSync('package.json', 'utf8'));
    const wanted = [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? '');
    expect(wanted.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
