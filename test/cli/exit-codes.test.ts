import { describe, expect, it } from 'vitest';
import { BIN, gateway, project, shell } from './gateway.ts';
import type { RunOptions } from './gateway.ts';
import { BROKEN, CLEAN, LIMITED, VARIABLE, WARNED } from './stacks.ts';

interface Case {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env?: RunOptions['env'];
  readonly status: number;
  /** Part of what a person is told. */
  readonly says?: string;
}

const CONFIG = 'gateways:\n  edge: { stacks: [compose.yml] }\n';

const CASES: readonly Case[] = [
  { name: 'lint: nothing found', files: { 'compose.yml': CLEAN }, args: ['lint'], status: 0 },
  { name: 'check is lint', files: { 'compose.yml': BROKEN }, args: ['check'], status: 1 },
  { name: 'lint: an error', files: { 'compose.yml': BROKEN }, args: ['lint'], status: 1 },
  { name: 'lint: a warning alone', files: { 'compose.yml': WARNED }, args: ['lint'], status: 0 },
  { name: 'lint: more warnings than allowed', files: { 'compose.yml': WARNED }, args: ['lint', '--max-warnings', '0'], status: 1 },
  { name: 'lint: a warning made an error', files: { 'compose.yml': WARNED }, args: ['lint', '--rule', 'bypass-port=error'], status: 1 },
  { name: 'lint --exit-zero: an error', files: { 'compose.yml': BROKEN }, args: ['lint', '--exit-zero'], status: 0 },
  { name: 'lint --exit-zero does not hide a usage error', args: ['lint', '--exit-zero', '--bogus'], status: 2 },
  { name: 'lint: a file that is no YAML is a finding', files: { 'compose.yml': 'services: [\n' }, args: ['lint'], status: 1 },
  { name: 'lint: static configuration asked for and not there', files: { 'compose.yml': 'services:\n  web:\n    image: example/web:1\n' }, args: ['lint', '--require-static'], status: 1 },
  { name: 'validate: a warning does not count', files: { 'compose.yml': WARNED }, args: ['validate'], status: 0 },
  { name: 'validate: a blocking error', files: { 'compose.yml': BROKEN }, args: ['validate'], status: 1 },
  { name: 'build: written', files: { 'compose.yml': CLEAN }, args: ['build', '--to', 'traefik,nginx,kong'], status: 0 },
  { name: 'build: a blocking error', files: { 'compose.yml': BROKEN }, args: ['build'], status: 1 },
  { name: 'build: an approximation that nobody allowed', files: { 'compose.yml': LIMITED }, args: ['build', '--to', 'nginx'], status: 1, says: '--allow-approximate nginx/middleware.rateLimit=REASON' },
  { name: 'build: an approximation allowed by name', files: { 'compose.yml': LIMITED }, args: ['build', '--to', 'nginx', '--allow-approximate', 'nginx/middleware.rateLimit=bursts agree'], status: 0 },
  { name: 'build: an approximation without a reason', files: { 'compose.yml': LIMITED }, args: ['build', '--to', 'nginx', '--allow-approximate', 'nginx/middleware.rateLimit='], status: 2, says: 'needs a reason' },
  { name: 'build: a feature that is not there', files: { 'compose.yml': CLEAN }, args: ['build', '--allow-approximate', 'middleware.ratelimits=x'], status: 2 },
  { name: 'build: a variable without a value', files: { 'compose.yml': VARIABLE }, args: ['build'], status: 1, says: 'HOST_NAME' },
  { name: 'build --check: nothing there yet', files: { 'compose.yml': CLEAN }, args: ['build', '--check'], status: 1, says: 'Run: gateway build' },
  { name: 'build: an unknown target', files: { 'compose.yml': CLEAN }, args: ['build', '--to', 'apache'], status: 2, says: 'traefik' },
  { name: 'build: an unknown format', files: { 'compose.yml': CLEAN }, args: ['build', '--format', 'xml'], status: 2 },
  { name: 'build: an unknown report', files: { 'compose.yml': CLEAN }, args: ['build', '--report', 'html'], status: 2 },
  { name: 'build: two documents on stdout', files: { 'compose.yml': CLEAN }, args: ['build', '--report', 'json', '--json'], status: 2 },
  { name: 'build: an address that is none', files: { 'compose.yml': CLEAN }, args: ['build', '--endpoint', 'web=nowhere'], status: 2 },
  { name: 'build: a port beyond all ports', files: { 'compose.yml': CLEAN }, args: ['build', '--entrypoint', 'web=127.0.0.1:70000'], status: 2 },
  { name: 'build: an endpoint of a service that is not there', files: { 'compose.yml': CLEAN }, args: ['build', '--endpoint', 'wbe=127.0.0.1:1'], status: 2, says: 'web' },
  { name: 'build: an entry point that is not there', files: { 'compose.yml': CLEAN }, args: ['build', '--entrypoint', 'wbe=127.0.0.1:1'], status: 2, says: 'web' },
  { name: 'explain: an answer', files: { 'compose.yml': CLEAN }, args: ['explain', 'http://a.example.com/'], status: 0 },
  { name: 'explain: no router is an answer too', files: { 'compose.yml': CLEAN }, args: ['explain', 'http://x.example.com/'], status: 0 },
  { name: 'explain --expect: the router wins', files: { 'compose.yml': CLEAN }, args: ['explain', 'http://a.example.com/', '--expect', 'web'], status: 0 },
  { name: 'explain --expect: another one', files: { 'compose.yml': CLEAN }, args: ['explain', 'http://a.example.com/', '--expect', 'api'], status: 1 },
  { name: 'explain: too many words', files: { 'compose.yml': CLEAN }, args: ['explain', 'GET', 'http://a', 'b'], status: 2 },
  { name: 'explain: no request', args: ['explain'], status: 2 },
  { name: 'targets', args: ['targets'], status: 0 },
  { name: 'targets: an unknown one', args: ['targets', 'apache'], status: 2 },
  { name: 'rules', args: ['rules'], status: 0 },
  { name: 'rules: an unknown one', args: ['rules', 'label-unknwon'], status: 2, says: 'label-unknown' },
  { name: 'schema: an unknown one', args: ['schema', 'lnt'], status: 2 },
  { name: 'no command', args: [], status: 2, says: 'Usage: gateway' },
  { name: 'an unknown command', args: ['lnt'], status: 2, says: '(Did you mean lint?)' },
  { name: 'an unknown flag', args: ['lint', '--formt', 'json'], status: 2, says: '(Did you mean --format?)' },
  { name: 'a flag without its value', args: ['lint', '--static'], status: 2 },
  { name: 'an unknown rule', files: { 'compose.yml': CLEAN }, args: ['lint', '--rule', 'nope=off'], status: 2 },
  { name: 'an unknown variable source', files: { 'compose.yml': CLEAN }, args: ['lint', '--env-from', 'docker'], status: 2 },
  { name: 'a version nobody knows', files: { 'compose.yml': CLEAN }, args: ['lint', '--source-version', 'traefik=9'], status: 2 },
  { name: 'help', args: ['--help'], status: 0 },
  { name: 'help of a command', args: ['help', 'build'], status: 0 },
  { name: 'version', args: ['--version'], status: 0 },
  { name: 'a configuration with a mistyped key', files: { 'compose.yml': CLEAN, 'gateway.config.yaml': 'gatways: {}\n' }, args: ['lint'], status: 2, says: 'did you mean "gateways"?' },
  { name: 'a configuration that is no YAML', files: { 'compose.yml': CLEAN, 'gateway.config.yaml': 'a: [\n' }, args: ['lint'], status: 2 },
  { name: 'the same with --no-config', files: { 'compose.yml': CLEAN, 'gateway.config.yaml': 'a: [\n' }, args: ['lint', '--no-config'], status: 0 },
  { name: 'a configuration that is not there', files: { 'compose.yml': CLEAN }, args: ['lint', '--config', 'none.yaml'], status: 2 },
  { name: 'a configuration named by the environment', files: { 'compose.yml': CLEAN, 'other.yaml': 'nope: 1\n' }, args: ['lint'], env: { GATEWAY_CONFIG: 'other.yaml' }, status: 2 },
  { name: 'a gateway that the configuration lacks', files: { 'compose.yml': CLEAN, 'gateway.config.yaml': CONFIG }, args: ['lint', '-g', 'west'], status: 2 },
  { name: 'a gateway and stacks', files: { 'compose.yml': CLEAN, 'gateway.config.yaml': CONFIG }, args: ['lint', 'compose.yml', '-g', 'edge'], status: 2 },
  { name: 'a gateway without a configuration', files: { 'compose.yml': CLEAN }, args: ['lint', '-g', 'edge'], status: 2 },
  { name: 'a gateway whose stacks are gone', files: { 'gateway.config.yaml': 'gateways:\n  edge: { stacks: ["stacks/*"] }\n' }, args: ['lint'], status: 3 },
  { name: 'nothing to read', args: ['lint'], status: 3, says: 'no Compose file and no gateway.yaml was found' },
  { name: 'nothing to build', args: ['build'], status: 3 },
  { name: 'nothing to explain', args: ['explain', 'http://a/'], status: 3 },
  { name: 'a stack that is not there', args: ['lint', 'none.yml'], status: 3 },
  { name: 'a file that is not there', args: ['lint', '-f', 'none.yml'], status: 3 },
  { name: 'a static file that is not there', files: { 'compose.yml': CLEAN }, args: ['lint', '--static', 'none.yml'], status: 3 },
  { name: 'a dynamic folder that is not there', files: { 'compose.yml': CLEAN }, args: ['lint', '--dynamic', 'none'], status: 3 },
  { name: 'a working folder that is not there', args: ['lint', '--cwd', 'none'], status: 3 },
  { name: 'demo of a folder without a stack', args: ['demo', '--example', '.'], status: 3 },
  { name: 'an output path below a file', files: { 'compose.yml': CLEAN }, args: ['build', '-o', 'compose.yml/out'], status: 3, says: 'cannot write' },
];

describe('exit codes', () => {
  for (const { name, files, args, env, status, says } of CASES) {
    it(`${name}: ${String(status)}`, () => {
      const outcome = gateway(args, { cwd: project(files), ...(env === undefined ? {} : { env }) });
      expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({ status, stderr: says === undefined ? outcome.stderr : expect.stringContaining(says) });
      expect(outcome.stderr).not.toContain('    at ');
      if ((status === 2 || status === 3) && !args.includes('--json')) expect(outcome.stdout).toBe('');
    });
  }

  it('an environment file that is not there: 3', () => {
    // Node 20 takes the flag for its own and looks for the file too, unless "--" stands before the program.
    const line = `node -- "${BIN}" lint --env-file none.env`;
    expect(shell(line, { cwd: project({ 'compose.yml': CLEAN }) })).toEqual({ status: 3, stdout: '', stderr: 'error: --env-file: cannot read none.env\n' });
  });

  it('suggests one flag, not a list', () => {
    expect(gateway(['lint', '--formt']).stderr.match(/Did you mean/g)).toHaveLength(1);
  });

  it('a bug is 70, with a short message, and its stack only with --debug', () => {
    const planted = 'data:text/javascript,String.prototype.padEnd = () => { throw new TypeError("planted"); };';
    const short = shell(`node --import '${planted}' bin/gateway.js rules`);
    expect(short).toEqual({ status: 70, stdout: '', stderr: expect.stringMatching(/^internal error: planted\nThis is a bug in gateway: please report it\..*\n$/) });
    expect(shell(`node --import '${planted}' bin/gateway.js rules --debug`).stderr).toContain('    at ');
  });
});
