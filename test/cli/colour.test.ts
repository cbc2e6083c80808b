import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BIN, cleanEnv, gateway, project } from './gateway.ts';
import { BROKEN } from './stacks.ts';

// oxlint-disable-next-line no-control-regex
const ANSI = /\x1b\[/;

/** Runs the command on a pseudo-terminal of util-linux. */
function onTerminal(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>, columns = 100): string {
  const line = `stty cols ${String(columns)}; ${[process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ')}`;
  const { stdout, error } = spawnSync('script', ['-qec', line, '/dev/null'], { cwd, env: cleanEnv({ TERM: 'xterm', ...env }), encoding: 'utf8' });
  if (error !== undefined) throw error;
  return stdout;
}

const TERMINAL = [
  { name: 'a terminal', env: {}, args: [], coloured: true },
  { name: 'NO_COLOR', env: { NO_COLOR: '1' }, args: [], coloured: false },
  { name: 'an empty NO_COLOR', env: { NO_COLOR: '' }, args: [], coloured: true },
  { name: 'TERM=dumb', env: { TERM: 'dumb' }, args: [], coloured: false },
  { name: 'FORCE_COLOR=0', env: { FORCE_COLOR: '0' }, args: [], coloured: false },
  { name: '--no-color', env: {}, args: ['--no-color'], coloured: false },
  { name: '--color never', env: {}, args: ['--color', 'never'], coloured: false },
  { name: '--color always over NO_COLOR', env: { NO_COLOR: '1' }, args: ['--color', 'always'], coloured: true },
] as const;

const PIPED = [
  { name: 'a pipe', env: {}, args: [], coloured: false },
  { name: 'FORCE_COLOR=1', env: { FORCE_COLOR: '1' }, args: [], coloured: true },
  { name: 'FORCE_COLOR over NO_COLOR', env: { FORCE_COLOR: '1', NO_COLOR: '1' }, args: [], coloured: true },
  { name: 'FORCE_COLOR=1 with --no-color', env: { FORCE_COLOR: '1' }, args: ['--no-color'], coloured: false },
  { name: '--color always', env: {}, args: ['--color', 'always'], coloured: true },
] as const;

describe('colour', () => {
  for (const { name, env, args, coloured } of TERMINAL) {
    it(`on ${name}: ${coloured ? 'yes' : 'no'}`, () => {
      const shown = onTerminal(['lint', ...args], project({ 'compose.yml': BROKEN }), env);
      expect(shown).toContain('rotuers');
      expect(ANSI.test(shown)).toBe(coloured);
    });
  }
  for (const { name, env, args, coloured } of PIPED) {
    it(`into ${name}: ${coloured ? 'yes' : 'no'}`, () => {
      const { stdout, stderr } = gateway(['lint', ...args], { cwd: project({ 'compose.yml': BROKEN }), env });
      expect(ANSI.test(stdout)).toBe(coloured);
      expect(ANSI.test(stderr)).toBe(false);
    });
  }
  it('a machine format has none, whatever is forced', () => {
    const { stdout } = gateway(['lint', '--json', '--color', 'always'], { cwd: project({ 'compose.yml': BROKEN }), env: { FORCE_COLOR: '1' } });
    expect(ANSI.test(stdout)).toBe(false);
  });
  it('says the same without colour', () => {
    const cwd = project({ 'compose.yml': BROKEN });
    const plain = gateway(['lint'], { cwd }).stdout;
    // oxlint-disable-next-line no-control-regex
    expect(gateway(['lint', '--color', 'always'], { cwd }).stdout.replaceAll(/\x1b\[\d+m/g, '')).toBe(plain);
  });
});

describe('width', () => {
  it('of a terminal: Why, Fix and frames keep to it', () => {
    const shown = onTerminal(['lint', '--no-color'], project({ 'compose.yml': BROKEN }), {}, 60).replaceAll('\r\n', '\n').split('\n');
    const why = shown.findIndex((line) => line.startsWith('  Why   '));
    expect(shown.slice(why, why + 4)).toEqual(['  Why   Traefik 3.7 drops the whole container "web" ("field', '        not found, node: rotuers")', '  Fix   safe: gateway lint --fix (replace "rotuers" by', '        "routers")']);
    expect(shown.filter((line) => /^[> ] .* \| /.test(line)).every((line) => line.length <= 60)).toBe(true);
  });

  it('in a pipe lines stay whole', () => {
    const { stdout } = gateway(['lint'], { cwd: project({ 'compose.yml': BROKEN }), env: { COLUMNS: '60' } });
    expect(stdout).toContain('  Why   Traefik 3.7 drops the whole container "web" ("field not found, node: rotuers")\n');
  });
});
