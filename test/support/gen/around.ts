import { chance, pick, some, type Draw } from './draw.ts';

/**
 * Dynamic files of one router whose middlewares name what the ones around them bring themselves: `Location` before a redirection,
 * `Vary` beside CORS, `Authorization` behind a login. Short chains, so that most of them are built.
 */
export function drawAround(draw: Draw): string {
  const chain = Array.from({ length: pick(draw, [1, 2, 2, 3, 4]) }, () => pick(draw, chance(draw, 45) ? [headers] : MIDDLEWARES)(draw));
  const names = chain.map((_, at) => `m${String(at)}`);
  return [
    'http:',
    `  routers: { r: { rule: '${pick(draw, RULES)}', service: s, middlewares: [${names.join(', ')}] } }`,
    '  middlewares:',
    ...chain.map((text, at) => `    ${names[at] ?? ''}: { ${text} }`),
    '  services:',
    `    s: ${pick(draw, SERVICES)}`,
    `    web: ${PLAIN}`,
    "    other: { loadBalancer: { servers: [{ url: 'http://10.0.0.2:8000' }] } }",
    `    none: ${EMPTY}`,
    '',
  ].join('\n');
}

const RULES = ['Host(`a.test`)', 'Host(`a.test`) && PathPrefix(`/a`)', 'PathPrefix(`/a`)', 'Host(`a.test`) && Method(`GET`)'];
const PLAIN = "{ loadBalancer: { servers: [{ url: 'http://10.0.0.1:8000' }] } }";
const EMPTY = '{ loadBalancer: { servers: [] } }';
const SERVICES = [
  PLAIN, PLAIN, EMPTY, "{ loadBalancer: { servers: [{ url: 'http://10.0.0.1:8000', weight: 0 }] } }",
  "{ loadBalancer: { sticky: { cookie: { name: lb } }, servers: [{ url: 'http://10.0.0.1:8000' }, { url: 'http://10.0.0.2:8000' }] } }",
  "{ failover: { service: web, fallback: other, errors: { status: ['500-599'] } } }",
  '{ mirroring: { service: web, mirrors: [{ name: other, percent: 50 }] } }',
  '{ weighted: { services: [{ name: web, weight: 1 }, { name: other, weight: 2 }] } }',
  "{ loadBalancer: { servers: [{ url: 'h2c://10.0.0.1:8000' }] } }",
  "{ loadBalancer: { passHostHeader: false, servers: [{ url: 'https://10.0.0.1:8000' }] } }",
];
const ANSWERED = ['Location', 'WWW-Authenticate', 'Set-Cookie', 'Vary', 'Content-Type', 'Access-Control-Allow-Origin', 'access-control-allow-methods', 'Access-Control-Allow-Credentials', 'X-Content-Type-Options', 'X-Frame-Options', 'Strict-Transport-Security', 'Retry-After', 'X-Custom', 'Content-Encoding', 'ETag', 'Cache-Control', 'Allow', 'Trailer'];
const ASKED = ['Host', 'Origin', 'Authorization', 'X-Forwarded-Proto', 'X-Custom', 'Cookie', 'Connection', 'Accept-Encoding', 'Content-Type', 'User-Agent', 'Upgrade', 'X-Real-Ip', 'Range', 'X-Forwarded-Prefix', 'X-Replaced-Path'];
const VALUES = ["''", 'v', "'*'", "'https://o.test'", "'a, b'", "'$x'", "'\"'", "'\\'", "' '", "' v '", "'{u}'"];

/** Parts of the headers middleware, and how many of a hundred have each. */
const PARTS: readonly (readonly [percent: number, part: (draw: Draw) => string])[] = [
  [65, (draw) => `customResponseHeaders: ${fields(draw, ANSWERED)}`],
  [25, (draw) => `customRequestHeaders: ${fields(draw, ASKED)}`],
  [25, (draw) => `accessControlAllowOriginList: ${pick(draw, ["['*']", "['https://o.test']", "['https://O.test', 'https://o.test']", "['https://o.test', '*']"])}`],
  [15, (draw) => `accessControlAllowOriginListRegex: ${pick(draw, ["['.*']", "['^https://.*']", "['(?i)^HTTPS://o']"])}`],
  [20, () => 'accessControlAllowMethods: [GET, PUT]'],
  [15, (draw) => `accessControlAllowHeaders: ${pick(draw, ["['*']", '[X-A]'])}`],
  [15, (draw) => `accessControlExposeHeaders: ${pick(draw, ["['*']", '[X-A]'])}`],
  [20, () => 'accessControlAllowCredentials: true'],
  [15, () => 'addVaryHeader: true'],
  [15, () => 'accessControlMaxAge: 5'],
  [15, () => 'allowedHosts: [a.test]'],
  [12, () => 'hostsProxyHeaders: [X-Forwarded-Host]'],
  [15, () => 'frameDeny: true'],
  [15, () => 'contentTypeNosniff: true'],
  [15, () => 'stsSeconds: 5, forceSTSHeader: true'],
];

function fields(draw: Draw, names: readonly string[]): string {
  return `{ ${some(draw, names, { min: 1, max: 2 }).map((name) => `${chance(draw, 50) ? name : name.toLowerCase()}: ${pick(draw, VALUES)}`).join(', ')} }`;
}

function headers(draw: Draw): string {
  const parts = PARTS.flatMap(([percent, part]) => (chance(draw, percent) ? [part(draw)] : []));
  return `headers: { ${(parts.length === 0 ? ['frameDeny: true'] : parts).join(', ')} }`;
}

const MIDDLEWARES: readonly ((draw: Draw) => string)[] = [
  (draw) => `basicAuth: { users: ['test:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=']${pick(draw, ['', ', removeHeader: true', ', headerField: X-User', ', realm: r'])} }`,
  (draw) => `redirectScheme: { scheme: https${pick(draw, ['', ', permanent: true', ", port: '8443'", ", port: '443'"])} }`,
  () => "redirectRegex: { regex: '^https?://a.test/(.*)', replacement: 'https://b.test/$1' }",
  (draw) => `ipAllowList: { sourceRange: [${pick(draw, ['10.0.0.0/8', '127.0.0.1', '0.0.0.0/0'])}]${pick(draw, ['', ', rejectStatusCode: 404', ', rejectStatusCode: 451'])} }`,
  (draw) => `forwardAuth: { address: 'http://10.0.0.9/${pick(draw, ['', 'x', 'x?y=1'])}'${pick(draw, ['', ', trustForwardHeader: true', ', authResponseHeaders: [X-User, Location]', ', authRequestHeaders: [Cookie]'])} }`,
  () => 'buffering: { maxRequestBodyBytes: 5 }',
  (draw) => `errors: { status: ['${pick(draw, ['404', '500-599', '401', '403', '302', '429', '200', '503'])}'], service: ${pick(draw, ['web', 'none'])}, query: '/${pick(draw, ['', '{status}', '{url}', 'x'])}' }`,
  (draw) => `stripPrefix: { prefixes: [${pick(draw, ['/a', '/a/', '/a/b', '/', '/é'])}] }`,
  (draw) => `stripPrefixRegex: { regex: ['${pick(draw, ['^/a/', '^/a', '^/[a-z]+', '/x$'])}'] }`,
  () => 'addPrefix: { prefix: /p }',
  () => 'replacePath: { path: /r }',
  (draw) => `replacePathRegex: { regex: '${pick(draw, ['^/a/(.*)', '^/(.*)', '^/[^/]+(/.*)$'])}', replacement: '/$1' }`,
  () => 'retry: { attempts: 2 }', () => 'rateLimit: { average: 100, burst: 100 }', () => 'inFlightReq: { amount: 5 }', () => 'compress: {}', () => 'contentType: {}',
  () => 'encodedCharacters: { allowEncodedSlash: true }', () => 'passTLSClientCert: { pem: true }',
];
