import type { ResolvedService } from '../ir/index.ts';
import { encodeUtf8 } from '../rule-lang/index.ts';
import { endpointUrl } from '../runtime/service/proxy.ts';
import { stickyValue } from '../runtime/service/sticky.ts';
import { PASSED_FIELDS } from '../runtime/compare.ts';
import { bodies } from './chain.ts';
import { stemOf, type Draft } from './draft.ts';

/** Names of a gateway that the request of another one is sent to. */
const OTHER_HOSTS = 3;
/** What stands behind the path of a request: for each way in which engines treat what they read one text. */
const BRIEF = ['a%2Fb', 'a%2fb', 'a%20b/', '%41', 'a//b', 'a/.', '.'] as const;
/** Paths that are written anew, with queries that must come through it. */
const WITH_QUERY = [['a//b', 'x=//'], ['a%20b', 'x=1;y=2;;z'], ['a%2Fb', 'x=1']] as const;
const MORE = ['a..', 'a|b', 'a\\b', '../a', "a:b@c,d=e&f*$", 'a%40b', 'a%3Bb', 'a%5Cb', 'a%25b', 'a%3Fb', 'a%23b', 'a%00b', 'a%', 'a%252Fb', 'x!y', '%C3%A9'] as const;
const QUERIES = ['b;;c', 'x=1;y', 'x=//', 'a=%2F%2f', 'a?b', 'x=1', 'x={y}', 'x#y'] as const;

/** The same request with paths and queries that proxies read, clean and write anew each in its own way. */
export function pathForms(base: Draft): readonly Draft[] {
  const sibling = base.path.replace(/[^/]*$/, 'a%2Fb');
  return [
    ...[...BRIEF.map((text) => below(base, text)), { ...base, path: sibling }, below(base, 'a?')],
    ...WITH_QUERY.map(([text, query]) => ({ ...below(base, text), query })),
    ...QUERIES.slice(0, 2).map((query) => ({ ...base, query })),
  ];
}

/** All forms that a request for a route can have, once for each of what reads them before a route is chosen. */
export function allForms(base: Draft, hosts: readonly string[]): readonly Draft[] {
  const { host, path } = base;
  const absolute = [host, ...hosts].slice(0, OTHER_HOSTS).map((name) => `http://${name}${path}`);
  return [
    ...pathForms(base),
    ...MORE.map((text) => below(base, text)),
    ...QUERIES.slice(2).map((query) => ({ ...base, query })),
    ...[`${host}:80`, `${host}:443`, `${host}:`, `${host}@x`, encodeUtf8(`ö${host}`)].map((name) => ({ ...base, host: name })),
    ...[...absolute, `/${path}`, `${path}#x`].map((target) => ({ ...base, path: target })),
    ...['POST', 'HEAD', 'OPTIONS'].map((method) => ({ ...base, method })),
    ...bodies(undefined, base),
    ...REQUEST_FIELDS.map((field) => ({ ...base, headers: [...base.headers, field] })),
    { ...base, headers: [...base.headers, ...TOLD] },
  ];
}

/** What only a proxy in front may say: of strangers it is taken out. */
const TOLD = PASSED_FIELDS.map((name) => [name, '/told'] as const);

/** What a proxy sets, joins or takes out itself. */
const REQUEST_FIELDS = [['X-Forwarded-For', '192.0.2.7'], ['X-Forwarded-Proto', 'https'], ['X-Forwarded-Proto', 'wss'], ['X-Forwarded-Host', 'spoofed.invalid'], ['X-Forwarded-Port', '8443'], ['X-Real-Ip', '192.0.2.7'], ['Accept-Encoding', 'gzip']] as const;

function below(base: Draft, text: string): Draft {
  return { ...base, path: `${stemOf(base.path)}/${text}` };
}

/** The request for a name that others answer to: who should not take it must not. */
export function forOthers(base: Draft, hosts: readonly string[]): readonly Draft[] {
  const at = hosts.indexOf(base.host);
  const others = [...hosts.slice(at + 1), ...hosts.slice(0, Math.max(0, at))];
  return others.slice(0, OTHER_HOSTS).map((host) => ({ ...base, host }));
}

/** The same with other methods: who answers some of them must not answer all. */
export function otherMethods(base: Draft): readonly Draft[] {
  return ['POST', 'PUT'].filter((method) => method !== base.method).map((method) => ({ ...base, method }));
}

/** What a peer may say of the client where it is believed. */
export function believed(base: Draft, peer: string): readonly Draft[] {
  return [...REQUEST_FIELDS, ['X-Forwarded-Prefix', '/told'] as const].map((field) => ({ ...base, clientIp: peer, headers: [...base.headers, field] }));
}

/** The path of a rule, spelled as a client may that means it, or does not. */
export function spelled(base: Draft): readonly Draft[] {
  const { path } = base;
  const last = path.charCodeAt(path.length - 1).toString(16).toUpperCase();
  const texts = [...(/[A-Za-z0-9]$/.test(path) ? [`${path.slice(0, -1)}%${last}`] : []), `${path}%2F`, path.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()), path.replaceAll('%', '%25'), path.replace(/%([89A-F][0-9A-F])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), path.replace(/(?<=.)\//g, '%2F'), path.replace(/[;:@=,&+$]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)];
  return [...new Set(texts)].filter((text) => text !== path).map((text) => ({ ...base, path: text }));
}

/** A client that comes back to the member that it was given before. Where there are several other services decisions name all of them. */
export function kept({ service: { spec }, members }: ResolvedService, base: Draft): readonly Draft[] {
  const cookie = spec.kind === 'loadBalancer' || spec.kind === 'weighted' ? spec.sticky?.name : undefined;
  const names = spec.kind === 'loadBalancer' ? spec.endpoints.slice(0, 2).map(endpointUrl) : spec.kind === 'weighted' && spec.services.length === 1 ? spec.services.map(({ service }) => service.name) : [];
  const own = cookie === undefined ? [] : names.map((name) => ({ ...base, headers: [...base.headers, ['Cookie', `${cookie}=${stickyValue(name)}`] as const] }));
  return [...own, ...members.flatMap((member) => kept(member, base))];
}
