import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

const COMMANDS = ['--version', '--help', 'lint examples/shop --format json', 'build examples/shop -o - --to traefik,nginx', 'explain http://shop.localhost/api/ --stack examples/shop --format json', 'rules', 'bogus'];

/** A build of another Node than this one has nothing that this one could use. */
const builtByThisNode = readdirSync(COMPILED).includes(`${process.version}-${process.platform}-${process.arch}`);

describe("V8's compiled form of the command line", () => {
  const compiled = COMMANDS.map(run);

  it('is there and taken, for what runs often', () => {
    const expected = builtByThisNode ? ['known'] : ['compiled'];
    expect(compiled.slice(0, 5).map(({ scripts }) => scripts)).toEqual(COMMANDS.slice(0, 5).map(() => expected));
  });

  it('changes nothing when it is damaged or absent', () => {
    const answers = compiled.map(({ status, stdout }) => ({ status, stdout }));
    const folder = path.join(COMPILED, `${process.version}-${process.platform}-${process.arch}`);
    for (const name of builtByThisNode ? readdirSync(folder) : []) writeFileSync(path.join(folder, name), 'damaged');
    expect(COMMANDS.map(run).map(({ status, stdout }) => ({ status, stdout }))).toEqual(answers);
    expect(run('--help').scripts).toEqual([builtByThisNode ? 'refused' : 'compiled']);
    rmSync(COMPILED, { recursive: true });
    expect(COMMANDS.map(run).map(({ status, stdout }) => ({ status, stdout }))).toEqual(answers);
    expect(run('--help').scripts).toEqual(['compiled']);
  });
});
