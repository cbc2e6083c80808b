import { expect, it } from 'vitest';
import { build, load } from '../../src/index.ts';

/** Secrets that came from variables, wherever they stand: no file of any target holds one. Costs a second. */
const VALUES: Readonly<Record<string, string>> = { NAME: 'chief', HASH: '$2y$05$wWq1mEOxS7Pj3GdVHt1Yv.UeLOHcJyW0L8M5z0iTzAJYkYpLrNOCS', LOGINS: 'ann:{SHA}nU4eI71bcnBGqeO0t9tXvY1u5oQ=,bob:{SHA}nU4eI71bcnBGqeO0t9tXvY1u5oQ=', TICKET: 'kept-out-of-files', STORE: 'kept-out-too' };
const SECRET = ['wWq1mEOxS7Pj3GdVHt1Yv', '{SHA}nU4eI71bcnBGqeO0t9tXvY1u5oQ=', 'kept-out-of-files', 'kept-out-too'];

function compile(labels: readonly string[], target: string, inlineSecrets = false): ReturnType<typeof build>['built'][number] {
  const label = (text: string): string => `      - ${JSON.stringify(`traefik.${text}`)}\n`;
  const compose = `services:\n  web:\n    image: example/web:1\n    expose: ["80"]\n    labels:\n${['enable=true', 'http.routers.w.rule=Host(`s.test`)', 'http.routers.w.middlewares=m', ...labels].map(label).join('')}`;
  const files: Readonly<Record<string, string>> = { 'app/compose.yml': compose, 'traefik.yml': 'entryPoints:\n  web: { address: ":80" }\nproviders:\n  docker: {}\nexperimental:\n  plugins:\n    guard: { moduleName: example.org/guard, version: v1.0.0 }\n' };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => [] };
  const overrides = { endpoints: [], entryPoints: new Map() };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['app/compose.yml'], projectName: 'app', variables: new Map(Object.entries(VALUES)) }], static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host, overrides });
  const [built] = build(loaded, { targets: [target], versions: new Map(), allowances: new Map(), inlineSecrets, settings: {}, overrides }).built;
  if (built === undefined) throw new Error('nothing was built');
  return built;
}

const CASES = [
  { name: 'a name and a hash of their own', label: 'http.middlewares.m.basicauth.users=${NAME:?who}:${HASH:?what}', file: '- {{ printf "%s:%s" (env "NAME") (env "HASH") | toJson }}', label2: '"${NAME:?who}:${HASH:?what}"' },
  { name: 'a list of several variables, one with two logins', label: 'http.middlewares.m.basicauth.users=${LOGINS},eve:${HASH}', file: 'users: {{ splitList "," (printf "%s,eve:%s" (env "LOGINS") (env "HASH")) | toJson }}', label2: '"${LOGINS},eve:${HASH}"' },
  { name: 'an option of a plugin', label: 'http.middlewares.m.plugin.guard.store.apiKey=${TICKET}', file: 'apiKey: {{ env "TICKET" | toJson }}', label2: '"${TICKET}"' },
  { name: 'a header behind a fixed word', label: 'http.middlewares.m.headers.customrequestheaders.Authorization=Bearer ${TICKET}', file: 'Authorization: {{ printf "Bearer %s" (env "TICKET") | toJson }}', label2: '"Bearer ${TICKET}"' },
  { name: 'the password of a store', label: 'http.middlewares.m.ratelimit.redis.password=${STORE}', more: ['http.middlewares.m.ratelimit.average=5', 'http.middlewares.m.ratelimit.redis.endpoints=redis:6379'], file: 'password: {{ env "STORE" | toJson }}', label2: '"${STORE}"' },
] as const;

it.each(CASES)('$name is read where the variable is', ({ label, file, label2, ...rest }) => {
  const labels = [label, ...('more' in rest ? rest.more : [])];
  const traefik = compile(labels, 'traefik');
  const text = traefik.files?.map((one) => one.text).join('') ?? '';
  expect(text).toContain(file);
  expect(traefik.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const override = compile(labels, 'traefik-labels').files?.map((one) => one.text).join('') ?? '';
  expect(override).toContain(`: ${label2}\n`);
  for (const secret of SECRET) expect([text.includes(secret), override.replaceAll('$$', '$').includes(secret)]).toEqual([false, false]);
});

it.each(CASES)('$name is in no file of a target that cannot read variables', ({ label, ...rest }) => {
  for (const target of ['traefik-kv', 'nginx', 'kong']) {
    const { files, diagnostics } = compile([label, ...('more' in rest ? rest.more : [])], target);
    expect(files !== undefined || diagnostics.some(({ blocking }) => blocking)).toBe(true);
    for (const secret of SECRET) expect(files?.some((one) => one.text.includes(secret)) ?? false).toBe(false);
  }
});

it('a header with a secret is refused by nginx and kong with a way out, which is for the owner alone', () => {
  const labels = ['http.middlewares.m.headers.customrequestheaders.X-Api-Key=${TICKET}'];
  for (const target of ['nginx', 'kong']) {
    expect(compile(labels, target).diagnostics.filter(({ blocking }) => blocking).map(({ help }) => help)).toEqual(['write it with --inline-secrets, or keep this router on Traefik']);
    expect(compile(labels, target, true).files?.filter(({ text }) => text.includes('kept-out-of-files')).map(({ path, secret }) => [path, secret])).toEqual([[target === 'nginx' ? 'nginx.conf' : 'kong.yml', true]]);
  }
});

it('a secret that cannot be named again is refused, not written', () => {
  const { files, diagnostics } = compile(['http.middlewares.m.basicauth.users=eve:${HASH:+${HASH}}'], 'traefik');
  expect([files, diagnostics.filter(({ blocking }) => blocking).map(({ help }) => help)]).toEqual([undefined, ['let one variable hold the whole value, or write it with --inline-secrets']]);
});
