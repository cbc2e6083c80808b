import { optionsAt, withFields, without } from './options.ts';
import type { ObjectShape } from './shape.ts';
import { tcpMiddleware } from './spec-middlewares.ts';
import { entryPointsOfRoute, priority, target, tlsOfRoute } from './spec-routes.ts';
import { weights } from './spec-services.ts';
import { either, flag, nameOf, oneOrMore, text } from './words.ts';

const tcpTarget = either({ title: 'To', description: 'HOST:PORT, several of them, the name of a service, or weights by name.', example: 'db:5432' }, ...target.options);
export const tcpRoute: ObjectShape = {
  kind: 'object', noun: 'TCP route', title: 'TCP route', description: 'Which connections go where.', example: { sni: 'db.example.com', to: 'db:5432', entryPoints: 'postgres' }, required: ['to'],
  fields: {
    sni: oneOrMore(text('Server name', 'The TLS server name; `*` for every connection.', 'db.example.com')),
    clientIp: oneOrMore(text('Client address', 'An address or network that the client must have.', '10.0.0.0/8')),
    alpn: oneOrMore(text('ALPN', 'A protocol that the client offers.', 'h2')),
    rule: text('Rule', "The condition in Traefik's rule language.", 'HostSNI(`db.example.com`)'),
    to: tcpTarget,
    use: oneOrMore(either({ title: 'Middleware', description: 'The name of a TCP middleware, or one written in place.', example: 'office' }, nameOf('middleware'), tcpMiddleware)),
    entryPoints: entryPointsOfRoute, tls: tlsOfRoute, priority,
    syntax: text('Syntax', 'Of `rule`.', 'v3', { values: ['v2', 'v3'] }),
  },
};
const tcpBalancing = optionsAt('tcp.services.*.loadBalancer', 'TCP service');
export const tcpService: ObjectShape = withFields({ kind: 'object', noun: 'TCP service', title: 'TCP service', description: 'A pool of endpoints, or weights by name.', example: { endpoints: ['db:5432'] }, oneOf: ['endpoints', 'weighted'] }, () => ({ endpoints: oneOrMore(either({ title: 'Endpoint', description: 'HOST:PORT, or one with options.', example: 'db:5432' }, text('Address', 'HOST:PORT or STACK/SERVICE:PORT.', 'db:5432'), { kind: 'object', noun: 'endpoint', title: 'Endpoint', description: 'An address with options.', example: { address: 'db:5432', tls: true }, required: ['address'], fields: { address: text('Address', 'HOST:PORT.', 'db:5432'), tls: flag('TLS', 'Speak TLS to it.', false) } })), ...without(tcpBalancing.fields, ['servers']), weighted: weights }));
export const udpRoute: ObjectShape = { kind: 'object', noun: 'UDP route', title: 'UDP route', description: 'Where the packets of an entry point go.', example: { entryPoints: 'dns', to: 'dns:53' }, required: ['to'], fields: { to: tcpTarget, entryPoints: entryPointsOfRoute } };
export const udpService: ObjectShape = { kind: 'object', noun: 'UDP service', title: 'UDP service', description: 'A pool of endpoints, or weights by name.', example: { endpoints: ['dns:53'] }, oneOf: ['endpoints', 'weighted'], fields: { endpoints: oneOrMore(text('Address', 'HOST:PORT or STACK/SERVICE:PORT.', 'dns:53')), weighted: weights } };
