import { optionNames, optionsAt } from './options.ts';
import { limitText, secretReference } from './spec-consumers.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { either, integer, nameOf, oneOrMore, text } from './words.ts';
import { once } from '../../text/index.ts';

/** The options of a kind, and the short form that stands for its main option. */
const SHORT: Readonly<Record<string, Shape>> = {
  apiKey: oneOrMore(text('Name', 'Header that holds the key.', 'X-Api-Key')),
  addPrefix: text('Prefix', 'The path to put in front.', '/v1'),
  basicAuth: { kind: 'list', title: 'Users', description: 'Lines `name:hash` as htpasswd writes them; `$` is written `$$`.', example: ['ann:$$apr1$$abcdefgh$$abcdefghijklmnopqrstuv'], item: text('User', 'A line `name:hash` as htpasswd writes it; `$` is written `$$`.', 'ann:$$apr1$$abcdefgh$$abcdefghijklmnopqrstuv') },
  chain: { kind: 'list', title: 'Middlewares', description: 'Names, in order.', example: ['auth', 'strip'], item: nameOf('middleware') },
  circuitBreaker: text('Expression', 'When to open.', 'NetworkErrorRatio() > 0.30'),
  compress: { kind: 'flag', title: 'Compress', description: 'Compress answers.', example: true, onlyTrue: true },
  consumerLimit: limitText,
  contentType: { kind: 'flag', title: 'Detect', description: 'Detect the content type of answers that have none.', example: true, onlyTrue: true },
  digestAuth: { kind: 'list', title: 'Users', description: 'Lines `name:realm:hash`.', example: ['ann:traefik:0123'], item: text('User', 'A line `name:realm:hash`.', 'ann:traefik:0123') },
  forwardAuth: text('Address', 'The URL that is asked for each request.', 'http://auth:9091/verify'),
  groups: oneOrMore(text('Group', 'Consumers of this group may come in.', 'gold')),
  inFlightReq: integer('Amount', 'Requests at a time.', 10),
  ipAllowList: { kind: 'list', title: 'Networks', description: 'Addresses and networks that may come in.', example: ['10.0.0.0/8'], item: text('Network', 'An address or network.', '10.0.0.0/8') },
  jwt: { kind: 'flag', title: 'Token', description: 'Ask for a token whose `iss` names the issuer and that has not expired.', example: true, onlyTrue: true },
  login: { kind: 'flag', title: 'Login', description: "Ask for a consumer's name and password.", example: true, onlyTrue: true },
  rateLimit: integer('Average', 'Requests per second; bursts of as many.', 100),
  redirectScheme: text('Scheme', 'The scheme to redirect to.', 'https', { values: ['http', 'https'] }),
  replacePath: text('Path', 'The path to send instead.', '/index.html'),
  retry: integer('Attempts', 'How often to try in all.', 3),
  stripPrefix: oneOrMore(text('Prefix', 'The path to cut off.', '/api')),
  stripPrefixRegex: oneOrMore(text('Pattern', 'The pattern to cut off.', '/v[0-9]+')),
};

/** The main option of a kind: what its short form sets. */
export const MAIN_OPTION: Readonly<Record<string, string>> = {
  addPrefix: 'prefix', apiKey: 'names', groups: 'allow', basicAuth: 'users', chain: 'middlewares', circuitBreaker: 'expression', digestAuth: 'users', forwardAuth: 'address', inFlightReq: 'amount',
  ipAllowList: 'sourceRange', rateLimit: 'average', redirectScheme: 'scheme', replacePath: 'path', retry: 'attempts', stripPrefix: 'prefixes', stripPrefixRegex: 'regex',
};

/** Options that hold a secret may name where it comes from. */
const secret = (shape: Shape): Shape => either(shape, ...(shape.kind === 'choice' ? shape.options : [shape]), secretReference('ADMIN_USERS', '/run/secrets/users'));

/** What our own kinds cannot do without; Traefik's are judged by the engine's rules. */
function complete(kind: string, options: ObjectShape): ObjectShape {
  if (kind === 'groups') return { ...options, required: ['allow'] };
  const { amount } = options.fields;
  return kind === 'consumerLimit' && amount?.kind === 'integer' ? { ...options, required: ['amount'], fields: { ...options.fields, amount: { ...amount, least: 1 } } } : options;
}

function middlewareFields(path: string): Readonly<Record<string, Shape>> {
  return Object.fromEntries(optionNames(path).map((kind): [string, Shape] => {
    if (kind === 'plugin') return [kind, { kind: 'any', title: 'Plugin', description: 'A Traefik plugin by name, with its options.', example: { 'geo-block': { allow: ['DE', 'AT'] } } }];
    const options = complete(kind, optionsAt(`${path}.${kind}`, kind));
    const withSecrets = options.fields['users'] === undefined ? options : { ...options, fields: { ...options.fields, users: secret(options.fields['users']) } };
    const short = path.startsWith('http.') ? SHORT[kind] : { ipAllowList: SHORT['ipAllowList'], inFlightConn: SHORT['inFlightReq'] }[kind];
    return [kind, short === undefined ? withSecrets : either({ ...withSecrets, ...(short.example === undefined ? {} : { example: short.example }) }, short, withSecrets)];
  }));
}

/** Its options are made when somebody looks: most commands read no gateway.yaml. */
function middleware(path: string): ObjectShape {
  const fields = once(() => middlewareFields(path));
  return {
    kind: 'object', noun: 'middleware', title: 'Middleware', description: 'One change on the way: exactly one kind.', example: { stripPrefix: '/api' },
    get fields() {
      return fields();
    },
    get oneOf() {
      return Object.keys(fields());
    },
  };
}

export const httpMiddleware = middleware('http.middlewares.*');
export const tcpMiddleware = middleware('tcp.middlewares.*');
export const middlewareUse = oneOrMore(either({ title: 'Middleware', description: 'The name of a middleware, or one written in place.', example: 'auth' }, nameOf('middleware'), httpMiddleware));
