import { expect, test } from 'vitest';
import { build, load, targetNames } from '../../../src/index.ts';
import type { BuiltTarget, GatewayInput } from '../../../src/index.ts';
import { memoryHost } from '../../support/lint.ts';

/** One gateway, said twice. */
const LABELS = `name: shop
services:
  web:
    image: example/web:1
    expose: ["8080"]
    labels:
      - traefik.enable=true
      - traefik.http.routers.shop.rule=Host(\`shop.example\`)
      - traefik.http.routers.shop.service=shop
      - traefik.http.routers.shop.middlewares=secure
      - traefik.http.services.shop.loadbalancer.server.port=8080
      - traefik.http.services.shop.loadbalancer.passhostheader=false
      - traefik.http.services.shop.loadbalancer.sticky.cookie=true
      - traefik.http.middlewares.secure.headers.framedeny=true
      - traefik.http.middlewares.secure.headers.customrequestheaders.x-from=edge
      - traefik.http.routers.old.rule=Host(\`old.example\`, \`older.example\`) && Path(\`/\`)
      - traefik.http.routers.old.rulesyntax=v2
      - traefik.http.routers.old.service=shop
  api:
    image: example/api:1
    expose: ["3000"]
    labels:
      - traefik.enable=true
      - traefik.http.routers.api.rule=Host(\`shop.example\`) && (Path(\`/api\`) || PathPrefix(\`/api/\`)) && (Method(\`GET\`) || Method(\`POST\`)) && Header(\`X-Key\`, \`1\`) && QueryRegexp(\`v\`, \`^[0-9]$$\`) && ClientIP(\`10.0.0.0/8\`)
      - traefik.http.routers.api.priority=500
      - traefik.http.routers.api.service=api
      - traefik.http.routers.api.entrypoints=web
      - traefik.http.routers.api.middlewares=api-strip-prefix,limit
      - traefik.http.services.api.loadbalancer.server.port=3000
      - traefik.http.middlewares.api-strip-prefix.stripprefix.prefixes=/api
      - traefik.http.middlewares.limit.buffering.maxrequestbodybytes=1000
`;
const SPEC = `name: shop
entryPoints: { web: 80 }
routes:
  shop: { host: shop.example, to: shop, use: secure }
  old: { rule: "Host(\`old.example\`, \`older.example\`) && Path(\`/\`)", syntax: v2, to: shop }
  api:
    host: shop.example
    path: /api/**
    methods: [GET, POST]
    headers: { X-Key: "1" }
    query: { v: "~^[0-9]$$" }
    clientIp: 10.0.0.0/8
    priority: 500
    entryPoints: web
    to: api:3000
    use: [{ stripPrefix: /api }, limit]
services:
  shop: { endpoints: web:8080, passHostHeader: false, sticky: { cookie: {} } }
middlewares:
  secure: { headers: { frameDeny: true, customRequestHeaders: { x-from: edge } } }
  limit: { buffering: { maxRequestBodyBytes: 1000 } }
`;
const STATIC = 'entryPoints:\n  web: { address: ":80" }\nproviders:\n  docker: {}\n';
const NOTHING = { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() };

function built(input: Pick<GatewayInput, 'stacks' | 'spec' | 'static'>, target: string): BuiltTarget {
  const loaded = load({ gateways: [{ name: 'default', dynamic: [], versions: ['3.7'], ...input }], declared: true, host: memoryHost({ 'compose.yml': LABELS, 'gateway.yaml': SPEC, 'traefik.yml': STATIC }), overrides: NOTHING });
  const result = build(loaded, { targets: [target], versions: new Map(), allowances: new Map([['rule.queryRegexp', 'test'], ['rule.header', 'test'], ['service.sticky', 'test']]), inlineSecrets: false, settings: {}, overrides: NOTHING });
  expect(result.diagnostics.filter(({ blocking }) => blocking).map(({ message }) => message)).toEqual([]);
  const [one] = result.built;
  if (one === undefined) throw new Error('nothing was built');
  return one;
}

/** Files without what names the source. */
function bytes({ files }: BuiltTarget): Readonly<Record<string, string>> {
  return Object.fromEntries((files ?? []).map(({ path, text }) => [path, text.split('\n').filter((line) => !/^\s*#/.test(line)).join('\n')]));
}

const labels = { stacks: [{ files: ['compose.yml'], variables: new Map<string, string>() }], static: 'traefik.yml' };
const spec = { stacks: [], spec: { files: ['gateway.yaml'], variables: new Map<string, string>() } };

// A label file is laid over a Compose file, which a gateway.yaml alone does not have.
test.each(targetNames.filter((name) => name !== 'traefik-labels'))('%s writes the same bytes from labels and from gateway.yaml', (target) => {
  const fromLabels = built(labels, target);
  const fromSpec = built(spec, target);
  expect(fromLabels.files?.length ?? 0, fromLabels.diagnostics.map(({ message, why }) => `${message}: ${why ?? ''}`).join('\n')).toBeGreaterThan(0);
  expect(bytes(fromSpec)).toEqual(bytes(fromLabels));
});
