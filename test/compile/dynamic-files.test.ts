import { describe, expect, it } from 'vitest';
import { build, lint, load, targetNames } from '../../src/index.ts';
import { EMPTY_CONFIG } from '../../src/config/config.ts';
import type { CompileInput, Loaded } from '../../src/index.ts';

/** Files of the file provider that the proxy mounts and that are named too, from everywhere in a project; costs about a second. */
const COMPOSE = `name: proxy
services:
  traefik:
    image: traefik:v3.7
    volumes: ["./traefik.yml:/etc/traefik/traefik.yml:ro", "./dynamic:/etc/traefik/dynamic:ro"]
`;
const STATIC = 'entryPoints: { web: { address: ":80" } }\nproviders: { file: { directory: /etc/traefik/dynamic } }\n';
const ROUTES = 'http:\n  routers: { a: { rule: "Host(`a.test`)", service: a, middlewares: [safe] } }\n  services: { a: { loadBalancer: { servers: [{ url: "http://a:80" }] } } }\n';
const SHARED = 'http:\n  middlewares: { safe: { headers: { frameDeny: true } } }\n';
const FILES: Readonly<Record<string, string>> = { 'proxy/compose.yml': COMPOSE, 'proxy/traefik.yml': STATIC, 'proxy/dynamic/routes.yml': ROUTES, 'proxy/dynamic/more/shared.yml': SHARED };

/** As seen from the project's folder, or from one in it (`../`). */
function loadFrom(prefix: string, over: Partial<CompileInput['gateways'][number]>, root = prefix === '' ? '.' : prefix.slice(0, -1)): Loaded {
  const files = new Map(Object.entries(FILES).map(([name, text]) => [`${prefix}${name}`, text]));
  const listFolder = (folder: string): readonly string[] | undefined => {
    const names = [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1).split('/')[0] ?? '');
    return names.length === 0 ? undefined : [...new Set(names)].toSorted();
  };
  const host = { readFile: (name: string) => files.get(name), listFolder };
  return load({ gateways: [{ name: 'edge', stacks: [{ files: [`${prefix}proxy/compose.yml`], variables: new Map() }], dynamic: [], ...over }], declared: true, host, root, overrides: { endpoints: [], entryPoints: new Map() } });
}

function texts(loaded: Loaded): Readonly<Record<string, string>> {
  const { built } = build(loaded, { targets: targetNames.filter((name) => name === 'traefik'), versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } });
  return Object.fromEntries((built[0]?.files ?? []).map(({ path, text }) => [path, text]));
}

const rules = (loaded: Loaded): readonly string[] => lint(loaded, { config: EMPTY_CONFIG, rules: new Map(), declared: true }).diagnostics.map(({ rule }) => rule);

describe('dynamic files', () => {
  it('that are mounted and named are read once', () => {
    for (const dynamic of [['proxy/dynamic'], ['proxy/dynamic/'], ['./proxy/dynamic/routes.yml', 'proxy/dynamic/more/shared.yml']]) {
      const twice = loadFrom('', { dynamic });
      expect(rules(twice)).not.toContain('name-collision');
      expect(texts(twice)).toEqual(texts(loadFrom('', {})));
    }
  });

  it('of a folder that is only named are read with the folders in it', () => {
    const [gateway] = loadFrom('', { stacks: [], static: 'proxy/traefik.yml', dynamic: ['proxy/dynamic'] }).gateways;
    expect(gateway?.resolved[0]?.gateway.middlewares.map(({ ref }) => ref.name)).toEqual(['safe']);
  });

  it('leave the same bytes from everywhere in a project', () => {
    const here = texts(loadFrom('', {}));
    expect(Object.values(here).join('')).toContain('# proxy/dynamic/routes.yml http.routers.a');
    expect(texts(loadFrom('../', {}))).toEqual(here);
    expect(texts(loadFrom('../../', { dynamic: ['../../proxy/dynamic'] }))).toEqual(here);
  });
});
