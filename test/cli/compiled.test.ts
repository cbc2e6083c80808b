import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { shell } from './gateway.ts';

// The command line is loaded with V8's compiled form of itself, and works as well without it. About 3 s.

const COPY = mkdtempSync(path.join(realpathSync(tmpdir()), 'gateway-compiled-'));
const COMPILED = path.join(COPY, 'dist/cli/compiled');
afterAll(() => rmSync(COPY, { recursive: true, force: true }));
for (const name of ['bin', 'dist/cli', 'package.json', 'examples']) cpSync(name, path.join(COPY, name), { recursive: true });
symlinkSync(path.resolve('node_modules'), path.join(COPY, 'node_modules'));

/** Says of each script how V8 came to it. */
writeFileSync(path.join(COPY, 'watch.mjs'), `import vm from 'node:vm';
const { Script } = vm;
vm.Script = class extends Script {
  constructor(code, options) {
    super(code, options);
    process.stderr.write('script ' + (options.cachedData === undefined ? 'compiled' : this.cachedDataRejected ? 'refused' : 'known') + '\\n');
  }
};
`);

interface Run {
  readonly scripts: readonly string[];
  readonly status: number | null;
  readonly stdout: string;
}

function run(args: string): Run {
  const { status, stdout, stderr } = shell(`"${process.execPath}" --import ./watch.mjs bin/gateway.js ${args}`, { cwd: COPY });
  return { status, stdout, scripts: [...new Set(stderr.match(/(?<=^script )\w+$/gm) ?? [])] };
}

/** The containers that the build reads while it records, in a process of their own: commands are waited for in this one. */
const docker = spawn(process.execPath, ['--input-type=module', '--eval', `import { withPaperDocker } from '${pathToFileURL('scripts/paper-docker.mjs').href}'; await withPaperDocker((endpoint) => { console.log(endpoint); return new Promise(() => undefined); });`], { stdio: ['ignore', 'pipe', 'inherit'] });
afterAll(() => void docker.kill());
const endpoint = await new Promise<string>((resolve) => {
  docker.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
});

/** Those that were recorded, then others. */
const RECORDED = ['--version', '--help', 'lint examples/shop --format json', 'build examples/shop -o - --to traefik,traefik-kv,traefik-labels', 'build examples/gateway-yaml -o - --to kong,nginx', 'explain http://shop.localhost/api/ --stack examples/shop --format json', `discover --docker-host ${endpoint} --json`];
const COMMANDS = [...RECORDED, 'rules', 'bogus'];

/** A build of another Node than this one has nothing that this one could use. */
const builtByThisNode = readdirSync(COMPILED).includes(`${process.version}-${process.platform}-${process.arch}`);

describe("V8's compiled form of the command line", () => {
  const compiled = COMMANDS.map(run);

  it('is there and taken, for what runs often', () => {
    const expected = builtByThisNode ? ['known'] : ['compiled'];
    expect(RECORDED.map((_, at) => compiled[at]?.scripts)).toEqual(RECORDED.map(() => expected));
    expect(compiled[RECORDED.length - 1]?.stdout).toContain('http://192.0.2.1:8080');
  });

  it('changes nothing when it is damaged or absent', () => {
    const answers = compiled.map(({ status, stdout }) => ({ status, stdout }));
    for (const folder of readdirSync(COMPILED)) for (const name of readdirSync(path.join(COMPILED, folder))) writeFileSync(path.join(COMPILED, folder, name), 'damaged');
    expect(COMMANDS.map(run).map(({ status, stdout }) => ({ status, stdout }))).toEqual(answers);
    expect(run('--help').scripts).toEqual([builtByThisNode ? 'refused' : 'compiled']);
    rmSync(COMPILED, { recursive: true });
    expect(COMMANDS.map(run).map(({ status, stdout }) => ({ status, stdout }))).toEqual(answers);
    expect(run('--help').scripts).toEqual(['compiled']);
  });
});
