import { KEY_ALGORITHMS, SECRET_ALGORITHMS } from '../../ir/index.ts';
import type { ObjectShape, TextShape } from './shape.ts';
import { oneOrMore, text } from './words.ts';

/** Where a value comes from that must not stand in the file. */
export function secretReference(env: string, file: string, more: Partial<ObjectShape> = {}): ObjectShape {
  return {
    kind: 'object', noun: 'secret', title: 'Secret', description: 'Where the value comes from when the gateway starts; it is never written into files.', example: { env }, oneOf: ['env', 'file'], wanted: '{ env: NAME } or { file: PATH }',
    fields: { env: text('Variable', 'Name of an environment variable.', env), file: text('File', 'Path of a file on the gateway host.', file) },
    ...more,
  };
}

/** Kong takes no references here, so the value is read when its files are written. */
const credential = (title: string, env: string): ObjectShape => secretReference(env, 'secrets/key', {
  title, description: `Where the ${title.toLowerCase()} comes from; it is read when files are written, and written only with --inline-secrets.`,
  fields: { env: text('Variable', 'Name of a variable: from .env, --env-file, --var, or the environment with --env-from process.', env), file: text('File', 'Path of a file, from the folder of this one; one line break at its end is not part of the value.', 'secrets/key') },
});
const publicKey: ObjectShape = { ...credential('Public key', 'PARTNER_PUBLIC_KEY'), description: 'Where the public key comes from, as PEM. It is no secret.', example: { file: 'keys/partner.pem' } };

/** `100/minute`. */
export const limitText: TextShape = text('Limit', 'Requests in each window: 100/minute. Windows are second, minute, hour, day, month and year.', '100/minute', { pattern: /^[1-9]\d{0,11}\/(?:second|minute|hour|day|month|year)$/, wanted: 'a limit such as 100/minute' });

const token: ObjectShape = {
  kind: 'object', noun: 'token', title: 'Token', description: 'An issuer of tokens, and what its signature is checked with.', example: { issuer: 'https://login.example.com', secret: { env: 'TOKEN_SECRET' } }, required: ['issuer'], oneOf: ['secret', 'publicKey'], alias: { key: 'publicKey', iss: 'issuer', alg: 'algorithm' },
  fields: {
    issuer: text('Issuer', 'The value of the claim that names the issuer.', 'https://login.example.com'),
    algorithm: text('Algorithm', 'How tokens are signed: HS256 with a secret, RS256 with a public key, unless it is said.', 'RS256', { values: [...SECRET_ALGORITHMS, ...KEY_ALGORITHMS] }),
    secret: credential('Secret', 'TOKEN_SECRET'),
    publicKey,
  },
};
const login: ObjectShape = { kind: 'object', noun: 'login', title: 'Login', description: 'A name and its password.', example: { user: 'ann', password: { env: 'ANN_PASSWORD' } }, required: ['user', 'password'], fields: { user: text('User', 'The name that is sent.', 'ann'), password: credential('Password', 'ANN_PASSWORD') } };

export const consumer: ObjectShape = {
  kind: 'object', noun: 'consumer', title: 'Consumer', description: 'Somebody who calls: what they prove it with, and what holds for them.', example: { keys: { env: 'MOBILE_KEY' } },
  alias: { username: 'id', custom_id: 'id', customId: 'id', key: 'keys', apiKeys: 'keys', jwt: 'tokens', token: 'tokens', login: 'logins', acls: 'groups', group: 'groups', rateLimit: 'limit' },
  fields: {
    id: text('Id', 'The name that services know them by; it is sent as X-Consumer-Custom-ID.', 'c-1042', { pattern: /^[!-~]+$/, wanted: 'letters, digits and signs without blanks' }),
    groups: oneOrMore(text('Group', 'A group that `groups` lets in.', 'gold')),
    keys: oneOrMore(credential('Key', 'MOBILE_KEY')),
    tokens: oneOrMore(token),
    logins: oneOrMore(login),
    limit: { ...limitText, description: `${limitText.description} It counts over all routes that ask who calls, instead of their own consumerLimit.` },
  },
};
