/** A small seeded generator: the same edits on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Labels = readonly (readonly [string, string])[];

/** Sound sets of labels; NAME stands for a name of their own. */
export const SOUND_LABELS: readonly Labels[] = [
  [['traefik.http.routers.NAME.rule', 'Host(`NAME.example.com`)'], ['traefik.http.routers.NAME.entrypoints', 'web'], ['traefik.http.services.NAME.loadbalancer.server.port', '8080']],
  [['traefik.http.routers.NAME.rule', 'Host(`NAME.example.com`) && PathPrefix(`/api`)'], ['traefik.http.routers.NAME.tls', 'true'], ['traefik.http.routers.NAME.tls.certresolver', 'le'], ['traefik.http.routers.NAME.entrypoints', 'websecure']],
  [['traefik.http.routers.NAME.rule', 'HostRegexp(`^NAME[0-9]+\\.example\\.com$`) || Path(`/NAME`)'], ['traefik.http.routers.NAME.middlewares', 'NAME-strip,NAME-auth'], ['traefik.http.middlewares.NAME-strip.stripprefix.prefixes', '/a,/b'], ['traefik.http.middlewares.NAME-auth.basicauth.users', 'test:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/']],
  [['traefik.http.routers.NAME.rule', '!(Method(`GET`) || Header(`X-A`, `NAME`)) && ClientIP(`10.0.0.0/8`)'], ['traefik.http.routers.NAME.priority', '42'], ['traefik.http.routers.NAME.service', 'NAME'], ['traefik.http.services.NAME.loadbalancer.server.port', '80'], ['traefik.http.services.NAME.loadbalancer.server.scheme', 'https'], ['traefik.http.services.NAME.loadbalancer.sticky.cookie.name', 'c'], ['traefik.http.services.NAME.loadbalancer.passhostheader', 'false']],
  [['traefik.http.routers.NAME.rule', 'Host(`NAME.example.com`) && Query(`a`, `b`)'], ['traefik.http.routers.NAME.middlewares', 'NAME-chain'], ['traefik.http.middlewares.NAME-chain.chain.middlewares', 'NAME-redirect,NAME-limit'], ['traefik.http.middlewares.NAME-redirect.redirectscheme.scheme', 'https'], ['traefik.http.middlewares.NAME-limit.ratelimit.average', '100'], ['traefik.http.middlewares.NAME-limit.ratelimit.period', '1m'], ['traefik.http.middlewares.NAME-limit.ratelimit.sourcecriterion.ipstrategy.depth', '1']],
  [['traefik.http.routers.NAME.rule', 'PathRegexp(`^/NAME/[a-z]+`)'], ['traefik.http.routers.NAME.middlewares', 'auth@file, NAME-h'], ['traefik.http.middlewares.NAME-h.headers.customresponseheaders.X-Served-By', 'NAME'], ['traefik.http.middlewares.NAME-h.headers.accesscontrolallowmethods', 'GET,PUT'], ['traefik.http.middlewares.NAME-h.headers.stsseconds', '300'], ['traefik.http.services.NAME.loadbalancer.healthcheck.path', '/up'], ['traefik.http.services.NAME.loadbalancer.healthcheck.interval', '10s'], ['traefik.http.services.NAME.loadbalancer.server.port', '3000']],
  [['traefik.http.routers.NAME.rule', 'Host(`NAME.example.com`)'], ['traefik.http.routers.NAME.middlewares', 'NAME-f,NAME-e,NAME-r'], ['traefik.http.middlewares.NAME-f.forwardauth.address', 'http://login:9000/verify'], ['traefik.http.middlewares.NAME-f.forwardauth.authresponseheaders', 'X-User'], ['traefik.http.middlewares.NAME-e.errors.status', '500-599,404'], ['traefik.http.middlewares.NAME-e.errors.service', 'NAME'], ['traefik.http.middlewares.NAME-e.errors.query', '/{status}.html'], ['traefik.http.middlewares.NAME-r.redirectregex.regex', '^http://(.*)$'], ['traefik.http.middlewares.NAME-r.redirectregex.replacement', 'https://${1}'], ['traefik.http.services.NAME.loadbalancer.server.port', '80']],
  [['traefik.tcp.routers.NAME.rule', 'HostSNI(`NAME.example.com`)'], ['traefik.tcp.routers.NAME.entrypoints', 'db'], ['traefik.tcp.routers.NAME.tls', 'true'], ['traefik.tcp.routers.NAME.tls.passthrough', 'true'], ['traefik.tcp.services.NAME.loadbalancer.server.port', '5432']],
  [['traefik.udp.routers.NAME.entrypoints', 'dns'], ['traefik.udp.routers.NAME.service', 'NAME'], ['traefik.udp.services.NAME.loadbalancer.server.port', '53']],
  [['traefik.http.routers.NAME.rule', 'Host(`NAME.example.com`)'], ['traefik.http.routers.NAME.middlewares', 'NAME-a,NAME-b,NAME-c'], ['traefik.http.middlewares.NAME-a.ipallowlist.sourcerange', '10.0.0.0/8,192.168.1.7'], ['traefik.http.middlewares.NAME-b.compress', 'true'], ['traefik.http.middlewares.NAME-c.circuitbreaker.expression', 'NetworkErrorRatio() > 0.30'], ['traefik.http.services.NAME.loadbalancer.server.port', '80'], ['traefik.http.services.NAME.loadbalancer.serverstransport', 'insecure@file']],
  [['traefik.http.routers.NAME.rule', 'Host(`NAME.example.com`)'], ['traefik.http.routers.NAME.middlewares', 'NAME-a,NAME-b,NAME-c'], ['traefik.http.middlewares.NAME-a.buffering.maxrequestbodybytes', '1000'], ['traefik.http.middlewares.NAME-a.buffering.retryexpression', 'IsNetworkError() && Attempts() < 2'], ['traefik.http.middlewares.NAME-b.retry.attempts', '4'], ['traefik.http.middlewares.NAME-b.retry.initialinterval', '100ms'], ['traefik.http.middlewares.NAME-c.replacepathregex.regex', '^/x/(.*)'], ['traefik.http.middlewares.NAME-c.replacepathregex.replacement', '/$1'], ['traefik.http.services.NAME.loadbalancer.server.port', '80']],
];

/** Edits that people make by accident. */
export function mutate(base: Labels, name: string, next: () => number): Readonly<Record<string, string>> {
  const pick = <T,>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
  const labels = base.map(([key, value]): [string, string] => [key.replaceAll('NAME', name), value.replaceAll('NAME', name)]);
  const edits = next() < 0.7 ? 1 : 2;
  for (let edit = 0; edit < edits; edit += 1) {
    const index = Math.floor(next() * labels.length);
    const entry = labels[index];
    if (entry === undefined) continue;
    const [key, value] = entry;
    const change = pick(CHANGES);
    if (change !== undefined) labels[index] = change(key, value, pick, next);
  }
  if (next() < 0.1) labels.splice(Math.floor(next() * labels.length), 1);
  return Object.fromEntries([['traefik.enable', 'true'], ...labels]);
}

type Pick = <T>(list: readonly T[]) => T | undefined;
type Change = (key: string, value: string, pick: Pick, next: () => number) => [string, string];

const LETTERS = 'abcdefghijklmnopqrstuvwxyz-_.0129 /:,`(){}&|!"\'$*+?^'.split('');

function editText(text: string, pick: Pick, next: () => number): string {
  const at = Math.floor(next() * text.length);
  const kind = Math.floor(next() * 4);
  const letter = pick(LETTERS) ?? 'x';
  if (kind === 0) return text.slice(0, at) + text.slice(at + 1);
  if (kind === 1) return text.slice(0, at) + letter + text.slice(at);
  if (kind === 2) return text.slice(0, at) + letter + text.slice(at + 1);
  return text.slice(0, at) + text.slice(at + 1, at + 2) + text.slice(at, at + 1) + text.slice(at + 2);
}

function editKey(key: string, pick: Pick, next: () => number): string {
  const letters = (text: string): string => text.replaceAll(/[^A-Za-z0-9._\- ]/g, 'x');
  return letters(editText(key, pick, next)).trimStart();
}

const VALUES: readonly string[] = ['', ' ', 'true', 'false', 'yes', '0', '-1', '80', 'abc', '10', '1x', '5s', '1.5', 'web', 'Web', 'https', 'auth', 'auth@file', 'nope@docker', 'a,b', ',', '/x', 'x', 'Host(`a`)', 'Host(`a`, `b`)', 'Host(a.b)', "Host('a.b')", 'Host(`a.b`', 'Host(`a.b`) and Path(`/`)', 'PathPrefix(x)', 'HostSNI(`*`)', 'HostRegexp(`{a:.*}`)', '"Host(`a.b`)"', '*', '(', '[a-z', '10.0.0.0/99', '300.1.1.1', '99999999999999999999', '9223372036854775807', '1e3', '500', '5xx', '503-501', 'http://x:80abc', '%', 'é', '\t80'];

const CHANGES: readonly Change[] = [
  (key, value, pick, next) => [editKey(key, pick, next), value],
  (key, value, pick, next) => [key, editText(value, pick, next)],
  (key, value, pick, next) => [key, editText(value, pick, next)],
  (key, _value, pick) => [key, pick(VALUES) ?? ''],
  (key, value, pick) => {
    const parts = key.split('.');
    const part = pick(parts.map((_, index) => index).slice(1)) ?? 1;
    return [parts.filter((_, index) => index !== part).join('.'), value];
  },
  (key, value, pick) => {
    const parts = key.split('.');
    const part = pick(parts.map((_, index) => index).slice(1)) ?? 1;
    return [[...parts.slice(0, part), pick(['http', 'tcp', 'x', 'server', 'tls', 'rule', 'loadbalancer', 'headers', '0']) ?? 'x', ...parts.slice(part)].join('.'), value];
  },
  (key, value, pick) => {
    const parts = key.split('.');
    const part = pick(parts.map((_, index) => index).slice(1)) ?? 1;
    return [parts.map((text, index) => (index === part ? pick([`${text}s`, text.replace(/s$/, ''), text.toUpperCase(), `${text} `]) ?? text : text)).join('.'), value];
  },
];
