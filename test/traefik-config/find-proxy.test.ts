import { describe, expect, it } from 'vitest';
import type { Container, Mount, Stack } from '../../src/ir/index.ts';
import { known, Origins } from '../../src/text/index.ts';
import { findProxies } from '../../src/traefik-config/find-proxy.ts';
import type { FoundProxy } from '../../src/traefik-config/find-proxy.ts';

interface Setup {
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly mounts?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly configs?: Readonly<Record<string, { readonly target: string; readonly content: string }>>;
  readonly build?: boolean;
}

function find(setup: Setup): FoundProxy | undefined {
  const origins = new Origins();
  const origin = origins.span('compose.yml', 0, setup.image.length);
  const mount = (kind: Mount['kind'], target: string, source?: string): Mount => ({ kind, source: source === undefined ? undefined : known(source), target, readOnly: false, origin });
  const texts = (list: readonly string[] = []): Container['command'] => list.map((text) => ({ value: { text, holes: text.includes('${') ? ['X'] : [] }, origin }));
  const container: Container = {
    id: { stack: 'shop', service: 'proxy' },
    origin,
    image: { value: { text: setup.image, holes: setup.image.includes('${') ? ['X'] : [] }, origin },
    hasBuild: setup.build === true,
    labels: [],
    ports: [],
    expose: [],
    networks: [],
    mounts: [...Object.entries(setup.mounts ?? {}).map(([target, source]) => mount('bind', target, source)), ...(setup.volumes ?? []).map((target) => mount('volume', target, 'data'))],
    configs: Object.entries(setup.configs ?? {}).map(([key, { target }]) => ({ key, target, origin })),
    environment: [],
    command: texts(setup.command),
    entrypoint: texts(setup.entrypoint),
    dependsOn: [],
    replicas: 1,
    hasHealthcheck: false,
    profiles: [],
  };
  const stack: Stack = { name: 'shop', files: ['stacks/shop/compose.yml'], envFiles: [], directory: 'stacks/shop', containers: [container], networks: [], configs: Object.entries(setup.configs ?? {}).map(([key, { content }]) => ({ key, content: { value: known(content), origin }, origin })), unset: [] };
  const files = setup.files ?? {};
  const host = {
    readFile: (path: string): string | undefined => files[path],
    listFolder: (path: string): readonly string[] | undefined => {
      const names = [...new Set(Object.keys(files).flatMap((name) => (name.startsWith(`${path}/`) ? [name.slice(path.length + 1).split('/')[0] ?? ''] : [])))];
      return names.length === 0 ? undefined : names.sort();
    },
  };
  return findProxies(stack, host, origins)[0];
}
const entryPoints = (found: FoundProxy | undefined): readonly string[] | undefined => (found === undefined || found.proxy.static === 'unknown' ? undefined : found.proxy.static.entryPoints.map((item) => item.name));
const version = (found: FoundProxy | undefined): string | undefined => (found?.proxy.version === 'unknown' ? 'unknown' : found?.proxy.version.value);
const STATIC = 'entryPoints:\n  filed:\n    address: ":80"\nproviders:\n  file:\n    directory: /etc/traefik/conf\n';

describe('findProxies', () => {
  it.each([
    ['traefik:v3.7', '3.7'],
    ['traefik:v2.10', '2.11'],
    ['traefik:2.11.5-windowsservercore', '2.11'],
    ['docker.io/library/traefik:3', '3.7'],
    ['registry:5000/me/traefik:v3.1.2', '3.7'],
    ['traefik:v3.7@sha256:abc', '3.7'],
    ['traefik', 'unknown'],
    ['traefik:latest', 'unknown'],
    ['traefik:comte', 'unknown'],
    ['traefik:v1.7', 'unknown'],
    ['traefik:${X}', 'unknown'],
    ['traefik@sha256:abc', 'unknown'],
  ])('%s is %s', (image, expected) => {
    expect(version(find({ image, command: ['--ping'] }))).toBe(expected);
  });
  it.each(['traefik/whoami', 'nginx', 'traefik-certs-dumper:v2', 'me/mytraefik:1'])('%s is no proxy', (image) => {
    expect(find({ image })).toBeUndefined();
  });

  it('reads flags of the official image', () => {
    const found = find({ image: 'traefik:v3.7', command: ['--entrypoints.web.address=:80'] });
    expect(entryPoints(found)).toEqual(['web']);
    expect(found).toMatchObject({ dynamicKnown: true, unread: [], exits: false, problems: [] });
    expect(entryPoints(find({ image: 'traefik:v3.7', entrypoint: ['traefik', '--ping'], command: ['--entrypoints.web.address=:80'] }))).toEqual(['web', 'traefik']);
  });

  it('reads a mounted static file and the files it names, the flags lose', () => {
    const files = { 'stacks/shop/conf/traefik.yml': STATIC, 'stacks/shop/dyn/a.yml': 'http: {}', 'stacks/shop/dyn/sub/b.toml': '', 'stacks/shop/dyn/note.txt': '', 'stacks/shop/dyn/c.json': '{}' };
    const found = find({ image: 'traefik:v3.7', command: ['--entrypoints.web.address=:80'], mounts: { '/etc/traefik/traefik.yml': './conf/traefik.yml', '/etc/traefik/conf': './dyn' }, files });
    expect(entryPoints(found)).toEqual(['filed']);
    expect(found?.staticFile?.path).toBe('stacks/shop/conf/traefik.yml');
    expect(found?.dynamicFiles.map((file) => [file.path, file.format])).toEqual([['stacks/shop/dyn/a.yml', 'yaml'], ['stacks/shop/dyn/sub/b.toml', 'toml']]);
    expect(found?.dynamicKnown).toBe(true);
  });

  it('finds the static file in a mounted folder, and by flag', () => {
    const files = { 'stacks/etc/traefik.yml': STATIC, 'stacks/shop/my.yml': STATIC };
    expect(entryPoints(find({ image: 'traefik:v3.7', mounts: { '/etc/traefik': '../etc' }, files }))).toEqual(['filed']);
    expect(entryPoints(find({ image: 'traefik:v3.7', command: ['--configFile=/my.yml'], mounts: { '/my.yml': './my.yml' }, files }))).toEqual(['filed']);
    expect(entryPoints(find({ image: 'traefik:v3.7', command: ['--configfile', '/my.yml'], mounts: { '/my.yml': './my.yml' }, files }))).toEqual(['filed']);
    expect(entryPoints(find({ image: 'traefik:v3.7', configs: { conf: { target: '/etc/traefik/traefik.yml', content: STATIC } } }))).toEqual(['filed']);
  });

  it('does not guess what it cannot read', () => {
    expect(find({ image: 'traefik:v3.7', mounts: { '/etc/traefik/traefik.yml': '/srv/traefik.yml' } })).toMatchObject({ proxy: { static: 'unknown' }, dynamicKnown: false, unread: [{ role: 'static', path: '/srv/traefik.yml' }] });
    expect(find({ image: 'traefik:v3.7', volumes: ['/etc/traefik'] })?.proxy.static).toBe('unknown');
    expect(find({ image: 'traefik:v3.7', command: ['--configfile=/in/image.yml'] })?.proxy.static).toBe('unknown');
    expect(find({ image: 'traefik:v3.7', command: ['${FLAGS}'] })?.proxy.static).toBe('unknown');
    expect(find({ image: 'me/traefik:v3.7' })?.proxy.static).toBe('unknown');
    expect(find({ image: 'traefik:v3.7', entrypoint: ['/wrapper.sh'] })?.proxy.static).toBe('unknown');
    const dynamic = find({ image: 'traefik:v3.7', command: ['--providers.file.directory=/dyn'], mounts: { '/dyn': '/srv/dyn' } });
    expect(dynamic).toMatchObject({ dynamicKnown: false, unread: [{ role: 'dynamic', path: '/srv/dyn' }] });
    expect(entryPoints(dynamic)).toEqual(['http']);
  });

  it('with an unknown version says only what both families refuse', () => {
    expect(find({ image: 'traefik', command: ['--providers.docker.swarmmode'] })).toMatchObject({ exits: false, problems: [] });
    expect(find({ image: 'traefik', command: ['--providers.dokcer'] })).toMatchObject({ exits: true, problems: [{ kind: 'static-invalid', subject: 'dokcer' }] });
  });

  it('is no proxy when it only prints its version', () => {
    expect(find({ image: 'traefik:v3', command: ['version'] })).toBeUndefined();
  });
});
