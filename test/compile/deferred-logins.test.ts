import { describe, expect, it } from 'vitest';
import { build, load } from '../../src/index.ts';
import type { BuiltTarget } from '../../src/index.ts';
import { memoryHost } from '../support/lint.ts';

const FILES = {
  'compose.yml': 'services:\n  desk:\n    image: example/desk:1\n    labels:\n      - traefik.enable=true\n      - traefik.http.routers.desk.rule=Host(`desk.example.com`)\n      - traefik.http.routers.desk.entrypoints=web\n      - traefik.http.routers.desk.middlewares=staff\n      - traefik.http.middlewares.staff.basicauth.users=${STAFF}\n      - traefik.http.services.desk.loadbalancer.server.port=8000\n',
  '.env': "STAFF='ann:{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE='\n",
  'traefik.yml': 'entryPoints:\n  web:\n    address: ":8000"\nproviders:\n  docker: {}\n',
};

function built(target: string, inlineSecrets: boolean): readonly BuiltTarget[] {
  const overrides = { endpoints: [], entryPoints: new Map() };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host: memoryHost(FILES), overrides });
  return build(loaded, { targets: [target], versions: new Map(), allowances: new Map(), inlineSecrets, settings: {}, overrides }).built;
}

// Costs less than a second.
describe('logins of a variable that has a value', () => {
  it.each([['traefik', false], ['traefik', true], ['nginx', false], ['nginx', true]] as const)('%s, secrets written: %s', (target, inlineSecrets) => {
    const [one] = built(target, inlineSecrets);
    expect(one?.diagnostics.filter(({ rule }) => rule === 'internal-disagreement' || rule === 'not-verified')).toEqual([]);
    expect(one?.verifiedBy).toMatch(/^model, [1-9]\d* requests$/);
    expect(one?.files?.some(({ text }) => text.includes('VBPuJHI7uixaa6LQGWx4s'))).toBe(inlineSecrets);
  });
});
