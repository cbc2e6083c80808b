import { widerTable } from '../../traefik-config/keys.ts';
import type { KeyObject } from '../../traefik-config/keys.ts';

type Row = Parameters<typeof widerTable>[2][number];

const at = (path: string, type: string, more: Partial<Row> = {}): Row => ({ path: `http.middlewares.*.${path}`, type, in: 'F', ...more });

/** Middlewares that ask about consumers: words of gateway.yaml, which Traefik does not have. */
const ROWS: readonly Row[] = [
  at('apiKey', 'object', { emptyOk: 'F' }),
  at('apiKey.names', 'list<string>', { default: ['apikey'] }),
  at('apiKey.in', 'list<string>', { default: ['header'], enum: ['header', 'query'] }),
  at('apiKey.keep', 'bool', { default: false }),
  at('consumerLimit', 'object'),
  at('consumerLimit.amount', 'int'),
  at('consumerLimit.window', 'string', { default: 'second', enum: ['second', 'minute', 'hour', 'day', 'month', 'year'] }),
  at('groups', 'object'),
  at('groups.allow', 'list<string>'),
  at('jwt', 'object', { emptyOk: 'F' }),
  at('jwt.claim', 'string', { default: 'iss' }),
  at('jwt.verify', 'list<string>', { default: ['exp'], enum: ['exp', 'nbf'] }),
  at('login', 'object', { emptyOk: 'F' }),
  at('login.realm', 'string', { default: 'service' }),
  at('login.keep', 'bool', { default: false }),
];

/** What a gateway.yaml may say below its sections: the options of Traefik 3.7 and our own. */
export function specTable(): KeyObject {
  return widerTable('3.7', 'gateway.yaml', ROWS);
}
