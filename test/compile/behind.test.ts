import { describe, expect, it } from 'vitest';
import { lint } from '../../src/compile/lint.ts';
import { toFindings } from '../../src/diagnostics/index.ts';
import { lintFiles } from '../support/lint.ts';

function said(labels: readonly string[]): readonly string[] {
  const compose = ['services:', '  proxy:', '    image: traefik:v3.7', '    command: ["--providers.docker", "--entrypoints.web.address=:80"]', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]', '  web:', '    image: example/web', '    expose: ["80"]', '    labels:', ...labels.map((label) => `      - ${label}`), ''].join('\n');
  const { loaded } = lintFiles({ files: { 'compose.yml': compose } });
  const { diagnostics } = lint(loaded);
  return toFindings(diagnostics, loaded.origins, loaded.files).filter(({ severity }) => severity === 'error').map(({ rule, line, column }) => `${rule} ${String(line)}:${String(column)}`);
}

const RULE = 'traefik.http.routers.web.rule=Host(`a.example.com`)';
const TWO_HOSTS = 'traefik.http.routers.api.rule=Host(`a.example.com`,`b.example.com`)';

describe('mistakes behind a label that breaks its container', () => {
  it('are said in the same run', () => {
    expect(said([RULE, TWO_HOSTS])).toEqual(['rule-v2-syntax 11:60']);
    expect(said([RULE, TWO_HOSTS, 'traefik.http.routers.web.entrypoint=web'])).toEqual(['rule-v2-syntax 11:60', 'label-unknown 12:34']);
    expect(said([RULE, 'traefik.http.routers.web.middlewares=none', 'traefik.http.routers.web.entrypoint=web'])).toEqual(['ref-unknown 11:46', 'label-unknown 12:34']);
  });

  it('are judged with the name that was meant, not without it', () => {
    expect(said([RULE, 'traefik.http.routers.web.middlewares=gate', 'traefik.http.midlewares.gate.ipallowlist.sourcerange=10.0.0.0/8'])).toEqual(['label-unknown 12:22']);
  });

  it('offer no other name for what the broken container declares', () => {
    const compose = ['services:', '  web:', '    image: example/web', '    expose: ["80"]', '    labels:', `      - ${RULE}`, '      - traefik.http.midlewares.c.addprefix.prefix=/c', '  api:', '    image: example/api', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.api.rule=Host(`b.example.com`)', '      - traefik.http.routers.api.middlewares=c,x', '      - traefik.http.middlewares.x.addprefix.prefix=/x', ''].join('\n');
    const { loaded } = lintFiles({ files: { 'compose.yml': compose } });
    const found = lint(loaded).diagnostics.filter(({ rule }) => rule === 'ref-unknown');
    expect(found.map(({ follows, fixes }) => ({ follows, fixes }))).toEqual([{ follows: 'label-unknown shop/web traefik.http.midlewares.c.addprefix.prefix', fixes: [] }]);
  });

  it('say nothing of what a label without a likely meaning may have declared', () => {
    expect(said([RULE, 'traefik.http.routers.web.middlewares=gate', 'traefik.http.qqqqqqqqqq.gate.prefix=/a', TWO_HOSTS])).toEqual(['label-unknown 12:22', 'rule-v2-syntax 13:60']);
  });

  it('are said behind a value that cannot be read, and judge nothing by it', () => {
    const labels = [RULE, 'traefik.http.routers.web.middlewares=x@dokcer,y,z', 'traefik.http.middlewares.y.headers.stsSeconds=abc', 'traefik.http.middlewares.z.ipallowlist.sourcerange=10.0.0.0/33,1.2.3.4,300.1.1.1'];
    expect(said(labels)).toEqual(['ref-unknown 11:46', 'value-invalid 12:55', 'middleware-invalid 13:60', 'middleware-invalid 13:80']);
    expect(said([RULE, 'traefik.http.routers.web.middlewares=m', 'traefik.http.middlewares.m.retry.attempts=often'])).toEqual(['value-invalid 12:51']);
    expect(said(['traefik.enable=yes', TWO_HOSTS])).toEqual(['value-invalid 10:24', 'rule-v2-syntax 11:60']);
  });

  it('are said behind a missing part, a TLS that is switched off by a slip, and the slip behind a slip', () => {
    expect(said([RULE, 'traefik.http.services.web.server.port=80', 'traefik.http.routers.web.middlewares=none'])).toEqual(['label-missing-segment 11:35', 'ref-unknown 12:46']);
    expect(said([RULE, 'traefik.http.routers.web.tls=ture', 'traefik.http.routers.web.tls.certresolver=le'])).toEqual(['tls-missing 11:38', 'resolver-unknown 12:51']);
    expect(said([RULE, 'traefik.http.middlewares.m.retyr.attempts=often'])).toEqual(['label-unknown 11:36', 'value-invalid 11:51']);
  });

  it('judge references that a label without a likely meaning cannot have declared', () => {
    expect(said([RULE, 'traefik.http.routers.web.middlewares=gate,none', 'traefik.http.routers.web.entrypoints=wbe', 'traefik.http.qqqqqqqqqq.gate.prefix=/a'])).toEqual(['ref-unknown 11:51', 'entrypoint-unknown 12:46', 'label-unknown 13:22']);
  });

  it('are not said of sound containers beside a broken one twice', () => {
    expect(said([TWO_HOSTS, TWO_HOSTS.replace('api', 'other'), 'traefik.http.routers.web.entrypoint=web']).filter((one) => one.startsWith('rule-v2'))).toEqual(['rule-v2-syntax 10:60', 'rule-v2-syntax 11:62']);
  });
});

describe('mistakes of a router that the engine gives up early', () => {
  it('are said behind its entry points', () => {
    expect(said(['traefik.http.routers.web.rule=Hst(`a.example.com`)', 'traefik.http.routers.web.entrypoints=wbe', 'traefik.http.routers.web.middlewares=none'])).toEqual(['rule-syntax 10:39', 'entrypoint-unknown 11:46', 'ref-unknown 12:46']);
    expect(said(['traefik.tcp.routers.web.rule=HostSN(`a`)', 'traefik.tcp.routers.web.entrypoints=wbe', 'traefik.tcp.routers.web.middlewares=none'])).toEqual(['rule-syntax 10:38', 'entrypoint-unknown 11:45', 'ref-unknown 12:45']);
    expect(said(['traefik.udp.routers.web.entrypoints=wbe', 'traefik.udp.routers.web.service=none'])).toEqual(['entrypoint-unknown 10:45', 'ref-unknown 11:41']);
  });

  it('are said behind a service that cannot be chosen', () => {
    const two = ['traefik.http.services.s.loadbalancer.server.port=80', 'traefik.http.services.t.loadbalancer.server.port=81'];
    expect(said(['traefik.http.routers.web.rule=Hst(`a.example.com`)', 'traefik.http.routers.web.middlewares=none', ...two])).toEqual(['rule-syntax 10:39', 'router-service-ambiguous 11:30', 'ref-unknown 11:46']);
  });
});

/** Errors of a stack whose proxy reads files; `FILE LINE:COLUMN rule`, and `<` before what follows from another. */
function saidOfFiles(files: Readonly<Record<string, string>>, labels: readonly string[] = []): readonly string[] {
  const proxy = ['services:', '  proxy:', '    image: traefik:v3.7', '    command: ["--providers.docker", "--entrypoints.web.address=:80", "--providers.file.directory=/dynamic"]', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro", "./dynamic:/dynamic:ro"]'];
  const web = labels.length === 0 ? [] : ['  web:', '    image: example/web', '    expose: ["80"]', '    labels:', ...labels.map((label) => `      - ${label}`)];
  const { loaded } = lintFiles({ files: { 'compose.yml': [...proxy, ...web, ''].join('\n'), ...files } });
  const errors = toFindings(lint(loaded).diagnostics, loaded.origins, loaded.files).filter(({ severity, follows }) => severity === 'error' && follows === null);
  return errors.map(({ rule, file, line, column }) => `${file.replace('dynamic/', '')} ${String(line)}:${String(column)} ${rule}`);
}

const SOUND = ['http:', '  middlewares:', '    gate:', '      ipAllowList:', '        sourceRange: [10.0.0.0/8]', '  routers:', '    api:', '      rule: Host(`api.example.com`)', '      service: api', '  services:', '    api:', '      loadBalancer:', '        servers:', '          - url: http://10.0.0.5', ''].join('\n');

describe('mistakes behind an option that makes all files be refused', () => {
  it('are said in the same run, in that file and in the others', () => {
    expect(saidOfFiles({ 'dynamic/a.yml': SOUND })).toEqual([]);
    const wrong = SOUND.replace('(`api.example.com`)', '(`a.example.com`,`b.example.com`)').replace('      service:', '      servcie:');
    expect(saidOfFiles({ 'dynamic/a.yml': wrong })).toEqual(['a.yml 8:34 rule-v2-syntax', 'a.yml 9:7 file-dropped']);
    const other = SOUND.replaceAll('api', 'b').replace('gate:', 'other:').replace('service: b', 'service: nobody');
    expect(saidOfFiles({ 'dynamic/a.yml': wrong, 'dynamic/b.yml': other })).toEqual(['a.yml 8:34 rule-v2-syntax', 'a.yml 9:7 file-dropped', 'b.yml 9:16 ref-unknown']);
  });

  it('are found below the name that was meant', () => {
    expect(saidOfFiles({ 'dynamic/a.yml': SOUND.replace('middlewares:', 'midlewares:').replace('sourceRange', 'sourceRnge') })).toEqual(['a.yml 2:3 file-dropped', 'a.yml 5:9 file-dropped']);
  });

  it('count once: who uses what the file declares follows from it', () => {
    const use = ['traefik.http.routers.web.rule=Host(`w.example.com`)', 'traefik.http.routers.web.middlewares=gate@file'];
    expect(saidOfFiles({ 'dynamic/a.yml': SOUND }, use)).toEqual([]);
    expect(saidOfFiles({ 'dynamic/a.yml': SOUND.replace('middlewares:', 'midlewares:') }, use)).toEqual(['a.yml 2:3 file-dropped']);
    expect(saidOfFiles({ 'dynamic/a.yml': SOUND.replace('servers:', 'servrs:') }, use)).toEqual(['a.yml 13:9 file-dropped']);
  });

  it('say nothing of what an option without a likely meaning may have declared', () => {
    const strange = SOUND.replace('middlewares:', 'qqqqqqqqqq:').replace('service: api', 'service: api\n      middlewares: [gate]').replace('(`api.example.com`)', '(`api.example.com`');
    expect(saidOfFiles({ 'dynamic/a.yml': strange })).toEqual(['a.yml 2:3 file-dropped', 'a.yml 8:34 rule-syntax']);
  });

  it('take the files along and no container, as the finding says', () => {
    const { loaded } = lintFiles({ files: { 'compose.yml': 'services: {}\n', 'a.yml': SOUND.replace('servers:', 'servrs:') }, dynamic: ['a.yml'] });
    expect(lint(loaded).diagnostics.find(({ rule }) => rule === 'file-dropped')?.why).toMatch(/all dynamic files because of it.*field not found, node: servrs/);
  });

  it('are said in TOML too', () => {
    const toml = ['[http.routers.api]', 'rule = "Host(`a.example.com`,`b.example.com`)"', 'servcie = "api"', '[http.services.api.loadBalancer]', '[[http.services.api.loadBalancer.servers]]', 'url = "http://10.0.0.5"', ''].join('\n');
    expect(saidOfFiles({ 'dynamic/a.toml': toml })).toEqual(['a.toml 2:30 rule-v2-syntax', 'a.toml 3:1 file-dropped']);
  });
});
