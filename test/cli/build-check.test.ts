import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEngine } from '../../src/engines/find.ts';
import { gateway, project, shell } from './gateway.ts';

const STACK = `name: shop
services:
  traefik:
    image: traefik:v3.7
    command: ["--entrypoints.web.address=:80", "--providers.docker.exposedbydefault=false"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
  web:
    image: example/web:1
    expose: ["80"]
    labels:
      - traefik.enable=true
      - traefik.http.routers.home.rule=Host(\`a.example.com\`)
      - traefik.http.routers.api.rule=Host(\`a.example.com\`) && PathPrefix(\`/api\`)
      - traefik.http.routers.api.middlewares=strip,auth
      - traefik.http.middlewares.strip.stripprefix.prefixes=/api
      - traefik.http.middlewares.auth.basicauth.users=test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/
      - traefik.http.routers.blog.rule=Host(\`blog.example.com\`)
      - traefik.http.routers.wiki.rule=Host(\`wiki.example.com\`)
`;
/** A bug in the writer: one prefix comes out with other letters. */
const BUG = "const join = Array.prototype.join; Array.prototype.join = function (by) { const text = join.call(this, by); return text.includes('\\n') ? text.replace(/(rule: .*)`\\/api`/g, '$1`/apx`') : text; };\n";
const buggy = (args: string, cwd: string): ReturnType<typeof shell> => shell(`"${process.execPath}" --import ./bug.mjs "${path.resolve('bin/gateway.js')}" ${args}`, { cwd });

interface Failure {
  readonly failures: readonly { readonly target: string; readonly disagreements: readonly { readonly request: string; readonly router: string }[]; readonly routers: readonly { readonly router: string; readonly rule: string; readonly middlewares: readonly string[] }[] }[];
}
const reportIn = (cwd: string): Failure => JSON.parse(readFileSync(path.join(cwd, 'gateway-report.json'), 'utf8')) as Failure;

describe('a build whose files contradict the labels', () => {
  it('is 70: that target is not written, the other one is', () => {
    const cwd = project({ 'compose.yml': STACK, 'bug.mjs': BUG });
    const { status, stderr } = buggy('build --to traefik,nginx', cwd);
    expect(status).toBe(70);
    expect(stderr).toContain('error  internal-disagreement  the traefik files would decide GET http://a.example.com/api on web otherwise');
    expect(stderr).toContain('dist/traefik was not written');
    expect([existsSync(path.join(cwd, 'dist/traefik')), existsSync(path.join(cwd, 'dist/nginx/nginx.conf'))]).toEqual([false, true]);
  });

  it('is reported with the request and the one router that shows it, without its hash', () => {
    const cwd = project({ 'compose.yml': STACK, 'bug.mjs': BUG });
    buggy('build', cwd);
    const [failure] = reportIn(cwd).failures;
    expect(failure?.disagreements[0]).toMatchObject({ request: 'GET http://a.example.com/api on web', router: 'api@docker' });
    expect(failure?.routers).toEqual([{ router: 'api@docker', rule: 'Host(`a.example.com`) && PathPrefix(`/api`)', priority: '43', middlewares: ['stripPrefix', 'basicAuth'] }]);
    expect(readFileSync(path.join(cwd, 'gateway-report.json'), 'utf8')).not.toMatch(/apr1|H6uskkkW|IgXLP6/);
  });

  it('is written with --accept-unverified, and the reason stands in the manifest', () => {
    const cwd = project({ 'compose.yml': STACK, 'bug.mjs': BUG });
    const { status, stderr } = buggy("build --accept-unverified 'hotfix of friday'", cwd);
    expect(status).toBe(0);
    expect(stderr).toContain('verified by: nothing: accepted unverified, hotfix of friday');
    expect(JSON.parse(readFileSync(path.join(cwd, 'dist/manifest.json'), 'utf8'))).toMatchObject({ targets: [{ target: 'traefik', acceptedUnverified: 'hotfix of friday' }] });
  });

  it('does not exist without the bug: no report, and what verified the files', () => {
    const cwd = project({ 'compose.yml': STACK });
    const { status, stderr } = gateway(['build', '--to', 'traefik,nginx'], { cwd });
    expect(status).toBe(0);
    expect(stderr.match(/verified by: model, [1-9]\d* requests\)/g)).toHaveLength(2);
    expect(existsSync(path.join(cwd, 'gateway-report.json'))).toBe(false);
  });

  it('needs a reason for --accept-unverified', () => {
    expect(gateway(['build', '--accept-unverified', ' '], { cwd: project({ 'compose.yml': STACK }) }).status).toBe(2);
  });
});

describe('gateway build --verify', () => {
  it.each([
    ['no engine at all', ['--to', 'traefik'], 'traefik cannot be verified: no traefik was found'],
    ['a target that has none', ['--to', 'kong'], 'kong cannot be verified: there is no engine for it here'],
    ['a version that is not started', ['--to', 'traefik', '--target-version', 'traefik=2.11'], 'only Traefik 3 is started'],
  ])('is 3 with %s, and writes nothing', (_, args, says) => {
    const cwd = project({ 'compose.yml': args.includes('kong') ? STACK.replace('strip,auth', 'strip').replace(/.*basicauth.*\n/, '') : STACK });
    const { status, stderr } = gateway(['build', ...args, '--verify'], { cwd, env: { PATH: '' } });
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining(says) });
    expect(existsSync(path.join(cwd, 'dist'))).toBe(false);
  });

  const engines = findEngine('traefik') !== null && findEngine('nginx') !== null;
  it.runIf(engines || process.env['CI'] !== undefined)('says which engines were asked, and leaves none behind', () => {
    const cwd = project({ 'compose.yml': STACK });
    const { status, stderr } = gateway(['build', '--to', 'traefik,nginx', '--verify'], { cwd, env: { GATEWAY_ENGINES: path.resolve('.engines') } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/verified by: traefik 3\.\d+\.\d+, [1-9]\d* requests\)[\s\S]*verified by: nginx 1\.\d+\.\d+, [1-9]\d* requests\)/) });
    expect(JSON.parse(readFileSync(path.join(cwd, 'dist/manifest.json'), 'utf8'))).toMatchObject({ targets: [{ verifiedBy: expect.stringMatching(/^traefik 3/) }, { verifiedBy: expect.stringMatching(/^nginx 1/) }] });
  });
});
