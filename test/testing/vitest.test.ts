import '../../src/testing/vitest.ts';
import { describe, expect, it } from 'vitest';
import { gatewayUnderTest, load } from '../../src/index.ts';
import type { GatewayUnderTest } from '../../src/index.ts';

const COMPOSE = `name: shop
services:
  traefik:
    image: traefik:v3.7
    command: ["--providers.docker=true", "--entrypoints.web.address=:80", "--entrypoints.websecure.address=:443"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
  web:
    image: example/web:1
    labels:
      - traefik.http.services.web.loadbalancer.server.port=80
      - traefik.http.routers.web.rule=Host(\`a.test\`)
      - traefik.http.routers.web.entrypoints=websecure
      - traefik.http.routers.web.tls=true
      - traefik.http.routers.plain.rule=Host(\`a.test\`)
      - traefik.http.routers.plain.entrypoints=web
      - traefik.http.routers.plain.middlewares=secure
      - traefik.http.routers.admin.rule=Host(\`a.test\`) && PathPrefix(\`/admin\`)
      - traefik.http.routers.admin.entrypoints=websecure
      - traefik.http.routers.admin.tls=true
      - traefik.http.routers.admin.middlewares=auth
      - traefik.http.middlewares.secure.redirectscheme.scheme=https
      - traefik.http.middlewares.auth.basicauth.users=u:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=
`;

function subject(): GatewayUnderTest {
  const host = { readFile: (path: string) => (path === 'compose.yml' ? COMPOSE : undefined), listFolder: () => ['compose.yml'] };
  return gatewayUnderTest(load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [] }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } }));
}

describe('the matchers', () => {
  it('pass what holds', () => {
    const gateway = subject();
    expect(gateway).toRoute('GET https://a.test/x', 'web');
    expect(gateway).toRoute('https://a.test/admin', 'admin', { headers: { Authorization: 'Basic dTpwYXNzd29yZA==' } });
    expect(gateway).toRedirect('GET http://a.test/x', 'https://a.test/x', { status: 302 });
    expect(gateway).toRequireAuth('GET https://a.test/admin');
    expect(gateway).not.toRoute('GET https://a.test/admin', 'web');
    expect(gateway).not.toRequireAuth('GET https://a.test/');
    expect(gateway).not.toRedirect('GET https://a.test/', 'https://a.test/');
  });

  it('say what happened instead, and why', () => {
    const gateway = subject();
    const said = (check: () => void): string => {
      try {
        check();
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
      return 'nothing';
    };
    expect(said(() => expect(gateway).toRoute('GET https://b.test/', 'web'))).toMatch(/^expected web, got 404, no router\n\nentry point websecure, TLS yes\n[^]*no: host is not a\.test/);
    expect(said(() => expect(gateway).toRequireAuth('GET https://a.test/'))).toContain('expected a refusal, got an answer of http://web:80');
    expect(said(() => expect(gateway).toRedirect('GET http://a.test/', 'https://b.test/'))).toContain('expected redirect https://b.test/, got https://a.test/');
    expect(said(() => expect(gateway).not.toRoute('GET https://a.test/', 'web'))).toContain('not to route to web');
    expect(said(() => expect(gateway).toRoute('GET', 'web'))).not.toBe('nothing');
    expect(said(() => expect(gateway).toRoute('GET https://a.test/ x', 'web'))).toContain('one request at a time');
  });

  it('refuse a name that was not loaded', () => {
    expect(() => gatewayUnderTest(load({ gateways: [], declared: false, host: { readFile: () => undefined, listFolder: () => undefined }, overrides: { endpoints: [], entryPoints: new Map() } }))).toThrow(RangeError);
  });
});
