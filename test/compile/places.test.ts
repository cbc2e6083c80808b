import { describe, expect, it } from 'vitest';
import { validate } from '../../src/compile/validate.ts';
import { heardAt } from '../../src/ir/index.ts';
import { buildOne, loadOne, optionsFor } from '../support/compile-one.ts';

const STATIC = ['entryPoints:', '  web: { address: ":8080" }', '  inner: { address: "127.0.0.1:8081" }', '  outer: { address: "127.0.0.2:8081" }', '  near: { address: "127.0.0.1:9000" }', '  far: { address: "127.0.0.2:9000" }', 'providers:', '  docker: {}', ''].join('\n');

function router(kind: 'http' | 'tcp', name: string, entryPoint: string): readonly string[] {
  const rule = kind === 'http' ? 'Host(`a.test`)' : 'HostSNI(`*`)';
  return [`traefik.${kind}.routers.${name}.rule=${rule}`, `traefik.${kind}.routers.${name}.entrypoints=${entryPoint}`, `traefik.${kind}.routers.${name}.service=${name}`, `traefik.${kind}.services.${name}.loadbalancer.server.port=80`];
}

const service = (name: string, labels: readonly string[]): readonly string[] => [`  ${name}:`, `    image: example/${name}:1`, '    labels:', ...['traefik.enable=true', ...labels].map((label) => `      - ${JSON.stringify(label)}`)];

const COMPOSE = ['services:', ...service('one', [...router('http', 'one', 'inner'), ...router('http', 'both', 'web'), ...router('tcp', 'one', 'near')]), ...service('two', [...router('http', 'two', 'outer'), ...router('tcp', 'two', 'far')]), ''].join('\n');
const loaded = loadOne({ compose: COMPOSE, static: STATIC });

describe('the addresses of an entry point', () => {
  it.each([
    ['', ['0.0.0.0', '::']], ['0.0.0.0', ['0.0.0.0', '::']], ['::', ['0.0.0.0', '::']], ['[::]', ['0.0.0.0', '::']], ['0:0:0:0:0:0:0:0', ['0.0.0.0', '::']], ['::ffff:0.0.0.0', ['0.0.0.0', '::']],
    ['localhost', ['127.0.0.1']], ['::1', ['::1']], ['10.0.0.0', ['10.0.0.0']], ['0', ['0']], ['proxy.test', ['proxy.test']],
  ])('%j', (host, addresses) => expect(heardAt({ host })).toEqual(addresses));
});

describe.each(['nginx', 'kong'])('one port on two addresses in %s', (target) => {
  it('is told apart, and every request was asked', () => {
    const built = buildOne(loaded, optionsFor({ target }));
    expect(built.verifiedBy).toMatch(/^model, \d+ requests$/);
    expect(built.diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('streams of one port have a server or a node each', () => {
    const texts = (buildOne(loaded, optionsFor({ target })).files ?? []).map(({ path, text }) => `${path}\n${text}`);
    const withBoth = texts.filter((text) => text.startsWith('kong/') && text.includes('127.0.0.1:9000') && text.includes('127.0.0.2:9000'));
    expect(withBoth).toEqual([]);
    for (const address of ['127.0.0.1:9000', '127.0.0.2:9000']) expect(texts.some((text) => text.includes(address))).toBe(true);
  });
});

describe.each([
  ['nginx', 'all but one server', /^ *listen \[::\]:8080;\n/m, ''],
  ['nginx', 'IPv4', /^ *listen 8080;\n/m, ''],
  ['nginx', 'the default server', '[::]:8080 default_server', '[::]:8080'],
  ['kong', 'IPv6', ', [::]:8080', ''],
  ['kong', 'IPv4', '0.0.0.0:8080, ', ''],
] as const)('an address that %s loses: %s', (target, _, line, instead) => {
  it('is noticed', () => {
    const { files = [], version, judged, settings } = buildOne(loaded, optionsFor({ target }));
    const { routing } = loaded.gateways[0]?.resolved[0] ?? {};
    if (routing === undefined || settings === undefined) throw new Error('nothing was built');
    const broken = files.map((file) => ({ ...file, text: file.text.replace(line, instead) }));
    expect(broken).not.toEqual(files);
    const seen = validate({ target, version, routing, files: broken, judged, settings });
    expect((seen?.disagreements.length ?? 0) + (seen?.unmodelled.length ?? 0)).toBeGreaterThan(0);
  });
});
