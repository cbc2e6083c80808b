import { describe, expect, it } from 'vitest';
import { validate } from '../../src/compile/validate.ts';
import { traefikAsker } from '../../src/compile/validation/ask-traefik.ts';
import type { Probe, Routing } from '../../src/ir/index.ts';
import { build } from '../../src/index.ts';
import { lintFiles } from '../support/lint.ts';

// 0.3 s. Entry points that choose alike need no request led to a route on both sides.

const LABELS = [
  'routers.a.rule=Host(`a.test`) && PathPrefix(`/api`)', 'routers.a.middlewares=cut', 'middlewares.cut.stripprefix.prefixes=/api',
  'routers.b.rule=Host(`b.test`) && !Method(`GET`) || Header(`X-B`, `1`)', 'routers.b.priority=7',
  'routers.c.rule=HostRegexp(`^[bc].+$`)', 'routers.c.priority=3', 'routers.c.middlewares=add', 'middlewares.add.addprefix.prefix=/c',
  ...['a', 'b', 'c'].map((name) => `routers.${name}.service=web`), 'services.web.loadbalancer.server.port=80',
];
const COMPOSE = (labels: readonly string[]): string => `services:
  traefik:
    image: traefik:v3.7
    command: ["--providers.docker.exposedbydefault=false", "--entrypoints.web.address=:80"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
  web:
    image: example/web
    labels:
      - traefik.enable=true
${labels.map((label) => `      - traefik.http.${label}\n`).join('')}`;
const NOWHERE = { endpoints: [], entryPoints: new Map() };
const PROBE: Probe = { entryPoint: 'web', method: 'GET', target: '/api/x', host: 'a.test', headers: [], clientIp: '127.0.0.1', tls: false };

function built(labels: readonly string[] = LABELS): { readonly routing: Routing; readonly files: ReadonlyMap<string, string> } {
  const { loaded } = lintFiles({ files: { 'compose.yml': COMPOSE(labels) } });
  const { built: [one], diagnostics } = build(loaded, { targets: ['traefik'], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: NOWHERE });
  const routing = loaded.gateways[0]?.resolved[0]?.routing;
  if (one?.files === undefined || routing === undefined) throw new Error(JSON.stringify([...diagnostics, ...(one?.diagnostics ?? [])].map(({ message }) => message)));
  return { routing, files: new Map(one.files.map(({ path, text }) => [path, text])) };
}

/** Whether that is known before the request was led to a route. */
function isSettled(files: ReadonlyMap<string, string>, routing: Routing): boolean {
  return traefikAsker(files, routing, '3.7').agrees(PROBE, () => undefined);
}

describe('written files', () => {
  it('that say the same agree about every request', () => {
    const { routing, files } = built();
    expect(isSettled(files, routing)).toBe(true);
  });

  it.each([
    ['a word of a rule', '`/api`)', '`/apis`)'],
    ['a matcher', 'Host(`a.test`)', 'HostRegexp(`a.test`)'],
    ['a negation', '!Method', 'Method'],
    ['an operator', '|| Header', '&& Header'],
    ['the order', 'priority: 7', 'priority: 2'],
    ['what an entry point believes', 'address: ', 'forwardedHeaders: { insecure: true }\n    address: '],
    ['what a middleware does', '- /api', '- /ap'],
    ['where a service leads', '//web:80', '//web:81'],
    ['which connections are closed', 'http:\n', 'tls:\n  options:\n    default:\n      sniStrict: true\nhttp:\n'],
  ])('are asked where they differ in %s', (_, written, changed) => {
    const { routing, files } = built();
    const corrupted = new Map([...files].map(([path, text]) => [path, text.replace(written, () => changed)]));
    expect([...corrupted.values()].join('')).not.toBe([...files.values()].join(''));
    expect(isSettled(corrupted, routing)).toBe(false);
    if (changed.includes('sniStrict')) return;
    expect(validate({ target: 'traefik', version: '3.7', routing, files: [...corrupted].map(([path, text]) => ({ path, text })), judged: [] })?.disagreements).not.toEqual([]);
  });

  it('are asked where chance decides', () => {
    const { routing, files } = built(LABELS.map((label) => label.replace('HostRegexp(`^[bc].+$`)', 'PathPrefix(`/api`)').replace('priority=3', 'priority=7')));
    expect(routing.listeners.some(({ plain }) => plain.some(({ tiedWith }) => tiedWith.length > 0))).toBe(true);
    expect(isSettled(files, routing)).toBe(false);
  });
});
