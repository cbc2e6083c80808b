import { optionsAt } from './options.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { middlewareUse } from './spec-middlewares.ts';
import { either, flag, integer, keyed, oneOrMore, text } from './words.ts';

export const tlsOfRoute = either({ title: 'TLS', description: 'Serve over TLS: true, or its options.', example: true },
  { kind: 'flag', title: 'TLS', description: 'Serve over TLS with the default options.', example: true },
  {
    kind: 'object', noun: 'TLS setting', title: 'TLS options', description: 'How TLS is served.', example: { resolver: 'letsencrypt' },
    fields: {
      resolver: text('Resolver', 'The certificate resolver that fetches certificates.', 'letsencrypt'),
      options: text('Options', 'Name of an entry of `tls.options`.', 'modern'),
      domains: { kind: 'list', title: 'Domains', description: 'Names that the certificate is asked for.', example: [{ main: 'a.example.com' }], item: optionsAt('http.routers.*.tls.domains[n]', 'domain') },
      passthrough: flag('Pass through', 'TCP only: hand the encrypted stream on as it is.', false),
    },
  });

export const target = either(
  { title: 'To', description: 'Where requests go: HOST:PORT, a URL, several of them, STACK/SERVICE:PORT of a Compose stack, the name of a service, or weights by name.', example: 'web:8080' },
  text('Address or service', 'HOST:PORT, a URL, STACK/SERVICE:PORT, or the name of a service.', 'web:8080'),
  { kind: 'list', title: 'Addresses', description: 'Replicas of one service.', example: ['web-1:8080', 'web-2:8080'], item: text('Address', 'HOST:PORT or a URL.', 'web-1:8080') },
  keyed('Weights', 'Share of the requests by service name or address.', 'service', integer('Weight', 'Share of the requests.', 10, { least: 0 }), { stable: 90, canary: 10 }),
);

const matchers: Readonly<Record<string, Shape>> = {
  host: oneOrMore(text('Host', 'The host name; `*.example.com` for every name of one more label.', 'shop.example.com')),
  path: oneOrMore(text('Path', '`/a` is exactly that path; `/a*` everything that begins so; `/a/**` that path and everything below it.', '/api/**', { pattern: /^(?:\/|\$\{)/, wanted: 'a path that begins with /' })),
  methods: oneOrMore(text('Method', 'The request method.', 'GET')),
  headers: keyed('Headers', 'Headers that must be there, with their value.', 'header', text('Value', 'The value; `~PATTERN` for a regular expression.', 'application/json'), { 'X-Api': 'v2' }),
  query: keyed('Query', 'Query parameters that must be there, with their value.', 'parameter', text('Value', 'The value; `~PATTERN` for a regular expression.', '1'), { beta: '1' }),
  clientIp: oneOrMore(text('Client address', 'An address or network that the client must have.', '10.0.0.0/8')),
};

export const entryPointsOfRoute = oneOrMore(text('Entry point', 'Name of an entry of `entryPoints`; without it the default ones.', 'web'));
export const priority: Shape = integer('Priority', 'Higher is asked first; without it the length of the rule decides.', 100);

export const route: ObjectShape = {
  kind: 'object', noun: 'route', title: 'Route', description: 'Which requests go where.', example: { host: 'shop.example.com', to: 'web:8080' }, alias: { service: 'to', backend: 'to', url: 'to', middlewares: 'use', certResolver: 'tls', parentRefs: 'parents', ruleSyntax: 'syntax', match: 'rule' }, fields: {
    ...matchers,
    rule: text('Rule', "The condition in Traefik's rule language, instead of host, path and the like.", 'Host(`a.example.com`) && !PathPrefix(`/admin`)'),
    to: target,
    use: middlewareUse,
    entryPoints: entryPointsOfRoute,
    tls: tlsOfRoute,
    priority,
    syntax: text('Syntax', 'Of `rule`.', 'v3', { values: ['v2', 'v3'] }),
    parents: oneOrMore(text('Parent', 'A route that hands requests on to this one: layers of routes, Traefik 3.6 or newer.', 'front')),
    observability: optionsAt('http.routers.*.observability', 'observability setting'),
  },
};
