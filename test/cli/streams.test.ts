import { spawn } from 'node:child_process';
import { existsSync, readdirSync, watch } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, cleanEnv, gateway, project, shell, write } from './gateway.ts';
import { BROKEN, CLEAN } from './stacks.ts';

const BOM = '\ufeff';

describe('standard streams', () => {
  it('a reader that goes away is no failure', () => {
    for (const command of ['targets', 'rules', 'rules --json', 'schema lint']) {
      const { status, stdout, stderr } = shell(`{ gateway ${command}; echo "status $?" >&2; } | head -1`);
      expect({ command, status, stderr, lines: stdout.split('\n').length }).toEqual({ command, status: 0, stderr: 'status 0\n', lines: 2 });
    }
  });

  it('findings go to stdout, what was taken to stderr', () => {
    const { stdout, stderr } = gateway(['lint'], { cwd: project({ 'compose.yml': BROKEN }) });
    expect(stdout).toContain('label-unknown');
    expect(stderr).toMatch(/^1 stack: \S+ \(compose\.yml, no \.env\)\n$/);
  });

  it('--quiet says nothing but errors', () => {
    const cwd = project({ 'compose.yml': CLEAN });
    expect(gateway(['build', '--quiet'], { cwd })).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  const INPUTS = [
    { name: 'plain', text: BROKEN },
    { name: 'CRLF', text: BROKEN.replaceAll('\n', '\r\n') },
    { name: 'a byte order mark', text: BOM + BROKEN },
    { name: 'both', text: BOM + BROKEN.replaceAll('\n', '\r\n') },
  ];
  for (const { name, text } of INPUTS) {
    it(`- reads standard input: ${name}`, () => {
      const { status, stdout } = gateway(['lint', '-', '--format', 'concise'], { cwd: project(), input: text });
      expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringMatching(/^<stdin>:13:22: error/) });
    });
    it(`build - gives the same files as build of the file: ${name}`, () => {
      const clean = text.replace(/ {6}- traefik\.http\.rotuers.*\r?\n/, '');
      const cwd = project({ 'compose.yml': clean });
      const args = ['-p', 'shop', '--to', 'traefik,nginx,kong', '-o', '-'];
      const piped = gateway(['build', '-f', '-', ...args], { cwd, input: clean });
      expect({ status: piped.status, stdout: piped.stdout }).toEqual({ status: 0, stdout: gateway(['build', '-f', 'compose.yml', ...args], { cwd }).stdout });
      expect(piped.stdout).toContain('a.example.com');
    });
  }

  it('empty standard input has no services', () => {
    expect(gateway(['lint', '-'], { cwd: project() }).stderr).not.toContain('internal error');
  });
});

describe('a named output', () => {
  it('that cannot be written is 3 and leaves no temporary file', () => {
    const cwd = project({ 'compose.yml': CLEAN, 'taken/x': '' });
    for (const args of [['lint', '--format', 'sarif=taken'], ['diff', 'compose.yml', 'compose.yml', '--format', 'json=taken'], ['test', '--format', 'junit=taken', 'a.gateway-test.yaml']]) {
      write(cwd, 'a.gateway-test.yaml', '- GET http://a.example.com/ -> web\n');
      const { status, stderr } = gateway(args, { cwd });
      expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('error: cannot write taken: ') });
      expect(readdirSync(cwd).toSorted()).toEqual(['a.gateway-test.yaml', 'compose.yml', 'taken']);
    }
  });
});

describe('an interruption', () => {
  it('while files are swapped in waits, leaves whole folders and no temporary file, and ends with 130', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `g${String(index)}`);
    const cwd = project({ 'compose.yml': CLEAN, 'gateway.config.yaml': `gateways:\n${names.map((name) => `  ${name}: { stacks: [compose.yml] }\n`).join('')}` });
    const child = spawn(process.execPath, [BIN, 'build', '--to', 'traefik,nginx,kong', '-o', 'out'], { cwd, env: cleanEnv(), stdio: 'ignore' });
    const watcher = watch(cwd, (_event, name) => {
      if (name === 'out') child.kill('SIGINT');
    });
    const status = await new Promise<string>((done) => child.once('exit', (code, signal) => done(signal ?? String(code))));
    watcher.close();
    expect(['130', 'SIGINT']).toContain(status);
    const everything = readdirSync(cwd, { recursive: true, encoding: 'utf8' });
    expect(everything.filter((name) => name.includes('.gateway-'))).toEqual([]);
    for (const name of names) {
      const folder = path.join(cwd, 'out', name, 'nginx');
      if (existsSync(folder)) expect(readdirSync(folder)).toContain('nginx.conf');
    }
  });
});
