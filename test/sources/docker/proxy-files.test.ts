import { expect, it, onTestFinished } from 'vitest';
import { lint } from '../../../src/compile/lint.ts';
import { load } from '../../../src/compile/load.ts';
import { toReport } from '../../../src/compile/to-report.ts';
import type { Loaded } from '../../../src/compile/types.ts';
import { readLive } from '../../../src/sources/docker/index.ts';
import type { SeenHost } from '../../../src/sources/docker/index.ts';
import type { FakeContainer } from '../../support/docker-container.ts';
import { startFakeDocker } from '../../support/fake-docker.ts';

/** The files inside a proxy's container, from a Docker API of our own. About 1 s. */
const STATIC = 'entryPoints:\n  web:\n    address: ":80"\n  secure:\n    address: ":443"\nproviders:\n  docker: {}\n  file:\n    directory: /etc/traefik/dynamic\n';
const DYNAMIC = 'http:\n  routers:\n    api:\n      rule: Host(`api.test`)\n      service: api\n  services:\n    api:\n      loadBalancer:\n        servers:\n          - url: http://10.0.0.5\n';

async function seen(proxy: Partial<FakeContainer>): Promise<SeenHost> {
  const docker = await startFakeDocker([{ name: 'proxy', image: 'traefik:v3.7', labels: {}, ports: ['80/tcp'], networks: { n: '10.0.0.2' }, ...proxy }]);
  onTestFinished(() => docker.stop());
  const { seen: hosts, failed } = await readLive([{ name: 'edge', endpoint: docker.endpoint }]);
  expect(failed).toEqual([]);
  const [host] = hosts;
  if (host === undefined) throw new Error('nothing was seen');
  return host;
}

function loaded(host: SeenHost, dynamic: readonly string[] = []): Loaded {
  const files = { readFile: (path: string) => (path === 'own.yml' ? DYNAMIC.replaceAll('api', 'own') : undefined), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [], dynamic, seen: [host] }], declared: false, host: files, overrides: { endpoints: [], entryPoints: new Map() } });
}

const pointsOf = ({ gateways }: Loaded): readonly string[] | string => {
  const config = gateways[0]?.proxy.static ?? 'unknown';
  return config === 'unknown' ? config : config.entryPoints.map(({ name }) => name);
};
const routersOf = ({ gateways }: Loaded): readonly string[] => (gateways[0]?.resolved[0]?.gateway.routers ?? []).map(({ ref }) => `${ref.name}@${ref.namespace}`).filter((name) => !name.endsWith('@docker'));

it('the static file at its usual place, and the folder that it names', async () => {
  const host = await seen({ files: { '/etc/traefik/traefik.yml': STATIC, '/etc/traefik/dynamic/api.yml': DYNAMIC, '/etc/traefik/dynamic/more/deep.yaml': DYNAMIC.replaceAll('api', 'deep'), '/etc/traefik/dynamic/README.md': 'not read' } });
  expect(host).toMatchObject({ complete: true, unseen: [] });
  expect(pointsOf(loaded(host))).toEqual(['secure', 'web']);
  expect(routersOf(loaded(host)).toSorted()).toEqual(['api@file', 'deep@file']);
  expect([...loaded(host).files.keys()].toSorted()).toEqual(['edge/proxy', 'edge/proxy/etc/traefik/dynamic/api.yml', 'edge/proxy/etc/traefik/dynamic/more/deep.yaml', 'edge/proxy/etc/traefik/traefik.yml']);
});

it('the file that the command names, in TOML, and a single dynamic file behind a link', async () => {
  const toml = '[entryPoints.front]\naddress = ":80"\n[providers.file]\nfilename = "/conf/dyn.yml"\n';
  const host = await seen({ command: ['traefik', '--configFile=/conf/t.toml'], files: { '/conf/t.toml': toml, '/conf/dyn.yml': { link: '/real/dyn.yml' }, '/real/dyn.yml': DYNAMIC } });
  expect(pointsOf(loaded(host))).toEqual(['front']);
  expect(routersOf(loaded(host))).toEqual(['api@file']);
});

it('links in the folder of dynamic files, as mounted secrets and configurations have them', async () => {
  const host = await seen({ files: { '/etc/traefik/traefik.yml': STATIC, '/etc/traefik/dynamic/api.yml': { link: '/srv/api.yml' }, '/srv/api.yml': DYNAMIC } });
  expect(routersOf(loaded(host))).toEqual(['api@file']);
});

it('a mistake in one is found at its place, and there is nothing to mend from here', async () => {
  const read = loaded(await seen({ files: { '/etc/traefik/traefik.yml': STATIC, '/etc/traefik/dynamic/api.yml': DYNAMIC.replace('service:', 'servcie:') } }));
  const { findings } = toReport('gateway.lint/1', lint(read).diagnostics, [], read);
  const found = findings.filter(({ rule }) => rule === 'file-dropped');
  expect(found).toMatchObject([{ file: 'edge/proxy/etc/traefik/dynamic/api.yml', line: 5, column: 7 }]);
  expect(found[0]?.fixes ?? []).toEqual([]);
});

it('without any the defaults are known: nothing is left to guess', async () => {
  const host = await seen({ command: ['traefik', '--entrypoints.only.address=:80'] });
  expect(host.unseen).toEqual([]);
  expect(pointsOf(loaded(host))).toEqual(['only']);
});

it('what is too large is not visible, and that is said once', async () => {
  const host = await seen({ files: { '/etc/traefik/traefik.yml': STATIC, '/etc/traefik/dynamic/api.yml': `${DYNAMIC}#${'x'.repeat(1 << 20)}\n` } });
  expect(host).toMatchObject({ complete: true, unseen: ['container proxy: /etc/traefik/dynamic: larger than 1 MB'] });
  expect(routersOf(loaded(host))).toEqual([]);
  expect(pointsOf(loaded(host))).toEqual(['secure', 'web']);
});

it('links that lead in a circle end', async () => {
  const host = await seen({ files: { '/etc/traefik/traefik.yml': { link: '/a' }, '/a': { link: '/etc/traefik/traefik.yml' } } });
  expect(host.unseen).toEqual(['container proxy: /etc/traefik/traefik.yml: its links lead nowhere']);
  expect(pointsOf(loaded(host))).toBe('unknown');
});

it('files that the user names take the place of those inside', async () => {
  const host = await seen({ files: { '/etc/traefik/traefik.yml': STATIC, '/etc/traefik/dynamic/api.yml': DYNAMIC } });
  expect(routersOf(loaded(host, ['own.yml']))).toEqual(['own@file']);
});

it('a Swarm task may have configurations that Docker does not show: no file is no answer there', async () => {
  const host = await seen({ labels: { 'com.docker.swarm.task.id': 't1' } });
  expect(host.unseen).toEqual(['container proxy: /etc/traefik/traefik.toml: a Swarm configuration would not be shown']);
  expect(pointsOf(loaded(host))).toBe('unknown');
});

it('of containers that are no proxy no file is read', async () => {
  const host = await seen({ image: 'example/app:1', files: { '/etc/traefik/traefik.yml': STATIC } });
  expect(host.containers[0]?.files).toBeUndefined();
});
