import { chance, pick, type Draw } from './draw.ts';
import type { GatewaySpec } from './spec.ts';

type Twist = (text: string) => string;

function replaceLast(text: string, mark: string, by: string): string {
  const at = text.lastIndexOf(mark);
  return at < 0 ? `${text}${by}` : `${text.slice(0, at)}${by}${text.slice(at + mark.length)}`;
}

/** Path and query, each changed alone. */
function inPath(twist: Twist): Twist {
  return (target) => {
    const at = target.indexOf('?');
    return at < 0 ? twist(target) : twist(target.slice(0, at)) + target.slice(at);
  };
}

const TARGETS: readonly Twist[] = [
  inPath((path) => replaceLast(path, '/', '%2F')), inPath((path) => replaceLast(path, '/', '%2f')), inPath((path) => replaceLast(path, '/', '//')), inPath((path) => replaceLast(path, '/', '/./')),
  inPath((path) => `${path}/../a`), inPath((path) => `/x/..${path}`), inPath((path) => `${path}/..`), inPath((path) => `${path}/.`), inPath((path) => `/${path}`), inPath((path) => `${path}/%2e%2e/b`), inPath((path) => `${path}%2e`),
  inPath((path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)), inPath((path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)),
  inPath((path) => `${path}%20x`), inPath((path) => `${path}%00`), inPath((path) => `${path}%25`), inPath((path) => `${path}%252F`), inPath((path) => `${path}%3Fq`), inPath((path) => `${path}%3B`), inPath((path) => `${path};v=1`),
  inPath((path) => `${path}%C3%A9`), inPath((path) => `${path}é`), inPath((path) => `${path}"'<>`), inPath((path) => `${path}\\b`), inPath((path) => `${path}%5Cb`), inPath((path) => `${path}|^{}`), inPath((path) => `${path}%zz`), inPath((path) => path.toUpperCase()),
  inPath((path) => `${path}/${'long/'.repeat(200)}`), inPath((path) => `${path}/${'x'.repeat(1500)}`), inPath((path) => `${path}:@!$&'()*+,=`), inPath((path) => `${path}%40%3A`), inPath((path) => `${path}#f`),
  (target) => `${target}?`, (target) => `${target}?&`, (target) => `${target}${target.includes('?') ? '&' : '?'}k=v&k=1`, (target) => `${target}${target.includes('?') ? '&' : '?'}k`, (target) => `${target}${target.includes('?') ? ';' : '?'}k=v;q=x`,
  (target) => `${target}${target.includes('?') ? '&' : '?'}k=%76`, (target) => `${target}${target.includes('?') ? '&' : '?'}k=%zz`, (target) => `${target}${target.includes('?') ? '&' : '?'}status=503`, (target) => `${target}${target.includes('?') ? '&' : '?'}status=404&h=X-R:own`,
  (target) => `${target}${target.includes('?') ? '&' : '?'}size=3000`, (target) => `${target}${target.includes('?') ? '&' : '?'}size=600&type=application/json`, (target) => `${target}${target.includes('?') ? '&' : '?'}h=Server:own&h=Vary:Accept`, (target) => `${target}?u=http://a.test/?x`,
];

export function hostileTarget(draw: Draw, target: string): string {
  return pick(draw, TARGETS)(target);
}

const HOSTS: readonly Twist[] = [
  (host) => host.toUpperCase(), (host) => `${host}:80`, (host) => `${host}:8080`, (host) => `${host}.`, (host) => `${host}.:443`, (host) => `${host}:0`, (host) => `x.${host}`, (host) => host.replace('.', '..'), () => '127.0.0.1:80', () => '[::1]', (host) => `${host}:99999`, (host) => `a_b.${host}`, (host) => `${host}:`, () => '*.w.test', (host) => host.replace(/^./, (first) => first.toUpperCase()),
];

export function hostileHost(draw: Draw, host: string): string {
  return pick(draw, HOSTS)(host);
}

type Fields = readonly (readonly [string, string])[];
const SPOOFS: readonly Fields[] = [
  [['X-Forwarded-For', '10.1.1.1']], [['X-Forwarded-For', '10.1.1.1, 127.0.0.1']], [['X-Forwarded-Proto', 'https']], [['X-Forwarded-Host', 'b.test']], [['X-Forwarded-Port', '8443']], [['X-Real-Ip', '10.9.9.9']], [['X-Forwarded-Prefix', '/fake']],
  [['X_Forwarded_For', '10.1.1.1']], [['X-Forwarded-Server', 'me']], [['X-Forwarded-Uri', '/else'], ['X-Forwarded-Method', 'DELETE']], [['X-Forwarded-Tls-Client-Cert', 'abc']],
];
const ODD: readonly Fields[] = [
  [['X-A', '1'], ['X-A', 'x']], [['X_A', '1']], [['x-a', '1']], [['X-A', '']], [['X-A', '"quoted" \\ $host']], [['Accept-Encoding', 'gzip']], [['Accept-Encoding', 'br, gzip;q=0.5']], [['X-Empty', '']], [['Cookie', 'a=1; b=2']], [['Cookie', 'a=1'], ['Cookie', 'b=2']],
  [['X-Long', 'y'.repeat(900)]], [['Connection', 'X-A'], ['X-A', '1']], [['X-Utf', 'é']], [['X-User', 'spoofed']], [['X-Replaced-Path', '/spoofed']], [['Te', 'trailers']], [['X-Dots.In', 'v']],
];
const UNUSUAL: readonly Fields[] = [
  [['Range', 'bytes=0-1']], [['If-None-Match', '"x"']], [['If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT']], [['Connection', 'Upgrade'], ['Upgrade', 'websocket']], [['Authorization', 'Digest username="dig"']], [['X-Forwarded-For', '10.1.1.1, 10.2.2.2, 127.0.0.1']], [['X-Forwarded-For', 'garbage, 127.0.0.1']],
  [['X-Forwarded-For', '2001:db8::1, 127.0.0.9']], [['Referer', 'http://a.test/']], [['Via', '1.1 x']], [['Cookie', 'srv=x; a-b=y']], [['Content-Type', 'application/grpc-web']], [['Content-Type', 'multipart/form-data; boundary=x']], [['X-Forwarded-Host', 'a.test, b.test']], [['X-Forwarded-Proto', 'wss']], [['X-Forwarded-Proto', 'HTTPS']], [['Forwarded', 'for=1.2.3.4']],
];
const CORS: readonly Fields[] = [
  [['Origin', 'http://app.test'], ['Access-Control-Request-Method', 'PUT']], [['Origin', 'https://other.test'], ['Access-Control-Request-Method', 'GET'], ['Access-Control-Request-Headers', 'x-a']], [['Origin', 'http://app.test']], [['Origin', 'https://evil.example']], [['Origin', 'null']],
];
const LOGINS: readonly Fields[] = [
  [['Authorization', `Basic ${base64('sh:secret')}`]], [['Authorization', `Basic ${base64('ap:test')}`]], [['Authorization', `Basic ${base64('sh:wrong')}`]], [['Authorization', `basic ${base64('sh:secret')}`]], [['Authorization', 'Basic !!']], [['Authorization', 'Bearer x']], [['Authorization', `Basic ${base64('sh')}`]],
];

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Spoofed, repeated, strange fields; credentials and preflights more often where somebody reads them. */
export function hostileFields(draw: Draw, { middlewares, profile, unusual }: GatewaySpec): Fields {
  const auth = middlewares.some(({ kind }) => kind === 'basicAuth' || kind === 'digestAuth');
  const cors = middlewares.some(({ options }) => Object.keys(options).some((name) => name.startsWith('accesscontrol')));
  return [
    ...(chance(draw, profile === 'trusted' ? 30 : 10) ? pick(draw, SPOOFS) : []),
    ...(chance(draw, 10) ? pick(draw, ODD) : []),
    ...(unusual === true && chance(draw, 30) ? pick(draw, UNUSUAL) : []),
    ...(chance(draw, cors ? 30 : 3) ? pick(draw, CORS) : []),
    ...(chance(draw, auth ? 65 : 3) ? pick(draw, auth && chance(draw, 50) ? LOGINS.slice(0, 2) : LOGINS) : []),
  ];
}
