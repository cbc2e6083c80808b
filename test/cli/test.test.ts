import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeEngine } from '../support/describe-engine.ts';
import { gateway, project } from './gateway.ts';
import { BROKEN } from './stacks.ts';

const STACK = `services:
  traefik:
    image: traefik:v3.7
    command: ["--providers.docker.exposedbydefault=false", "--entrypoints.web.address=:8000"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
  web:
    image: example/web:1
    labels:
      - traefik.enable=true
      - traefik.http.services.web.loadbalancer.server.port=80
      - traefik.http.routers.web.rule=Host(\`a.example.com\`)
      - traefik.http.routers.admin.rule=Host(\`a.example.com\`) && PathPrefix(\`/admin\`)
      - traefik.http.routers.admin.middlewares=auth,strip
      - traefik.http.routers.old.rule=Host(\`old.example.com\`)
      - traefik.http.routers.old.middlewares=moved
      - traefik.http.middlewares.strip.stripprefix.prefixes=/admin
      - traefik.http.middlewares.auth.basicauth.users=u:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=
      - traefik.http.middlewares.moved.redirectscheme.scheme=https
  api:
    image: example/api:1
    labels:
      - traefik.enable=true
      - traefik.http.services.api.loadbalancer.server.port=3000
      - traefik.http.routers.api.rule=Host(\`a.example.com\`) && PathPrefix(\`/api\`)
`;
const TESTS = `tests:
  - GET http://a.example.com/x -> web
  - GET http://a.example.com/api/1 -> api
  - GET http://a.example.com/admin -> 401
  - GET http://old.example.com/y -> 302 https://old.example.com/y
  - GET http://none.example.com/ -> 404
  - name: admin with a login
    request: GET http://a.example.com/admin/q?a=1
    headers: { Authorization: Basic dTpwYXNzd29yZA== }
    expect: { router: admin, endpoint: "web:80", target: "/q?a=1", middlewares: [auth, strip], headers: { X-Forwarded-Prefix: /admin, X-None: null } }
`;
const folder = (tests: string): string => project({ 'compose.yml': STACK, 'routes.gateway-test.yaml': tests });

describe('gateway test', () => {
  it('passes what holds and says what it covers', () => {
    const { status, stdout } = gateway(['test', '--coverage'], { cwd: folder(TESTS) });
    expect([status, stdout.split('\n').slice(-6)]).toEqual([0, ['6 passed, 0 failed', 'routers covered 4/4', 'matchers covered 6/6', 'middlewares covered 3/3', 'coverage 100%', '']]);
  });

  it.each([
    ['another backend', 'GET http://a.example.com/api -> web', 'expected web, got router api@docker, http://api:3000'],
    ['another status', 'GET http://a.example.com/admin -> 200', 'expected status 200, got 401'],
    ['another location', 'GET http://old.example.com/ -> 302 https://new.example.com/', 'expected redirect https://new.example.com/, got https://old.example.com/'],
    ['a backend where the proxy answers', 'GET http://a.example.com/admin -> web', 'expected web, got 401 from router admin@docker'],
    ['nobody', 'GET http://none.example.com/ -> web', 'expected web, got 404, no router'],
    ['another target', '{ request: GET http://a.example.com/x, expect: { target: /y } }', 'expected target /y, got /x'],
    ['a header that is not there', '{ request: GET http://a.example.com/x, expect: { headers: { X-A: b } } }', 'expected header X-A at the backend "b", got none'],
    ['a header that is there', '{ request: GET http://a.example.com/x, headers: { X-A: b }, expect: { headers: { X-A: null } } }', 'expected header X-A at the backend to be absent, got "b"'],
    ['other middlewares', '{ request: GET http://a.example.com/admin, expect: { middlewares: [strip] } }', 'expected middlewares strip, got auth@docker, strip@docker'],
  ])('fails with the reason and what explain says: %s', (_, line, wanted) => {
    const { status, stdout } = gateway(['test'], { cwd: folder(`- ${line}\n`) });
    expect([status, stdout]).toEqual([1, expect.stringContaining(`    runtime: ${wanted}\n    | entry point web`)]);
    expect(stdout).toMatch(/0 passed, 1 failed\n$/);
  });

  it('prints JSON and JUnit', () => {
    const cwd = folder(TESTS.replace('-> api', '-> web'));
    const json: unknown = JSON.parse(gateway(['test', '--json'], { cwd }).stdout);
    expect(json).toMatchObject({ schema: 'gateway.test/1', summary: { passed: 5, failed: 1 }, tests: [{ name: 'GET http://a.example.com/x -> web', line: 2, results: [{ engine: 'runtime', result: 'passed' }] }, { results: [{ result: 'failed' }] }, {}, {}, {}, {}] });
    expect(gateway(['test', '--format', 'junit'], { cwd }).stdout).toContain('<failure message="expected web, got router api@docker, http://api:3000">');
  });

  it('reads what the published schema takes, and the schema takes what --generate writes', () => {
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(gateway(['schema', 'tests']).stdout));
    for (const text of [TESTS, gateway(['test', '--generate'], { cwd: folder(TESTS) }).stdout]) {
      validate(parse(text));
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(validate(parse('- { request: GET http://a/, expect: { stauts: 1 } }'))).toBe(false);
  });

  it('--min-coverage counts what no test exercises', () => {
    const cwd = folder('- GET http://a.example.com/x -> web\n');
    const { status, stdout, stderr } = gateway(['test', '--min-coverage', '50'], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain('routers covered 1/4 (missing: admin@docker, api@docker, old@docker)');
    expect(stderr).toContain('less than 50%');
  });

  it('--mutate finds the mistakes that no test would notice', () => {
    const all = gateway(['test', '--mutate'], { cwd: folder(TESTS) });
    const few = gateway(['test', '--mutate'], { cwd: folder(TESTS.replace(/  - name: admin[^]*/, '')) });
    expect(few.stdout).toContain('no test notices: middleware strip@docker dropped from admin@docker (web)');
    expect(all.stdout).toMatch(/^mistakes noticed (\d+)\/\1$/m);
  });

  it('--generate writes tests that hold what is, and that notice a change', () => {
    const { stdout } = gateway(['test', '--generate'], { cwd: folder(TESTS) });
    const cwd = folder(stdout);
    const held = gateway(['test', '--coverage', '--mutate'], { cwd });
    expect([held.status, held.stdout]).toEqual([0, expect.stringContaining('coverage 100%')]);
    const changed = project({ 'compose.yml': STACK.replace('`/api`', '`/apis`'), 'routes.gateway-test.yaml': stdout });
    expect(gateway(['test'], { cwd: changed }).status).toBe(1);
  });

  it('counts no test as passed that nobody was asked', () => {
    const { status, stdout } = gateway(['test', '--engine', 'traefik'], { cwd: folder(TESTS), env: { PATH: '/nowhere' } });
    expect(status).toBe(3);
    expect(stdout).not.toMatch(/^ok /m);
    expect(stdout).toMatch(/asked: nobody\n\d+ of \d+ tests could not be asked\n0 passed, 0 failed\n$/);
  });

  it('exits as all commands do', () => {
    const cwd = folder(TESTS);
    const cases = [
      [folder('- GET http://a.example.com/x\n'), [], 1, 'routes.gateway-test.yaml:1  error  a test reads'],
      [folder('- { request: GET http://a/, expects: {} }\n'), [], 1, 'unknown key "expects"'],
      [folder('- { request: GET http://a/, expect: { stauts: 1 } }\n'), [], 1, 'unknown key "stauts"'],
      [folder('tests: [\n'), [], 1, 'error'],
      [project({ 'compose.yml': BROKEN, 'a.gateway-test.yaml': TESTS }), [], 1, 'label-unknown'],
      [cwd, ['--engine', 'apache'], 2, 'runtime, traefik, nginx, all'],
      [cwd, ['--min-coverage', 'most'], 2, 'takes a percentage'],
      [cwd, ['--format', 'xml'], 2, 'text, json, junit'],
      [project({ 'compose.yml': STACK }), [], 3, 'no tests were found'],
      [cwd, ['none.yaml'], 3, 'there is no file or folder none.yaml'],
      [cwd, ['--engine', 'traefik'], 3, 'traefik is not on this machine'],
    ] as const;
    for (const [where, args, status, says] of cases) {
      const outcome = gateway(['test', ...args], { cwd: where, env: { PATH: '/nowhere' } });
      expect({ args, status: outcome.status, stderr: outcome.stderr }).toEqual({ args, status, stderr: expect.stringContaining(says) });
    }
  });
});

/** Certificates of an authority, a log file and an authentication server: what of it is elsewhere is stood for here. */
const OUTSIDE = `services:
  traefik:
    image: traefik:v3.7
    command:
      - --providers.docker=true
      - --entrypoints.web.address=:80
      - --entrypoints.secure.address=:443
      - --certificatesresolvers.le.acme.email=ops@example.com
      - --certificatesresolvers.le.acme.storage=/acme.json
      - --certificatesresolvers.le.acme.caserver=https://acme.invalid/directory
      - --certificatesresolvers.le.acme.tlschallenge=true
      - --accesslog.filepath=/var/log/access.log
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
  login:
    image: example/login:1
    labels: ["traefik.enable=false"]
  web:
    image: example/web:1
    labels:
      - traefik.http.services.web.loadbalancer.server.port=80
      - traefik.http.services.safe.loadbalancer.server.port=8443
      - traefik.http.services.safe.loadbalancer.server.scheme=https
      - traefik.http.middlewares.ask.forwardauth.address=http://login:9091/verify
      - traefik.http.middlewares.files.basicauth.usersfile=/users
      - traefik.http.routers.web.rule=Host(\`a.example.com\`)
      - traefik.http.routers.web.service=web
      - traefik.http.routers.web.entrypoints=secure
      - traefik.http.routers.web.tls.certresolver=le
      - traefik.http.routers.web.middlewares=ask
      - traefik.http.routers.files.rule=Host(\`files.example.com\`)
      - traefik.http.routers.files.service=web
      - traefik.http.routers.files.entrypoints=web
      - traefik.http.routers.files.middlewares=files
      - traefik.http.routers.safe.rule=Host(\`safe.example.com\`)
      - traefik.http.routers.safe.service=safe
      - traefik.http.routers.safe.entrypoints=web
`;
const OUTSIDE_TESTS = `- GET https://a.example.com/x -> web
- GET http://files.example.com/ -> 401
- GET http://safe.example.com/ -> safe
`;

describeEngine('traefik', 'gateway test --engine', () => {
  it('asks nobody outside this machine, and says what that leaves open', () => {
    const cwd = project({ 'compose.yml': OUTSIDE, 'routes.gateway-test.yaml': OUTSIDE_TESTS });
    const { stdout, stderr } = gateway(['test', '--engine', 'traefik', '--json'], { cwd, env: { GATEWAY_ENGINES: path.resolve('.engines') } });
    expect(stderr).not.toContain('error');
    const { tests } = JSON.parse(stdout) as { readonly tests: readonly { readonly results: readonly { readonly result: string; readonly lines?: readonly string[] }[] }[] };
    expect(tests.map(({ results: [only] }) => only?.result)).toEqual(['passed', 'not asked', 'not asked']);
    expect(stdout).toMatch(/reads a file of the machine[^]*speaks https/);
  });


  describeEngine('nginx', 'runs the same tests on both', () => {
    it('and agrees with the runtime', () => {
      const cwd = folder(TESTS);
      const { status, stdout, stderr } = gateway(['test', '--engine', 'all', '--json'], { cwd, env: { GATEWAY_ENGINES: path.resolve('.engines') } });
      expect({ status, stderr: stderr.includes('error') }).toEqual({ status: 0, stderr: false });
      const document = JSON.parse(stdout) as { readonly asked: readonly string[]; readonly tests: readonly { readonly results: readonly { readonly engine: string; readonly result: string }[] }[] };
      expect(document.asked).toEqual(['runtime', expect.stringMatching(/^traefik 3\./), expect.stringMatching(/^nginx 1\./)]);
      for (const { results } of document.tests) expect(results.map(({ engine, result }) => `${engine} ${result}`)).toEqual(['runtime passed', 'traefik passed', 'nginx passed']);
    });
    it('and a wrong expectation fails on each', () => {
      const cwd = folder('- GET http://a.example.com/api/1 -> web\n- GET http://a.example.com/admin -> 200\n');
      const { status, stdout } = gateway(['test', '--engine', 'traefik,nginx'], { cwd, env: { GATEWAY_ENGINES: path.resolve('.engines') } });
      expect(status).toBe(1);
      expect(stdout).toContain('traefik: expected web, got router api@docker');
      expect(stdout).toContain('nginx: expected web, got router api@docker');
      expect(stdout).toContain('traefik: expected status 200, got 401');
      expect(stdout).toContain('nginx: expected status 200, got 401');
    });
  });
});
