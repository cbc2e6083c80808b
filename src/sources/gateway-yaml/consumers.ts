import { KEY_ALGORITHMS, SECRET_ALGORITHMS } from '../../ir/index.ts';
import type { Consumer, ConsumerLimit, Reference, TokenIssuer } from '../../ir/index.ts';
import type { OriginId, Origins } from '../../text/index.ts';
import type { SourceHost } from '../source.ts';
import type { Lookup } from '../variables/index.ts';
import { mistake } from './check.ts';
import type { Checking } from './check.ts';
import { besideFile } from './files.ts';
import { entriesOf, itemsOf, plainText, valueAt } from './node.ts';
import type { SpecEntry, SpecMapping, SpecNode } from './node.ts';

export interface ConsumerReading {
  readonly checking: Checking;
  readonly origins: Origins;
  readonly lookup: Lookup;
  readonly readFile: SourceHost['readFile'];
  /** The first file: paths are as seen from its folder where nothing else is known. */
  readonly path: string;
}

/** `consumers:`; what two of them cannot share is said at both. */
export function consumersOf(spec: SpecMapping, reading: ConsumerReading): readonly Consumer[] {
  const consumers = entriesOf(valueAt(spec, 'consumers')).map((one) => consumerOf(one, reading));
  const claims = new Map<string, OriginId>();
  for (const consumer of consumers) for (const claim of claimsOf(consumer)) claimed(claim, consumer, claims, reading.checking);
  return consumers;
}

interface Claim {
  readonly what: string;
  readonly value: string;
  readonly origin: OriginId;
}

/** What no two may have. Keys are compared by the engine's reader alone: their values are no matter of messages. */
function claimsOf({ id, tokens, logins, origin }: Consumer): readonly Claim[] {
  return [...(id === '' ? [] : [{ what: 'id', value: id, origin }]), ...tokens.map(({ name }) => ({ what: 'issuer', ...name })), ...logins.map(({ user }) => ({ what: 'user', ...user }))];
}

function claimed({ what, value, origin }: Claim, consumer: Consumer, claims: Map<string, OriginId>, checking: Checking): void {
  const taken = claims.get(`${what} ${value}`);
  if (taken === undefined) claims.set(`${what} ${value}`, origin);
  else mistake(checking, origin, `consumers.${consumer.name}`, `the ${what} "${value}" belongs to one consumer only`, { related: [{ origin: taken, label: 'the other one' }] });
}

function consumerOf({ key: name, origin, value }: SpecEntry, reading: ConsumerReading): Consumer {
  const limit = valueAt(value, 'limit');
  return {
    name,
    id: plainText(valueAt(value, 'id')),
    groups: itemsOf(valueAt(value, 'groups')).map(plainText),
    keys: itemsOf(valueAt(value, 'keys')).map((node) => referenceOf(node, reading)),
    tokens: itemsOf(valueAt(value, 'tokens')).flatMap((node) => tokenOf(node, name, reading)),
    logins: itemsOf(valueAt(value, 'logins')).map((node) => ({ user: sourced(node, 'user'), password: referenceOf(valueAt(node, 'password') ?? node, reading) })),
    ...(limit === undefined ? {} : { limit: limitOf(plainText(limit)) }),
    origin,
    symbol: `${reading.checking.symbol} consumers.${name}`,
  };
}

function sourced(node: SpecNode, key: string): { readonly value: string; readonly origin: OriginId } {
  const found = valueAt(node, key);
  return { value: plainText(found), origin: found?.origin ?? node.origin };
}

/** The algorithm decides which of the two keys there must be. */
function tokenOf(node: SpecNode, owner: string, reading: ConsumerReading): readonly TokenIssuer[] {
  const secret = valueAt(node, 'secret');
  const key = secret ?? valueAt(node, 'publicKey') ?? node;
  const given = valueAt(node, 'algorithm');
  const algorithm = given === undefined ? (secret === undefined ? 'RS256' : 'HS256') : plainText(given);
  const name = sourced(node, 'issuer');
  const [bySecret, byKey] = [SECRET_ALGORITHMS.find((one) => one === algorithm), KEY_ALGORITHMS.find((one) => one === algorithm)];
  if (secret !== undefined && bySecret !== undefined) return [{ name, algorithm: bySecret, secret: referenceOf(key, reading) }];
  if (secret === undefined && byKey !== undefined) return [{ name, algorithm: byKey, publicKey: referenceOf(key, reading) }];
  mistake(reading.checking, given?.origin ?? node.origin, `consumers.${owner}.tokens`, `${algorithm} is checked with ${secret === undefined ? 'a secret, and there is a public key' : 'a public key, and there is a secret'}`);
  return [];
}

function limitOf(text: string): ConsumerLimit {
  const [amount = '', window = ''] = text.split('/');
  const windows = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;
  return { amount: Number(amount), window: windows.find((one) => one === window) ?? 'second' };
}

/** A variable without a value, or a file that is not there, leaves the reference without one: only who needs it complains. */
function referenceOf(node: SpecNode, { origins, lookup, readFile, path }: ConsumerReading): Reference {
  const variable = plainText(valueAt(node, 'env'));
  const file = plainText(valueAt(node, 'file'));
  const from = variable === '' ? 'file' : 'env';
  const found = from === 'env' ? lookup(variable) : undefined;
  const value = from === 'env' ? (found === undefined || found.holes.length > 0 ? undefined : found.text) : readFile(besideFile(origins.firstSpan(node.origin)?.file ?? path, file))?.replace(/\r?\n$/, '');
  return { from, name: from === 'env' ? variable : file, origin: node.origin, ...(value === undefined ? {} : { value }) };
}
