import type { EntryPoint, Redirection, RouterTls, RuleSyntax } from '../../ir/index.ts';
import type { EngineVersion } from '../../rule-lang/index.ts';
import { encodedCharacters } from './middleware.ts';
import { HERE, refOf } from './refs.ts';
import type { Node } from './tree.ts';

const MAX_INT = 9_223_372_036_854_775_807n;

export interface StaticFile {
  readonly entryPoints: readonly EntryPoint[];
  /** Where a router without entry points listens. */
  readonly defaults: readonly string[];
  readonly syntax: RuleSyntax;
  readonly version: EngineVersion;
  readonly root: Node;
}

/** The static file; the entry point of Traefik's own services is added where it is used and not declared. */
export function readStatic(root: Node, version: EngineVersion): StaticFile {
  const points = root.child('entryPoints');
  const written = points.keys.map((name) => entryPoint(name, points.child(name)));
  const own = root.child('api').flag('insecure') || root.has('ping') || root.child('metrics').has('prometheus');
  const entryPoints = own && !points.has('traefik') ? [...written, { ...entryPoint('traefik', root.child('')), port: 8080 }] : written;
  const tcp = entryPoints.filter(({ udp }) => !udp);
  const flagged = tcp.filter(({ asDefault }) => asDefault);
  const defaults = (flagged.length > 0 ? flagged : tcp.filter(({ name }) => name !== 'traefik')).map(({ name }) => name);
  return { entryPoints, defaults, version, syntax: version === '2.11' || root.child('core').text('defaultRuleSyntax') === 'v2' ? 'v2' : 'v3', root };
}

function entryPoint(name: string, node: Node): EntryPoint {
  const match = /^(.*?):(\d+)(\/udp)?(?:\/tcp)?$/.exec(node.text('address'));
  const http = node.child('http');
  const forwarded = node.child('forwardedHeaders');
  return {
    name, origin: HERE, host: (match?.[1] ?? '').replace(/^\[(.*)\]$/, '$1'), port: Number(match?.[2] ?? 0), udp: match?.[3] !== undefined, asDefault: node.flag('asDefault'),
    middlewares: http.list('middlewares').map((value) => ({ value, origin: HERE })),
    ...(http.has('tls') ? { tls: readTls(http.child('tls')) } : {}),
    ...redirection(http.child('redirections').child('entryPoint')),
    forwardedHeaders: { insecure: forwarded.flag('insecure'), trustedIPs: forwarded.list('trustedIPs'), connection: forwarded.list('connection'), notAppendXForwardedFor: forwarded.flag('notAppendXForwardedFor') },
    ...(http.has('encodedCharacters') ? { encodedCharacters: encodedCharacters(http.child('encodedCharacters'), true) } : {}),
    sanitizePath: http.flag('sanitizePath', true), encodeQuerySemicolons: http.flag('encodeQuerySemicolons'), raw: { allowACMEByPass: node.flag('allowACMEByPass') },
  };
}

function redirection(node: Node): { readonly redirection?: Redirection } {
  if (node.text('to') === '') return {};
  return { redirection: { to: node.text('to'), scheme: node.text('scheme', 'https'), permanent: node.flag('permanent', true), priority: node.whole('priority') ?? MAX_INT - 1n, origin: HERE } };
}

export function readTls(node: Node): RouterTls {
  const options = node.text('options');
  return {
    ...(options === '' || options === 'default' ? {} : { options: { value: refOf('tlsOptions', options), origin: HERE } }),
    ...(node.text('certResolver') === '' ? {} : { resolver: { value: node.text('certResolver'), origin: HERE } }),
    domains: node.items('domains').map((domain) => ({ main: domain.text('main'), sans: domain.list('sans') })), passthrough: node.flag('passthrough'), origin: HERE,
  };
}
