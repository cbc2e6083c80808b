import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import { startNginx } from '../../src/engines/nginx.ts';
import type { EngineBinary } from '../../src/engines/find.ts';
import { parseConfig, type Directive } from '../../src/models/nginx/directive.ts';
import { compilesWell } from '../../src/targets/nginx/jit.ts';
import { directive, literal } from '../../src/targets/nginx/plan.ts';
import { printWord } from '../../src/targets/nginx/quote.ts';
import { once } from '../../src/text/index.ts';
import { readCases } from '../support/cases.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { startBackends } from '../support/echo-backend.ts';
import { nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, routingOf } from '../support/routing-builder.ts';
import { NGINX_TEMP_PATHS } from '../support/engine-nginx.ts';
import { started } from '../support/started.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Compiled patterns have a small stack: each that is written where they are compiled must find in 30 KB what it finds when it is read, and neither may run into nginx's limit of steps. About 15 s, with FULL 3 minutes. */
const FULL = process.env['FULL'] === '1';
const PIECES = ['a', 'A9', '/', 'a/', '/.', '%2F', '%2f', '%20', '%C3%A9', '%', '\xc3\xa9', '\xff', 'a,', 'upgrade, ', 'te , ', ' ', '.', ';', '?', '#', 'a=b; ', 'a=b&', '1.2.3.4, ', '[::1], ', ':', '//', '"', 'h.test.', '*', '(', 'x-y,'];
const STARTS = !FULL ? ['/'] : ['', '/', '/a?', '/api/', 'GET /', 'http://', 'http websocket ', 'a.test GET /', 'P ', 'U /', 'R /', 'https://a.test/'];
const ENDS = !FULL ? [' x'] : ['', ' x', '?a=b /'];
const LENGTH = 30_000;

function patternsOf(directives: readonly Directive[]): readonly string[] {
  return directives.flatMap(({ name, args, block }) => {
    const inside = patternsOf(block ?? []);
    if (name === 'rewrite') return [`~${args[0] ?? ''}`, ...inside];
    if (name === 'if' || name === 'location') return [...args.flatMap((arg, at) => (/^!?~\*?$/.test(arg) ? [`${arg.replace('!', '')}${args[at + 1] ?? ''}`] : [])), ...inside];
    if (name === 'map') return (block ?? []).map((one) => one.name).filter((key) => key.startsWith('~'));
    return name === 'server_name' ? [...args.filter((arg) => arg.startsWith('~')), ...inside] : inside;
  });
}

/** Of cases whose patterns are compiled: all of them with FULL. */
const allPatterns = once((): readonly string[] => {
  const found = readCases().filter((_, at) => FULL || at % 6 === 0).flatMap((one) => {
    const overrides = overridesOf(one, one.index, { web: 20080, alt: 20081, websecure: 20443 });
    const files = buildCase(loadCase(one, overrides), 'nginx', '1.22', overrides, one.allow).files ?? [];
    const texts = new Map(files.map(({ path, text }) => [path, Buffer.from(text).toString('latin1')]));
    const main = texts.get('nginx.conf') ?? '';
    return /^pcre_jit on;$/m.test(main) ? patternsOf(parseConfig(main, (path) => texts.get(path))) : [];
  });
  return [...new Set(found)];
});

function configOf(patterns: readonly string[], port: number, jit: 'on' | 'off'): string {
  const maps = patterns.map((pattern, at) => `map $http_x $m${String(at)} { default 0; ${printWord(literal(ownNames(pattern, at)))} 1; }`);
  const told = patterns.map((_, at) => `$m${String(at)}`).join('');
  return `pcre_jit ${jit};\nworker_processes 1;\npid nginx.pid;\nerror_log stderr;\nevents { }\nhttp { ${NGINX_TEMP_PATHS} access_log off; underscores_in_headers on; large_client_header_buffers 8 64k; variables_hash_max_size 65536; map_hash_bucket_size 128;\n${maps.join('\n')}\nserver { listen 127.0.0.1:${String(port)}; location / { return 200 "${told}"; } } }`;
}

/** A group of one pattern may have the name of a variable that another one sets. */
function ownNames(pattern: string, at: number): string {
  return pattern.replace(/(\(\?|\\k)<(\w+)>/g, `$1<p${String(at)}_$2>`);
}

function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { x: text }, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => void (body += chunk.toString())).on('end', () => resolve(`${String(response.statusCode)} ${body}`));
    }).on('error', reject).end();
  });
}

async function readBy(engine: EngineBinary, patterns: readonly string[], texts: readonly string[], jit: 'on' | 'off'): Promise<{ readonly answers: readonly string[]; readonly log: string }> {
  const folder = await tempFolder();
  const port = await freePort();
  writeFileSync(join(folder.path, 'nginx.conf'), configOf(patterns, port, jit), 'latin1');
  const nginx = started(await startNginx({ engine, folder: folder.path, ports: [port], logFile: join(folder.path, 'harness.log') }));
  try {
    const answers: string[] = [];
    for (const text of texts) answers.push(await ask(port, text));
    return { answers, log: nginx.log() };
  } finally {
    await nginx.stop();
    await folder.remove();
  }
}

for (const name of ['nginx122', 'nginx131'] as const) {
  describeEngine(name, 'patterns that are compiled', (engine) => {
    test('find in long texts what they find when they are read', async () => {
      const patterns = allPatterns();
      const texts = STARTS.flatMap((start) => PIECES.flatMap((piece) => ENDS.map((end) => `${start}${piece.repeat(Math.floor(LENGTH / piece.length))}${end}`.trim())));
      const [compiled, read] = [await readBy(engine, patterns, texts, 'on'), await readBy(engine, patterns, texts, 'off')];
      const wrong = compiled.answers.flatMap((answer, at) => [...answer].flatMap((found, digit) => (found === read.answers[at]?.[digit] ? [] : [`${patterns[digit - 4] ?? answer} in ${texts[at]?.slice(0, 40) ?? ''}`])));
      expect(wrong).toEqual([]);
      expect(compiled.log + read.log).not.toContain('pcre');
      expect(patterns.length).toBeGreaterThan(100);
      expect(compiled.answers.filter((answer) => /^200 .*1/.test(answer)).length).toBeGreaterThan(texts.length * 0.9);
    });

    test('are not those of a rule that needs the stack', async () => {
      const backends = await startBackends([{ name: 'b' }]);
      const port = await freePort();
      const running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port }, [{ name: 'r', rule: 'PathRegexp(`^/(?:(a|b)|cc)*z$`)', service: backends.url('b') }])));
      try {
        const { status } = await running.ask({ entryPoint: 'web', method: 'GET', host: 'a.test', target: `/${'ab'.repeat(600)}z`, headers: [] });
        expect(status).toBe(200);
      } finally {
        await running.stop();
        await backends.stop();
      }
    });

    test('are those that need no stack: another one is not found', async () => {
      const pattern = '~(?:(a|b)|cc)*z';
      expect(compilesWell([directive('map', literal(pattern))])).toBe(false);
      const { answers, log } = await readBy(engine, [pattern], [`${'a'.repeat(LENGTH)}z`], 'on');
      expect([answers, /pcre2?_\w+\(\) failed: -(?:46|27)/.test(log)]).toEqual([['200 0'], true]);
    });
  });
}
