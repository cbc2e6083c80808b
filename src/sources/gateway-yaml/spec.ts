import { optionsAt } from './options.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { consumer } from './spec-consumers.ts';
import { entryPoint } from './spec-entry-points.ts';
import { httpMiddleware, tcpMiddleware } from './spec-middlewares.ts';
import { route } from './spec-routes.ts';
import { service } from './spec-services.ts';
import { routeTest } from './spec-tests.ts';
import { tcpRoute, tcpService, udpRoute, udpService } from './spec-streams.ts';
import { named, oneOrMore, text } from './words.ts';

const certificate: ObjectShape = { kind: 'object', noun: 'certificate', title: 'Certificate', description: 'A certificate and its key.', example: { cert: 'certs/a.pem', key: 'certs/a.key' }, required: ['cert', 'key'], fields: { cert: text('Certificate', 'Path of the PEM file.', 'certs/a.pem'), key: text('Key', 'Path of the key file.', 'certs/a.key'), stores: oneOrMore(text('Store', 'Name of a store.', 'default')) } };

/** Settings by target. */
const target = (name: string): Shape => ({ kind: 'any', title: name, description: `Settings of the target ${name}, as in gateway.config.yaml.`, example: {} });
const targets: ObjectShape = {
  kind: 'object', noun: 'set of targets', title: 'Targets', description: 'Settings by target name, as in gateway.config.yaml.', example: { nginx: { resolver: '127.0.0.11' } },
  fields: Object.fromEntries(['traefik', 'traefik-labels', 'traefik-kv', 'nginx', 'kong'].map((name) => [name, target(name)])),
};

/** The shape of a whole file. */
export const SPEC: ObjectShape = {
  kind: 'object', noun: 'gateway', title: 'gateway.yaml', description: 'A gateway: where it listens, which requests go where, and what happens on the way.',
  example: { entryPoints: { web: 80 }, routes: { shop: { host: 'shop.example.com', to: 'web:8080' } } },
  alias: { http: 'routes', routers: 'routes', certificatesResolvers: 'resolvers', serversTransports: 'transports', entrypoints: 'entryPoints', upstreams: 'services', plugins: 'middlewares' },
  fields: {
    name: text('Name', 'Name of the gateway; without it the folder.', 'shop'),
    include: oneOrMore(text('Include', 'Files whose content is read first, relative to this one.', 'auth.yaml')),
    entryPoints: named('Entry points', 'Where the gateway listens.', 'entry point', entryPoint, { web: 80, websecure: { address: 443, tls: true } }),
    routes: named('Routes', 'HTTP routes by name.', 'route', route, { shop: { host: 'shop.example.com', to: 'web:8080' } }),
    middlewares: named('Middlewares', 'Changes on the way, by name.', 'middleware', httpMiddleware, { strip: { stripPrefix: '/api' } }),
    services: named('Services', 'Pools of endpoints, by name.', 'service', service, { web: { endpoints: ['web:8080'] } }),
    consumers: named('Consumers', 'Who may call where a route asks for it (`apiKey`, `jwt`, `login`), by name. Kong alone can be told.', 'consumer', consumer, { mobile: { keys: { env: 'MOBILE_KEY' }, groups: 'gold', limit: '100/minute' } }),
    transports: named('Transports', 'How endpoints are spoken to, by name.', 'transport', optionsAt('http.serversTransports.*', 'transport'), { internal: { insecureSkipVerify: true } }),
    tcp: { kind: 'object', noun: 'TCP section', title: 'TCP', description: 'TCP routes, services and middlewares.', example: { routes: { db: { sni: '*', to: 'db:5432', entryPoints: 'postgres' } } }, fields: { routes: named('TCP routes', 'TCP routes by name.', 'TCP route', tcpRoute, { db: { sni: '*', to: 'db:5432' } }), services: named('TCP services', 'TCP services by name.', 'TCP service', tcpService, { db: { endpoints: ['db:5432'] } }), middlewares: named('TCP middlewares', 'TCP middlewares by name.', 'middleware', tcpMiddleware, { office: { ipAllowList: ['10.0.0.0/8'] } }), transports: named('TCP transports', 'TCP transports by name.', 'transport', optionsAt('tcp.serversTransports.*', 'transport'), { slow: { dialTimeout: '30s' } }) } },
    udp: { kind: 'object', noun: 'UDP section', title: 'UDP', description: 'UDP routes and services.', example: { routes: { dns: { entryPoints: 'dns', to: 'dns:53' } } }, fields: { routes: named('UDP routes', 'UDP routes by name.', 'UDP route', udpRoute, { dns: { entryPoints: 'dns', to: 'dns:53' } }), services: named('UDP services', 'UDP services by name.', 'UDP service', udpService, { dns: { endpoints: ['dns:53'] } }) } },
    tls: { kind: 'object', noun: 'TLS section', title: 'TLS', description: 'Certificates, TLS options and stores.', example: { certificates: [{ cert: 'a.pem', key: 'a.key' }] }, fields: { certificates: { kind: 'list', title: 'Certificates', description: 'Certificates by file.', example: [{ cert: 'a.pem', key: 'a.key' }], item: certificate }, options: named('TLS options', 'Sets of TLS options, by name; `default` holds for all.', 'TLS options', optionsAt('tls.options.*', 'set of TLS options'), { modern: { minVersion: 'VersionTLS13' } }), stores: named('Stores', 'Certificate stores, by name; `default` holds for all.', 'store', optionsAt('tls.stores.*', 'store'), { default: {} }) } },
    resolvers: named('Certificate resolvers', 'Certificate resolvers of Traefik, by name.', 'resolver', { kind: 'any', title: 'Resolver', description: "A resolver's options as Traefik has them.", example: { acme: { email: 'ops@example.com', storage: 'acme.json', tlsChallenge: {} } } }, { letsencrypt: { acme: { email: 'ops@example.com', storage: 'acme.json', tlsChallenge: {} } } }),
    static: { kind: 'any', title: 'Static options', description: "Other static options of Traefik, carried to its static file as they are.", example: { log: { level: 'INFO' } } },
    targets,
    tests: { kind: 'list', title: 'Tests', description: 'Requests and the route or status that each must get.', example: ['GET http://shop.example.com/ -> shop'], item: routeTest },
  },
};
