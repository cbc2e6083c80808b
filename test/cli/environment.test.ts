import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desk } from '../support/command.ts';
import type { Desk } from '../support/command.ts';
import { isJsonObject } from '../support/json.ts';
import { BROKEN, CLEAN, WARNED } from './stacks.ts';

/** In this process: about five seconds, most of them for loading all parts. */
let folder: Desk;
beforeAll(async () => {
  folder = await desk({
    'compose.yml': CLEAN, 'broken.yml': BROKEN, 'warned.yml': WARNED,
    'settings.yaml': 'build: { to: [kong], out: configured }\n',
    'strict.yml': 'entryPoints: { other: { address: ":81" } }\nproviders: { docker: {} }\n',
  });
});
afterAll(() => folder.remove());

function schemaOf(text: string): unknown {
  const document: unknown = JSON.parse(text);
  return isJsonObject(document) ? document['schema'] : undefined;
}

describe('the environment', () => {
  it('GATEWAY_FORMAT is a format; a flag comes before it, also --json', async () => {
    const env = { GATEWAY_FORMAT: 'concise' };
    expect((await folder.gatewayWith(env, 'lint', 'broken.yml')).out).toMatch(/^broken\.yml:13:22: error label-unknown/);
    expect((await folder.gatewayWith(env, 'lint', 'broken.yml', '--format', 'github')).out).toMatch(/^::error /);
    expect(schemaOf((await folder.gatewayWith(env, 'lint', 'broken.yml', '--json')).out)).toBe('gateway.lint/1');
    expect((await folder.gatewayWith({ GATEWAY_FORMAT: '' }, 'lint')).out).toContain('no problems');
  });

  it('GATEWAY_FORMAT=json holds for errors too', async () => {
    const env = { GATEWAY_FORMAT: 'json' };
    for (const args of [['lint', '--bogus'], ['lint', 'none.yml'], ['explain']]) {
      const { code, out } = await folder.gatewayWith(env, ...args);
      expect({ code, document: JSON.parse(out) as unknown }).toEqual({ code: args[1] === 'none.yml' ? 3 : 2, document: { error: { kind: args[1] === 'none.yml' ? 'environment' : 'usage', message: expect.any(String) } } });
    }
    expect((await folder.gatewayWith(env, 'lint', 'none.yml', '--format', 'text')).out).toBe('');
  });

  it('a value that the command does not know is 2 and names the variable', async () => {
    expect(await folder.gatewayWith({ GATEWAY_FORMAT: 'github' }, 'build')).toEqual({ code: 2, out: '', err: 'error: unknown format "github"\nFormats: text, json\nset by the environment: GATEWAY_FORMAT\n' });
    expect((await folder.gatewayWith({ GATEWAY_FAIL_ON: 'secrity' }, 'diff', 'compose.yml', 'broken.yml')).err).toContain('Did you mean "security"?\nset by the environment: GATEWAY_FAIL_ON\n');
  });

  it('comes before the configuration and after flags', async () => {
    const build = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<unknown> => folder.gatewayWith(env, 'build', '--check', '--json', '--config', 'settings.yaml', 'compose.yml', ...args).then(({ out }) => {
      const { out: to, targets }: { readonly out: string; readonly targets: readonly { readonly target: string }[] } = JSON.parse(out);
      return [to, targets.map(({ target }) => target)];
    });
    expect(await build({})).toEqual(['configured', ['kong']]);
    expect(await build({ GATEWAY_TO: 'nginx', GATEWAY_OUTPUT: 'named' })).toEqual(['named', ['nginx']]);
    expect(await build({ GATEWAY_TO: 'nginx', GATEWAY_OUTPUT: 'named' }, '--to', 'traefik', '-o', 'said')).toEqual(['said', ['traefik']]);
  });

  it('GATEWAY_CONFIG names the configuration; --config and --no-config come before it', async () => {
    const env = { GATEWAY_CONFIG: 'none.yaml' };
    expect(await folder.gatewayWith(env, 'lint')).toMatchObject({ code: 2, err: 'error: cannot read the configuration none.yaml\nset by the environment: GATEWAY_CONFIG\n' });
    expect((await folder.gatewayWith(env, 'lint', '--no-config')).code).toBe(0);
    expect((await folder.gatewayWith(env, 'lint', 'compose.yml', '--config', 'settings.yaml')).code).toBe(0);
  });

  it('GATEWAY_STATIC, GATEWAY_SOURCE_VERSION and GATEWAY_MAX_WARNINGS are read as their flags', async () => {
    expect((await folder.gatewayWith({ GATEWAY_STATIC: 'strict.yml' }, 'lint')).out).toContain('entrypoint-unknown');
    expect((await folder.gatewayWith({ GATEWAY_SOURCE_VERSION: 'traefik=9' }, 'lint')).err).toContain('Traefik 9 is not known');
    expect((await folder.gateway('lint', 'warned.yml')).code).toBe(0);
    expect((await folder.gatewayWith({ GATEWAY_MAX_WARNINGS: '0' }, 'lint', 'warned.yml')).code).toBe(1);
  });

  it('--verbose says what it set; the help names each variable', async () => {
    expect((await folder.gatewayWith({ GATEWAY_FORMAT: 'concise', GATEWAY_TO: 'nginx' }, 'lint', '--verbose')).err).toMatch(/^set by the environment: GATEWAY_FORMAT\n/);
    expect((await folder.gateway('build', '--help')).out.match(/\[GATEWAY_\w+\]/g)).toEqual(['[GATEWAY_STATIC]', '[GATEWAY_SOURCE_VERSION]', '[GATEWAY_TO]', '[GATEWAY_OUTPUT]', '[GATEWAY_FORMAT]', '[GATEWAY_CONFIG]']);
  });
});

describe('options before the command', () => {
  it('are those of the command', async () => {
    expect(schemaOf((await folder.gateway('--json', '--quiet', 'lint', 'broken.yml')).out)).toBe('gateway.lint/1');
    expect((await folder.gateway('-g', 'nope', 'lint')).err).toContain('--gateway needs a configuration');
    expect((await folder.gateway('--config=none.yaml', 'lint')).err).toContain('cannot read the configuration none.yaml');
    expect((await folder.gateway('--cwd', 'nowhere', 'lint')).code).toBe(3);
    expect((await folder.gateway('--no-config', '--color', 'always', 'lint', 'broken.yml')).out).toContain('\u001b[');
  });

  it('are refused where no command takes them', async () => {
    expect(await folder.gateway('--fix', 'lint')).toMatchObject({ code: 2, err: expect.stringContaining("unknown option '--fix'") });
    expect((await folder.gateway('--cwd')).code).toBe(2);
  });
});

describe('a word that is not known', () => {
  const CASES = [
    [['lint', '--format', 'jsno'], 'json'], [['lint', '--color', 'alway'], 'always'], [['lint', '--min-severity', 'eror'], 'error'], [['lint', '--annotations', 'atuo'], 'auto'],
    [['build', '--to', 'ngnix'], 'nginx'], [['build', '--target-version', 'kng=3'], 'kong'], [['build', '--allow-approximate', 'kong/middleware.rateLimt=x'], 'kong/middleware.rateLimit'],
    [['build', '--endpoint', 'wbe=127.0.0.1:1'], 'web'], [['diff', 'compose.yml', 'broken.yml', '--fail-on', 'brekaing'], 'breaking'], [['diff', 'compose.yml', 'broken.yml', '--level', 'txt'], 'text'],
    [['test', '--engine', 'runtme'], 'runtime'], [['schema', 'lnt'], 'lint'], [['targets', 'ngin'], 'nginx'], [['rules', 'label-unknwon'], 'label-unknown'], [['explain', 'http://a/', '--target', 'kog'], 'kong'],
  ] as const;
  for (const [args, meant] of CASES) {
    it(`${args.join(' ')}: 2, and "${meant}" is named`, async () => {
      const { code, out, err } = await folder.gateway(...args);
      expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining(`\nDid you mean "${meant}"?\n`) });
    });
  }
});

describe('the configuration in package.json', () => {
  const STACK = { 'stack.yml': CLEAN, 'sub/none.txt': '' };
  const packaged = (gateway: unknown): Readonly<Record<string, string>> => ({ ...STACK, 'package.json': JSON.stringify({ name: 'x', gateway }) });

  it('is its key "gateway", found from a folder below; paths are from its folder', async () => {
    const one = await desk(packaged({ gateways: { edge: { stacks: ['stack.yml'] } }, build: { to: ['kong'], out: 'made' } }));
    const { code, err } = await one.gateway('build', '--cwd', 'sub', '--verbose');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^configuration: \.\.\/package\.json\n[\s\S]*wrote \.\.\/made\/edge\/kong /) });
    await one.remove();
  });

  it('a file of its own comes before it, and one without the key is passed by', async () => {
    const both = await desk({ ...packaged({ nope: 1 }), 'gateway.config.json': '{"gateways":{"edge":{"stacks":["stack.yml"]}}}' });
    expect((await both.gateway('lint')).code).toBe(0);
    await both.remove();
    const other = await desk({ 'compose.yml': CLEAN, 'package.json': '{"dependencies":{"gateway":"1"}}' });
    expect((await other.gateway('lint')).code).toBe(0);
    other.write('package.json', 'no JSON, and not about us');
    expect((await other.gateway('lint')).code).toBe(0);
    await other.remove();
  });

  it('is checked as the file is', async () => {
    const one = await desk(packaged({ gatways: {} }));
    expect(await one.gateway('lint', 'stack.yml')).toMatchObject({ code: 2, err: 'error: package.json: the file has no option "gatways", did you mean "gateways"?\n' });
    one.write('package.json', '{"gateway": {');
    expect(await one.gateway('lint', 'stack.yml')).toMatchObject({ code: 2, err: 'error: package.json is no JSON\n' });
    one.write('package.json', '{}');
    expect(await one.gateway('lint', 'stack.yml', '--config', 'package.json')).toMatchObject({ code: 2, err: 'error: package.json has no key "gateway"\n' });
    await one.remove();
  });

  it('of two folders that are compared, each has its own; --no-config and --config count for both', async () => {
    const two = await desk({ 'a/compose.yml': CLEAN, 'b/compose.yml': CLEAN, 'b/package.json': '{"gateway":{"nope":1}}', 'settings.yaml': 'fail-on: none\n' });
    expect((await two.gateway('diff', 'a', 'b')).code).toBe(2);
    expect((await two.gateway('diff', 'a', 'b', '--no-config')).code).toBe(0);
    expect((await two.gateway('diff', 'a', 'b', '--config', 'settings.yaml')).code).toBe(0);
    two.write('b/compose.yml', CLEAN.replace('port=80', 'port=81'));
    expect((await two.gateway('diff', 'a', 'b', '--no-config', '--fail-on', 'any')).code).toBe(1);
    await two.remove();
  });
});
