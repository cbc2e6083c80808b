import { expect, it } from 'vitest';
import { redirectLoops } from '../../src/analysis/index.ts';
import { lintFiles } from '../support/lint.ts';

const stack = (...labels: readonly string[]): string => `services:\n  traefik:\n    image: traefik:v3.7\n    command: ["--entrypoints.web.address=:80", "--entrypoints.websecure.address=:443", "--providers.docker.exposedbydefault=false"]\n    ports: ["80:80", "PORT:443"]\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]\n  web:\n    image: example/web:1\n    expose: ["80"]\n    labels:\n      - traefik.enable=true\n${labels.map((label) => `      - ${label}\n`).join('')}`;
const loops = (port: string, ...labels: readonly string[]): readonly string[] => lintFiles({ files: { 'compose.yml': stack(...labels).replace('PORT', port) }, versions: ['3.7'] }).findings.filter(({ rule }) => rule === 'redirect-loop').map(({ message }) => message);

const BACK_AND_FORTH = [
  'traefik.http.routers.a.rule=Host(`a.example.com`)', 'traefik.http.routers.a.entrypoints=web', 'traefik.http.routers.a.middlewares=to', 'traefik.http.middlewares.to.redirectscheme.scheme=https',
  'traefik.http.routers.b.rule=Host(`a.example.com`)', 'traefik.http.routers.b.entrypoints=websecure', 'traefik.http.routers.b.tls=true', 'traefik.http.routers.b.middlewares=back', 'traefik.http.middlewares.back.redirectscheme.scheme=http',
];

it('finds two redirections that send a browser back and forth', () => {
  expect(loops('443', ...BACK_AND_FORTH)).toEqual(['middleware "back" redirects for ever: GET https://a.example.com/ to http://a.example.com/ to https://a.example.com/ and on']);
});

it('says nothing where the port of the other entry point comes out elsewhere', () => {
  expect(loops('8443', ...BACK_AND_FORTH)).toEqual([]);
});

it('finds a path that grows with every step', () => {
  const found = loops('443', 'traefik.http.routers.a.rule=Host(`a.example.com`) && PathPrefix(`/old`)', 'traefik.http.routers.a.entrypoints=web', 'traefik.http.routers.a.middlewares=m', 'traefik.http.middlewares.m.redirectregex.regex=^(http://[^/]+)/old(.*)', 'traefik.http.middlewares.m.redirectregex.replacement=$${1}/old/new$${2}');
  expect(found).toEqual(['middleware "m" redirects for ever: GET http://a.example.com/old to http://a.example.com/old/new to http://a.example.com/old/new/new and on']);
});

it('says nothing of a redirection that arrives', () => {
  expect(loops('443', 'traefik.http.routers.a.rule=Host(`a.example.com`)', 'traefik.http.routers.a.entrypoints=web', 'traefik.http.routers.a.middlewares=m', 'traefik.http.middlewares.m.redirectregex.regex=^(http://[^/]+)/old(.*)', 'traefik.http.middlewares.m.redirectregex.replacement=$${1}/new$${2}')).toEqual([]);
});

it('asks nothing of a gateway without redirections', () => {
  expect(redirectLoops({ listeners: [], certificates: [], tlsOptions: [], tlsStores: [] }, { isPublished: () => true })).toEqual([]);
});
