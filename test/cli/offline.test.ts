import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BIN, cleanEnv, copyOf } from './gateway.ts';

/** In a network namespace of its own there is nothing to reach, not even loopback. */
function withoutNetwork(args: readonly string[], cwd: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const flags = process.getuid?.() === 0 ? '-n' : '-rn';
  return spawnSync('unshare', [flags, process.execPath, ...args], { cwd, env: cleanEnv(), encoding: 'utf8' });
}

describe('without a network', () => {
  it('the namespace really has none', () => {
    const { status, stdout, stderr } = withoutNetwork(['-e', "require('net').connect(9, '127.0.0.1').on('error', (error) => console.log(error.code))"], '.');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'ENETUNREACH\n', stderr: '' });
  });

  const COMMANDS = [['lint'], ['validate'], ['build', '--to', 'traefik,nginx'], ['explain', 'http://shop.localhost/'], ['targets'], ['rules'], ['schema', 'lint']];
  for (const command of COMMANDS) {
    it(`gateway ${command.join(' ')} works`, () => {
      const cwd = copyOf('examples/shop');
      const { status, stderr } = withoutNetwork([BIN, ...command], cwd);
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    });
  }
});
