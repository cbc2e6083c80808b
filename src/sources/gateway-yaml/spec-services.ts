import { optionsAt, withFields, without } from './options.ts';
import type { ObjectShape } from './shape.ts';
import { middlewareUse } from './spec-middlewares.ts';
import { either, flag, integer, keyed, nameOf, oneOrMore, text } from './words.ts';

const endpoint = either({ title: 'Endpoint', description: 'HOST:PORT, a URL, STACK/SERVICE:PORT, or one with options.', example: 'web:8080' },
  text('Address', 'HOST:PORT, a URL or STACK/SERVICE:PORT.', 'web:8080'),
  {
    kind: 'object', noun: 'endpoint', title: 'Endpoint', description: 'An address with options.', example: { url: 'http://web:8080', weight: 2 }, required: ['url'], alias: { address: 'url', host: 'url' },
    fields: { url: text('URL', 'HOST:PORT, a URL or STACK/SERVICE:PORT.', 'http://web:8080'), weight: integer('Weight', 'Share of the requests.', 2, { default: 1, least: 0 }), preservePath: flag('Keep path', 'Put the path of the URL in front of the request path.', false) },
  });

export const weights = keyed('Weights', 'Share of the requests by service name.', 'service', integer('Weight', 'Share of the requests.', 10, { least: 0 }), { stable: 90, canary: 10 });
const loadBalancer = optionsAt('http.services.*.loadBalancer', 'service');

export const service: ObjectShape = withFields({
  kind: 'object', noun: 'service', title: 'Service', description: 'A pool of endpoints, or a way to share requests among services.', example: { endpoints: ['web:8080'] },
  alias: { loadBalancer: 'endpoints', servers: 'endpoints', mirroring: 'mirror', middlewares: 'use' },
  oneOf: ['endpoints', 'weighted', 'highestRandomWeight', 'mirror', 'failover'],
}, () => ({
  endpoints: oneOrMore(endpoint),
  ...without(loadBalancer.fields, ['servers']),
  weighted: weights,
  highestRandomWeight: weights,
  mirror: {
    kind: 'object', noun: 'mirror', title: 'Mirror', description: 'Copies requests to other services; their answers are dropped.', example: { to: 'web', copies: { shadow: 10 } }, required: ['to'],
    fields: { to: nameOf('service'), copies: keyed('Copies', 'Percent of the requests by service name.', 'service', integer('Percent', 'Percent of the requests.', 10, { least: 0, most: 100 }), { shadow: 10 }), mirrorBody: flag('Body', 'Copy the body too.', true), maxBodySize: integer('Largest body', 'Larger requests are not copied; bytes, -1 for no limit.', 1_048_576, { default: -1 }) },
  },
  failover: {
    kind: 'object', noun: 'failover', title: 'Failover', description: 'Uses the second service while the first is down.', example: { to: 'web', fallback: 'sorry' }, required: ['to', 'fallback'],
    fields: { to: nameOf('service'), fallback: nameOf('service'), errors: optionsAt('http.services.*.failover.errors', 'error setting') },
  },
  use: middlewareUse,
}));
