import { describe, expect, it } from 'vitest';
import { gateway, project } from './gateway.ts';
import { BROKEN, CLEAN, withHost } from './stacks.ts';

/** What a person is told of files that are not there, of what was read, and of a switch that is not heeded; costs about nine seconds. */
describe('files that the configuration names', () => {
  const STATIC = 'entryPoints: { web: { address: ":80" } }\n';
  const named = (line: string): string => project({ 'gateway.config.yaml': `gateways:\n  edge: { stacks: [shop], ${line} }\n`, 'shop/compose.yml': withHost('a.example.com'), 'hosts/traefik.yml': STATIC });

  it.each([
    ['static: hosts/treafik.yml', 'hosts/treafik.yml', 'static'],
    ['dynamic: hosts/dynamic', 'hosts/dynamic', 'dynamic'],
    ['env: [hosts/names.env]', 'hosts/names.env', 'env'],
  ])('%s: one that is not there is no fact that is left out', (line, file, what) => {
    expect(gateway(['lint'], { cwd: named(line) })).toMatchObject({ status: 3, stdout: '', stderr: `error: gateway "edge": cannot read ${file}\nThe configuration names it below "${what}"\n` });
  });

  it('are told from where the command runs, and a flag takes the place of one', () => {
    const cwd = named('static: hosts/treafik.yml');
    expect(gateway(['lint', '--cwd', 'shop'], { cwd })).toMatchObject({ status: 3, stderr: expect.stringContaining('cannot read ../hosts/treafik.yml') as unknown });
    expect(gateway(['lint', '--static', 'hosts/traefik.yml'], { cwd })).toMatchObject({ status: 0 });
  });
});

describe('--verbose', () => {
  it('says which files were read, for which engine, and what no fact could judge', () => {
    const cwd = project({ 'compose.yml': 'name: shop\nservices:\n  traefik:\n    image: traefik:v3.7\n    command: ["--providers.docker=true", "--entrypoints.web.address=:80"]\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]\n    labels: [traefik.enable=false]\n  web:\n    image: example/web:1\n    labels:\n      - traefik.http.routers.web.rule=Host(`a.example.com`)\n' });
    const { stderr, stdout } = gateway(['lint', '--verbose'], { cwd });
    expect(stderr).toContain('read: compose.yml\ngateway default: Traefik 3.7, its static configuration is that of shop/traefik\n');
    expect(stderr).toContain('not judged: port-missing needs what the image exposes: compose.yml:8:3 web\n');
    expect(stdout).toContain('1 check skipped for missing facts (port-missing: what images expose).');
    expect(gateway(['lint'], { cwd }).stderr).not.toContain('not judged');
  });
});

describe('what is not heeded is said', () => {
  it('a rule that blocks stays, however it was turned down', () => {
    const cwd = project({ 'compose.yml': BROKEN });
    expect(gateway(['lint', '--rule', 'label-unknown=off'], { cwd })).toMatchObject({ status: 1, stderr: expect.stringContaining('label-unknown stays an error where it blocks') as unknown });
    expect(gateway(['lint'], { cwd }).stderr).not.toContain('stays an error');
  });

  it('discover takes no Compose file', () => {
    expect(gateway(['discover', 'compose.yml'], { cwd: project({ 'compose.yml': BROKEN }) })).toMatchObject({ status: 2, stderr: 'error: discover asks Docker; what compose.yml is has to be said\ngateway discover --from docker-inspect FILE\n' });
  });
});

describe('a place that cannot be used is named as it was given', () => {
  it.each([
    [['lint', '--static', 'none.yml'], '--static: cannot read none.yml'],
    [['lint', '--static', '.'], '--static: . is a folder, not a file'],
    [['lint', '--dynamic', 'conf.d'], '--dynamic: cannot read conf.d'],
    [['lint', '-f', 'other.yml'], '--file: cannot read other.yml'],
    [['build', '-o', 'compose.yml/out'], 'cannot write compose.yml/out/traefik: a part of the path is a file'],
    [['lint', '--format', 'json=compose.yml/lint.json'], 'cannot write compose.yml/lint.json: a part of the path is a file'],
    [['lint', '--format', 'json=dist'], 'cannot write dist: it is a folder'],
  ])('%s', (args, says) => {
    expect(gateway(args, { cwd: project({ 'compose.yml': CLEAN, 'dist/a': '' }) })).toMatchObject({ status: 3, stdout: '', stderr: expect.stringMatching(new RegExp(`^error: ${says.replaceAll('.', '\\.')}$`, 'm')) as unknown });
  });
});

describe('what was not found', () => {
  it('a build without a router says that nothing is routed, one with a UDP router does not', () => {
    const proxy = '  traefik:\n    image: traefik:v3.7\n    command: ["--providers.docker.exposedbydefault=false", "--entrypoints.dns.address=:5353/udp"]\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]\n';
    const none = gateway(['build'], { cwd: project({ 'compose.yml': `services:\n${proxy}  web: { image: "example/web:1" }\n` }) });
    expect(none).toMatchObject({ status: 0, stderr: expect.stringContaining('0 routers, 0 services, 0 middlewares') as unknown });
    expect(none.stderr).toContain('gateway default: no router was found, so nothing is routed (gateway lint says what was left out)\n');
    const dns = '  dns:\n    image: example/dns:1\n    labels: [traefik.enable=true, traefik.udp.routers.dns.entrypoints=dns, traefik.udp.services.dns.loadbalancer.server.port=53]\n';
    const one = gateway(['build'], { cwd: project({ 'compose.yml': `services:\n${proxy}${dns}` }) });
    expect(one.stderr).toContain('1 router, 1 service, 0 middlewares');
    expect(one.stderr).not.toContain('no router was found');
  });

  it('a backend of the demo that is not there', () => {
    expect(gateway(['demo', '--down', 'nope'])).toMatchObject({ status: 2, stderr: expect.stringContaining('error: --down: there is no "nope"\nThere is: traefik, site,') as unknown });
  });
});

describe('one mistake is told once', () => {
  it('the labels of Traefik 1 on a container, at its rule; machines get each', () => {
    const cwd = project({ 'compose.yml': 'services:\n  web:\n    image: example/web:1\n    labels:\n      - traefik.port=80\n      - traefik.backend=web\n      - traefik.frontend.rule=Host:a.example.com\n  api:\n    image: example/api:1\n    labels: [traefik.port=81]\n' });
    const { stdout, status } = gateway(['lint', '--rule', 'not-exposed=off'], { cwd });
    expect(status).toBe(1);
    expect(stdout.match(/^compose\.yml:\S+ {2}error {2}label-v1/gm)).toEqual(['compose.yml:7:17  error  label-v1', 'compose.yml:10:22  error  label-v1']);
    expect(stdout.match(/^ {2}also .*$/gm)).toEqual(['  also  compose.yml:5:17  "traefik.port" is a label of Traefik 1', '  also  compose.yml:6:17  "traefik.backend" is a label of Traefik 1']);
    const { findings }: { readonly findings: readonly { readonly rule: string; readonly line: number; readonly follows: string | null }[] } = JSON.parse(gateway(['lint', '--json'], { cwd }).stdout);
    expect(findings.filter(({ rule }) => rule === 'label-v1').map(({ line, follows }) => [line, follows !== null])).toEqual([[5, true], [6, true], [7, false], [10, false]]);
  });

  it('a port is not asked for where nobody gets to it', () => {
    const proxy = '  traefik:\n    image: traefik:v3.7\n    command: ["--providers.docker=true", "--entrypoints.web.address=:8000"]\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]\n    labels: [traefik.enable=false]\n';
    const labels = (more: string): string => `labels: ["traefik.http.routers.web.rule=Host(\`a.example.com\`)", traefik.http.routers.web.middlewares=s, traefik.http.middlewares.s.redirectscheme.scheme=${more}]`;
    const lint = (text: string): string => gateway(['lint', '--format', 'concise'], { cwd: project({ 'compose.yml': `services:\n${proxy}  web:\n    image: example/web:1\n    expose: [8080, 9090]\n    ${text}\n` }) }).stdout;
    expect(lint(labels('https'))).not.toContain('port-ambiguous');
    expect(lint('labels: []')).not.toContain('port-ambiguous');
    expect(lint(labels('http'))).toContain('port-ambiguous');
    expect(lint('labels: [traefik.enable=true]')).toContain('port-ambiguous');
  });
});
