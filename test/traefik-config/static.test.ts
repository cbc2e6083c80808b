import { describe, expect, it } from 'vitest';
import type { Container } from '../../src/ir/index.ts';
import { known, Origins, SourceFile } from '../../src/text/index.ts';
import type { OriginId, Sourced, Text } from '../../src/text/index.ts';
import type { TraefikVersion } from '../../src/traefik-config/keys.ts';
import { parseAddress } from '../../src/traefik-config/static/entry-points.ts';
import { readStatic } from '../../src/traefik-config/static/read-static.ts';
import type { StaticRead } from '../../src/traefik-config/static/read-static.ts';

interface Source {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly yaml?: string;
  readonly toml?: string;
  readonly version?: TraefikVersion;
}
interface Read {
  readonly read: StaticRead;
  readonly marked: readonly string[];
}

function read(source: Source): Read {
  const origins = new Origins();
  const text = (source.flags ?? []).join('\n');
  let at = 0;
  const command = (source.flags ?? []).map((flag): Sourced<Text> => {
    const start = at;
    at += flag.length + 1;
    const holes = [...flag.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '');
    return { value: { text: flag, holes }, origin: origins.span('command', start, start + flag.length) };
  });
  const origin: OriginId = origins.default('proxy');
  const environment = Object.entries(source.env ?? {}).map(([name, value]): Container['environment'][number] => ({ name, value: known(value), origin }));
  const body = source.yaml ?? source.toml;
  const file = body === undefined ? {} : { file: { format: source.yaml === undefined ? ('toml' as const) : ('yaml' as const), source: new SourceFile('traefik.yml', body) } };
  const result = readStatic({ ...file, command, environment, origin }, { version: source.version ?? '3.7', origins, symbolPrefix: 'shop/traefik' });
  const marked = result.problems.map((problem) => {
    const place = origins.firstSpan(problem.origin);
    const within = place === undefined ? '' : place.file === 'command' ? text : (body ?? '');
    return `${place === undefined ? '' : within.slice(place.start, place.end)}|${problem.loss}|${problem.engineSays ?? ''}`;
  });
  return { read: result, marked };
}
const names = (item: Read): readonly string[] => item.read.config.entryPoints.map((entryPoint) => `${entryPoint.name} ${entryPoint.host}:${String(entryPoint.port)}${entryPoint.udp ? '/udp' : ''}`);

describe('parseAddress', () => {
  it.each([
    [':80', { host: '', port: 80, udp: false }],
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080, udp: false }],
    ['[::]:443/tcp', { host: '::', port: 443, udp: false }],
    [':53/udp', { host: '', port: 53, udp: true }],
    [':53/UDP', { host: '', port: 53, udp: true }],
    [':http', { host: '', port: 80, udp: false }],
  ])('%s', (text, expected) => {
    expect(parseAddress(text)).toEqual({ ok: true, ...expected });
  });
  it.each([':80/http', '80', '1::2:80', ':99999', ':abc'])('%s is refused', (text) => {
    expect(parseAddress(text).ok).toBe(false);
  });
});

describe('readStatic', () => {
  it('adds the default entry point', () => {
    expect(names(read({}))).toEqual(['http :80']);
    expect(names(read({ flags: ['--api.insecure'] }))).toEqual(['http :80', 'traefik :8080']);
    expect(names(read({ flags: ['--ping', '--entrypoints.web.address=:80'] }))).toEqual(['web :80', 'traefik :8080']);
    expect(names(read({ flags: ['--ping.manualrouting=true', '--entrypoints.web.address=:80', '--ping=true'] }))).toEqual(['web :80']);
    expect(names(read({ flags: ['--metrics.prometheus=true', '--metrics.prometheus.entrypoint=web', '--entrypoints.web.address=:80'] }))).toEqual(['web :80']);
    expect(names(read({ flags: ['--providers.rest.insecure'] }))).toEqual(['http :80', 'traefik :8080']);
    expect(names(read({ flags: ['--api.insecure', '--entrypoints.traefik.address=:9000'] }))).toEqual(['traefik :9000']);
  });

  it('reads flags, case aside, with the place of each leaf', () => {
    const item = read({
      flags: ['traefik', '--EntryPoints.web.Address=:80', '--entrypoints.web.http.redirections.entrypoint.to=websecure', '--entrypoints.websecure.address=:443', '--entrypoints.websecure.http.tls.certresolver=le', '--entrypoints.websecure.http.tls.domains[0].main=a.test', '--entrypoints.websecure.http.middlewares=auth@file,x', '--providers.docker', '--providers.docker.exposedbydefault=false', '--certificatesresolvers.le.acme.email=a@b.c', '--api.dashboard', '--log.level', 'DEBUG', '--experimental.plugins.demo.modulename=m', '--entrypoints.web.forwardedheaders.trustedips=10.0.0.0/8', '--entrypoints.web.forwardedheaders.trustedips=192.168.0.0/16'],
    });
    expect(item.marked).toEqual([]);
    const [web, websecure] = item.read.config.entryPoints;
    expect(web).toMatchObject({ name: 'web', port: 80, redirection: { to: 'websecure', scheme: 'https', permanent: true, priority: 9223372036854775806n }, sanitizePath: true, forwardedHeaders: { trustedIPs: ['10.0.0.0/8', '192.168.0.0/16'] } });
    expect(websecure).toMatchObject({ tls: { resolver: { value: 'le' }, domains: [{ main: 'a.test', sans: [] }] } });
    expect(websecure?.middlewares.map((name) => name.value)).toEqual(['auth@file', 'x']);
    expect(item.read.config).toMatchObject({ from: 'flags', api: { dashboard: true, insecure: false }, docker: { exposedByDefault: false, swarm: false }, defaultRuleSyntax: 'v3' });
    expect(item.read.config.resolvers.map((name) => name.value)).toEqual(['le']);
    expect(item.read.config.plugins.map((name) => name.value)).toEqual(['demo']);
    expect(item.read.config.raw).toMatchObject({ log: { level: 'DEBUG' }, entryPoints: { web: { address: ':80' } }, providers: { docker: { exposedByDefault: false } } });
    expect([...item.read.config.places.keys()]).toContain('entryPoints.websecure.http.tls.domains[0].main');
  });

  it('takes the next argument only for options that need one', () => {
    expect(read({ flags: ['--log.level', 'DEBUG', '--api', '--ping'] }).read.config.raw).toEqual({ api: {}, log: { level: 'DEBUG' }, ping: {} });
    // Below a user-chosen name the parser finds the name's own object and takes no value; the address then ends the flags.
    expect(names(read({ flags: ['--entrypoints.web.address', ':80', '--api.insecure'] }))).toEqual(['web :0']);
    expect(read({ flags: ['--api', 'stray', '--nonsense'] }).marked).toEqual([]);
  });

  it.each<readonly [string, Source, readonly string[]]>([
    ['an unknown flag', { flags: ['--providers.dokcer=true'] }, ['dokcer|everyContainer|field not found, node: dokcer']],
    ['an unknown flag without a value', { flags: ['--api', '--providers.dokcer'] }, ['dokcer|everyContainer|flag needs an argument: -providers.dokcer']],
    ['a known flag without a value', { flags: ['--log.level'] }, ['--log.level|everyContainer|flag needs an argument: -log.level']],
    ['a bad value', { flags: ['--api.insecure=yes'] }, ['yes|everyContainer|strconv.ParseBool: parsing "yes": invalid syntax']],
    ['no flag at all', { flags: ['serve'] }, ['serve|everyContainer|command not found: serve']],
    ['a removed option', { flags: ['--providers.docker.swarmmode=true'] }, ['swarmmode|everyContainer|incompatible deprecated install configuration option found']],
    ['pilot', { flags: ['--pilot.token=x'] }, ['pilot|everyContainer|incompatible deprecated install configuration option found']],
    ['a 2.x option is fine on 2.11', { version: '2.11', flags: ['--providers.docker.swarmmode=true', '--pilot.token=x'] }, []],
    ['an unknown key in a file', { yaml: 'providers:\n  dokcer: {}\n' }, ['dokcer|everyContainer|field not found, node: dokcer']],
    ['an unknown section in a file is dropped', { yaml: 'provider:\n  docker: {}\napi: {}\n' }, ['provider|nothing|']],
    ['an unknown variable', { env: { TRAEFIK_PROVIDERS_DOKCER: 'true' } }, ['|everyContainer|field not found, node: dokcer']],
    ['an unknown section in the environment is ignored', { env: { TRAEFIK_FOO: 'true' } }, []],
    ['a bad protocol', { flags: ['--entrypoints.web.address=:80/http'] }, [':80/http|everyContainer|invalid protocol: http']],
    ['a bad rule syntax', { flags: ['--core.defaultrulesyntax=v4'] }, ['v4|everyContainer|unsupported default rule syntax configuration: "v4"']],
    ['a redirection to nowhere', { flags: ['--entrypoints.web.address=:80', '--entrypoints.web.http.redirections.entrypoint.to=secure'] }, ["secure|entryPoint|'to' entry point field references a non-existing entry point: secure"]],
    ['an object that needs content', { yaml: 'api:\nlog:\n  level: INFO\nproviders:\n  file: {}\n' }, ['file|everyContainer|', 'api|nothing|']],
    ['objects switched off', { flags: ['--api=false', '--ping=no', '--metrics.prometheus=false'] }, []],
    ['an object switched off whose options stay', { flags: ['--accesslog=false', '--accesslog.format=json', '--metrics.prometheus.entrypoint=inner', '--metrics.prometheus=F'] }, []],
    ['an object switched off by a slip', { flags: ['--accesslog=yes', '--accesslog.format=json'] }, ['yes|requests|']],
    ['an object switched off by a variable', { env: { TRAEFIK_API: 'false' } }, []],
    ['a variable without a value', { flags: ['--entrypoints.web.address=${ADDRESS}', '--api.insecure=${INSECURE}'] }, []],
  ])('%s', (_title, source, expected) => {
    const item = read(source);
    expect(item.marked).toEqual(expected);
    expect(item.read.exits).toBe(expected.some((line) => line.includes('everyContainer')));
  });

  it('knows that a variable may be any flag', () => {
    expect(read({ flags: ['${EXTRA}', '--api.insecure'] }).read.incomplete).toBe(true);
  });

  it('reads exactly one source', () => {
    const env = { TRAEFIK_ENTRYPOINTS_WEB_ADDRESS: ':81', TRAEFIK_PROVIDERS_DOCKER: 'true' };
    expect(names(read({ env }))).toEqual(['web :81']);
    expect(read({ env }).read.config).toMatchObject({ from: 'environment', docker: { exposedByDefault: true } });
    expect(names(read({ env, flags: ['--ping=false'] }))).toEqual(['http :80']);
    expect(read({ env, flags: ['--api'], yaml: 'entryPoints:\n  a:\n    address: ":82"\n' }).read.config.from).toBe('file');
  });

  it('reads a file', () => {
    const yaml = 'entryPoints:\n  web:\n    address: ":80"\n    asDefault: true\n    http:\n      encodedCharacters:\n        allowEncodedSlash: false\n      sanitizePath: false\n      encodeQuerySemicolons: true\n    proxyProtocol:\n      trustedIPs: [10.0.0.1]\n    transport:\n      lifeCycle:\n        graceTimeOut: 10\nproviders:\n  file:\n    directory: /etc/traefik/conf\n    watch: true\n  swarm:\n    network: edge\ncertificatesResolvers:\n  le:\n    acme:\n      email: a@b.c\n';
    const { read: item, marked } = read({ yaml });
    expect(marked).toEqual([]);
    expect(item.config.entryPoints[0]).toMatchObject({ asDefault: true, sanitizePath: false, encodeQuerySemicolons: true, encodedCharacters: { allowEncodedSlash: false, allowEncodedHash: true }, proxyProtocol: { insecure: false, trustedIPs: ['10.0.0.1'] }, raw: { transport: { lifeCycle: { graceTimeOut: '10' } } } });
    expect(item.config).toMatchObject({ file: { directory: '/etc/traefik/conf' }, docker: { swarm: true, network: 'edge' } });
    expect(read({ toml: '[entryPoints.web]\naddress = ":80"\n[api]\n' }).read.config).toMatchObject({ entryPoints: [{ name: 'web', port: 80 }], api: { insecure: false } });
  });
});
