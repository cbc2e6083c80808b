import { createHash } from 'node:crypto';
import type { Consumer, Gateway, Middleware, Reference, Routing } from '../../ir/index.ts';
import type { OutputFile } from '../../targets/target.ts';
import { middlewaresOf } from './environment.ts';
import { mapMiddlewares } from './map-middlewares.ts';

export interface StandIns {
  readonly routing: Routing;
  readonly files: ReadonlyMap<string, string>;
  readonly logins: (middleware: Middleware) => readonly string[];
}

/**
 * Nobody here knows the passwords, so who may log in could not be asked. Each hash is replaced by that of a made-up
 * password, in the routing and in the text alike: a hash that the text lost or changed is not found there and nobody
 * gets in.
 */
export function withStandIns(routing: Routing, files: ReadonlyMap<string, string>): StandIns {
  const middlewares = [...middlewaresOf(routing)];
  const hashes = [...new Set(middlewares.flatMap(usersOf).map(hashOf))].filter((hash) => hash.length >= 8);
  if (hashes.length === 0) return { routing, files, logins: () => [] };
  const passwords = new Map(hashes.map((hash, index) => [hash, `stand-in ${String(index)}`]));
  const replaced = new Map(middlewares.map((middleware) => [middleware, replace(middleware, passwords)]));
  return { routing: mapMiddlewares(routing, (one) => replaced.get(one) ?? one), files: new Map([...files].map(([path, text]) => [path, replaceIn(text, passwords)])), logins: loginsOf(passwords) };
}

/** Lines that are known here; one that comes from a variable is put in where the gateway starts. */
function usersOf({ spec }: Middleware): readonly string[] {
  return spec.kind === 'basicAuth' ? spec.users.filter((line) => line.includes(':') && !line.includes('${')) : [];
}

/** Logins that a target finds in its files: for nginx those of a variable stand in a file that the operator writes, unless secrets are written too. */
export function loginsIn({ target, files = [] }: { readonly target: string; readonly files?: readonly OutputFile[] }, logins: StandIns['logins']): StandIns['logins'] {
  if (target !== 'nginx' || files.some(({ secret }) => secret === true)) return logins;
  return (middleware) => (isFromVariable(middleware) ? [] : logins(middleware));
}

function isFromVariable({ variables }: Middleware): boolean {
  return [...variables].some(([path, { filled }]) => /^basicAuth\.users(?:\[|$)/.test(path) && filled.length > 0);
}

function hashOf(line: string): string {
  return line.slice(line.indexOf(':') + 1);
}

function sha(password: string): string {
  return `{SHA}${createHash('sha1').update(password).digest('base64')}`;
}

function replace(middleware: Middleware, passwords: ReadonlyMap<string, string>): Middleware {
  const { spec } = middleware;
  if (spec.kind !== 'basicAuth') return middleware;
  const users = spec.users.map((line) => {
    const password = passwords.get(hashOf(line));
    return password === undefined ? line : `${line.slice(0, line.indexOf(':'))}:${sha(password)}`;
  });
  return { ...middleware, spec: { ...spec, users } };
}

function loginsOf(passwords: ReadonlyMap<string, string>): StandIns['logins'] {
  const byHash = new Map([...passwords.values()].map((password) => [sha(password), password]));
  return (middleware) => usersOf(middleware).flatMap((line) => {
    const password = byHash.get(hashOf(line));
    return password === undefined ? [] : [`${line.slice(0, line.indexOf(':'))}:${password}`];
  });
}

/** In one pass, longest first: a hash may be the beginning of another one. */
function replaceIn(text: string, passwords: ReadonlyMap<string, string>): string {
  const literals = [...passwords.keys()].toSorted((a, b) => b.length - a.length).map((hash) => hash.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.replace(new RegExp(literals.join('|'), 'g'), (hash) => sha(passwords.get(hash) ?? ''));
}

/**
 * The same gateway with made-up secrets of its consumers: requests that show who is let in must not hold the real ones, which
 * could be read in a report.
 */
export function withStandInConsumers<T extends { readonly gateway: Gateway; readonly routing: Routing }>(given: T): T {
  const { consumers = [] } = given.routing;
  if (consumers.length === 0) return given;
  let count = 0;
  const made = (reference: Reference): Reference => (reference.value === undefined ? reference : { ...reference, value: `stand-in-${String((count += 1))}` });
  const replaced = consumers.map((consumer): Consumer => ({
    ...consumer,
    keys: consumer.keys.map(made),
    tokens: consumer.tokens.map((issuer) => ('secret' in issuer ? { ...issuer, secret: made(issuer.secret) } : issuer)),
    logins: consumer.logins.map((login) => ({ ...login, password: made(login.password) })),
  }));
  return { ...given, gateway: { ...given.gateway, consumers: replaced }, routing: { ...given.routing, consumers: replaced } };
}
