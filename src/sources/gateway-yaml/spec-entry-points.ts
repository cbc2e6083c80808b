import { optionsAt, withFields, without } from './options.ts';
import type { ObjectShape } from './shape.ts';
import { nameOf, either, flag, integer, oneOrMore, text } from './words.ts';
import { tlsOfRoute } from './spec-routes.ts';

const PORT = /^(?:(?:\[[0-9A-Fa-f:.]+\]|[^:/\s]*):)?(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])(?:\/(?:tcp|udp))?$/;
const address = text('Address', 'The port, or HOST:PORT, to listen on.', '127.0.0.1:8080', { pattern: PORT, wanted: 'a port up to 65535 or HOST:PORT' });

const redirect = either({ title: 'Redirect', description: 'Redirect everything to another entry point.', example: 'websecure' },
  text('Entry point', 'Name of the entry point to redirect to.', 'websecure'),
  { kind: 'object', noun: 'redirection', title: 'Redirection', description: 'Where to, and how.', example: { to: 'websecure' }, required: ['to'], fields: { to: text('To', 'An entry point, or a port as `:443`.', 'websecure'), scheme: text('Scheme', 'The scheme of the new URL.', 'https', { default: 'https' }), permanent: flag('Permanent', 'Answer 301 and 308 instead of 302 and 307.', true), priority: integer('Priority', 'Of the redirection among the routers.', 10) } });

const trust = either({ title: 'Trust', description: 'Peers whose X-Forwarded-* headers are believed; true for all.', example: ['10.0.0.0/8'] }, flag('All', 'Believe everybody.'), oneOrMore(text('Network', 'An address or network.', '10.0.0.0/8')));

/** Options of an entry point that have a word of their own here. */
const OWN_ENTRY_POINT = ['address', 'asDefault', 'forwardedHeaders', 'http'];
const entryPointOptions = optionsAt('entryPoints.*', 'entry point', 'static');
/** Options of an entry point that the engine keeps below `http`. */
const httpOptions = optionsAt('entryPoints.*.http', 'entry point', 'static');
const belowHttp = (): ObjectShape['fields'] => without(httpOptions.fields, ['middlewares', 'redirections', 'tls']);

/** Whether the engine keeps an option of an entry point below `http`. */
export function isBelowHttp(name: string): boolean {
  return Object.hasOwn(belowHttp(), name);
}

export const entryPoint = either({ title: 'Entry point', description: 'A port to listen on, or one with options.', example: 80 }, address, withFields({
  kind: 'object', noun: 'entry point', title: 'Entry point', description: 'A port with options.', example: { address: ':443', tls: true }, required: ['address'], alias: { asDefault: 'default', http: 'use', port: 'address', redirections: 'redirect', middlewares: 'use' },
}, () => ({
  address,
  default: flag('Default', 'Routes without entry points use it.', false),
  redirect,
  tls: tlsOfRoute,
  trust,
  use: oneOrMore(nameOf('middleware')),
  ...belowHttp(),
  ...without(entryPointOptions.fields, OWN_ENTRY_POINT),
  forwardedHeaders: optionsAt('entryPoints.*.forwardedHeaders', 'setting', 'static'),
})));
