import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { build, load } from '../../src/index.ts';
import { freePorts } from '../../src/engines/free-port.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { launch } from '../../src/engines/child.ts';
import type { EngineBinary } from '../../src/engines/find.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A secret that comes from a variable is not in the files: Traefik reads it from its own environment. Costs about 8 s, 2 of them for each start. */
const COMPOSE = `services:
  web:
    image: example/web:1
    expose: ["8000"]
    labels:
      - traefik.enable=true
      - traefik.http.routers.w.rule=Host(\`s.test\`)
      - traefik.http.routers.w.middlewares=auth
      - traefik.http.middlewares.auth.basicauth.users=\${ADMIN_USERS}
`;
const HASH = `{SHA}${createHash('sha1').update('open sesame').digest('base64')}`;
/** The same password, hashed by `openssl passwd -apr1 -salt salt`. */
const APR1 = '$apr1$salt$WMEjb03yLK3vDi6I.h340/';

function compile(target: string, ports: Readonly<Record<string, number>>, compose = COMPOSE): ReturnType<typeof build>['built'][number] {
  const files: Readonly<Record<string, string>> = { 'app/compose.yml': compose, 'traefik.yml': 'entryPoints:\n  web: { address: ":80" }\nproviders:\n  docker: {}\n' };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => [] };
  const overrides = { endpoints: [], entryPoints: new Map(Object.entries(ports).map(([name, port]) => [name, { host: '127.0.0.1', port }])) };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['app/compose.yml'], projectName: 'app', variables: new Map() }], static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host, overrides });
  const built = build(loaded, { targets: [target], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides }).built[0];
  if (built === undefined) throw new Error('nothing was built');
  return built;
}

interface Start {
  readonly built: ReturnType<typeof compile>;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly start: 'traefik.yml' | 'flags.txt';
}
interface Started {
  ask(host: string, login?: string): Promise<number>;
  stop(): Promise<void>;
}

/** The written files in a real Traefik that has these variables and no others of ours. */
async function started(engine: EngineBinary, { built, port, environment, start }: Start): Promise<Started> {
  const folder = await tempFolder();
  for (const file of built.files ?? []) {
    mkdirSync(dirname(join(folder.path, file.path)), { recursive: true });
    writeFileSync(join(folder.path, file.path), file.text);
  }
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const flags = built.files?.find(({ path }) => path === 'flags.txt')?.text.trimEnd().split('\n') ?? [];
  const traefik = launch({ path: '/usr/bin/env', args: ['-u', 'ADMIN_USERS', ...variables, engine.path, ...(start === 'flags.txt' ? flags : ['--configFile=traefik.yml'])], cwd: folder.path, logFile: join(folder.path, 'log'), stopSignal: 'SIGKILL' });
  // A router of ours in the same folder: Traefik takes all files of it or none.
  writeFileSync(join(folder.path, 'dynamic', 'zz-ready.yml'), JSON.stringify({ http: { routers: { ready: { rule: 'Host(`ready.invalid`)', service: 'noop@internal' } } } }));
  const ask = async (host: string, login?: string): Promise<number> => {
    const headers = login === undefined ? [] : [['Authorization', `Basic ${Buffer.from(login).toString('base64')}`] as const];
    return (await sendRaw({ port, method: 'GET', target: '/', host, headers, timeoutMs: 3000 })).status;
  };
  const stop = async (): Promise<void> => {
    await traefik.stop();
    await folder.remove();
  };
  const up = await waitFor(async () => ((await ask('ready.invalid')) === 418 ? true : null), { timeoutMs: 15_000, giveUp: () => traefik.exit() !== null });
  if (up === true) return { ask, stop };
  await stop();
  throw new Error('Traefik does not start');
}

describeEngine('traefik', 'secrets from variables', (engine) => {
  test.each([
    ['set', 'traefik.yml', { ADMIN_USERS: `root:${HASH},admin:${HASH}` }, { without: 401, wrong: 401, right: 502 }],
    ['set', 'flags.txt', { ADMIN_USERS: `admin:${HASH}` }, { without: 401, wrong: 401, right: 502 }],
    ['unset', 'traefik.yml', {}, { without: 404, wrong: 404, right: 404 }],
  ] as const)('%s: files, started by %s', async (_, start, environment, wanted) => {
    const ports = await freePorts(['web']);
    const built = compile('traefik', ports);
    expect(built.files?.map((file) => file.text).join('')).toContain('users: {{ splitList "," (env "ADMIN_USERS") | toJson }}');
    const traefik = await started(engine, { built, port: ports['web'] ?? 0, environment, start });
    try {
      expect({ without: await traefik.ask('s.test'), wrong: await traefik.ask('s.test', 'admin:guess'), right: await traefik.ask('s.test', 'admin:open sesame') }).toEqual(wanted);
    } finally {
      await traefik.stop();
    }
  });

  test('several variables in one login, in one list, and between texts', async () => {
    const ports = await freePorts(['web']);
    const labels = ['one.rule=Host(`one.test`)', 'one.middlewares=one', 'two.rule=Host(`two.test`)', 'two.middlewares=two'].map((label) => `traefik.http.routers.${label}`);
    const users = ['one.basicauth.users=${WHO}:${HASH}', 'two.basicauth.users=${TEAM},50%:${TAIL}'].map((label) => `traefik.http.middlewares.${label}`);
    const built = compile('traefik', ports, `services:\n  web:\n    image: example/web:1\n    expose: ["8000"]\n    labels: ${JSON.stringify(['traefik.enable=true', ...labels, ...users])}\n`);
    const traefik = await started(engine, { built, port: ports['web'] ?? 0, start: 'traefik.yml', environment: { WHO: 'chief', HASH, TEAM: `ann:${HASH},bob:${HASH}`, TAIL: APR1 } });
    try {
      const answers = [];
      for (const [host, login] of [['one', 'chief'], ['one', 'ann'], ['two', 'ann'], ['two', 'bob'], ['two', '50%'], ['two', 'chief']] as const) answers.push(`${host} ${login} ${String(await traefik.ask(`${host}.test`, `${login}:open sesame`))}`);
      expect(answers).toEqual(['one chief 502', 'one ann 401', 'two ann 502', 'two bob 502', 'two 50% 502', 'two chief 401']);
    } finally {
      await traefik.stop();
    }
  });

  test('labels leave the variable to Compose, keys cannot hold one', () => {
    const labels = compile('traefik-labels', { web: 80 });
    expect(labels.files?.[0]?.text).toContain('traefik.http.middlewares.auth.basicauth.users: "${ADMIN_USERS}"');
    const keys = compile('traefik-kv', { web: 80 });
    expect([keys.files, keys.diagnostics.filter(({ blocking }) => blocking).map(({ why }) => why)]).toEqual([undefined, ['its value comes from a variable, which a key-value store cannot read']]);
  });
});
