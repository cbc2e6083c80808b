import { createHash } from 'node:crypto';
import type { Consumer, Reference } from '../ir/index.ts';
import { identityOf } from './credentials.ts';
import type { EntityChange, FieldChange } from './entities.ts';
import type { Side } from './side.ts';

/** Fields of a consumer: what may be read, and what stands for a secret. */
interface Fields {
  readonly shown: ReadonlyMap<string, string>;
  readonly secret: ReadonlyMap<string, string>;
}

/** Consumers that were added, removed, renamed or changed; of secrets only that they did. */
export function compareConsumers(before: Side, after: Side): readonly EntityChange[] {
  const [old, now] = [consumersOf(before), consumersOf(after)];
  const gone = old.filter(({ name }) => !now.some((one) => one.name === name));
  const come = now.filter(({ name }) => !old.some((one) => one.name === name));
  const renamed = new Map<Consumer, Consumer>();
  for (const was of gone) {
    const same = come.find((one) => ![...renamed.values()].includes(one) && keyOf(one) === keyOf(was));
    if (same !== undefined) renamed.set(was, same);
  }
  const added = come.filter((one) => ![...renamed.values()].includes(one));
  return [
    ...gone.filter((one) => !renamed.has(one)).map((one): EntityChange => ({ kind: 'removed', entity: 'consumer', name: one.name, fields: [], at: [before.at(one.origin)] })),
    ...[...renamed].map(([was, one]): EntityChange => ({ kind: 'renamed', entity: 'consumer', name: one.name, was: was.name, fields: [], at: [before.at(was.origin), after.at(one.origin)] })),
    ...added.map((one): EntityChange => ({ kind: 'added', entity: 'consumer', name: one.name, fields: [], at: [after.at(one.origin)] })),
    ...now.flatMap((one): readonly EntityChange[] => {
      const was = old.find(({ name }) => name === one.name);
      const fields = was === undefined ? [] : compareFields(fieldsOf(was), fieldsOf(one));
      return fields.length === 0 ? [] : [{ kind: 'changed', entity: 'consumer', name: one.name, fields, at: [after.at(one.origin)] }];
    }),
  ];
}

function consumersOf({ routing }: Side): readonly Consumer[] {
  return routing.consumers ?? [];
}

function keyOf(consumer: Consumer): string {
  const { shown, secret } = fieldsOf(consumer);
  return JSON.stringify([[...shown], [...secret]]);
}

function fieldsOf({ id, groups, limit, keys, tokens, logins }: Consumer): Fields {
  return {
    shown: new Map([
      ...(id === '' ? [] : [['id', id] as const]),
      ...(groups.length === 0 ? [] : [['groups', groups.toSorted().join(', ')] as const]),
      ...(limit === undefined ? [] : [['limit', `${String(limit.amount)}/${limit.window}`] as const]),
      ...tokens.map((issuer) => [`tokens.${issuer.name.value}.algorithm`, issuer.algorithm] as const),
    ]),
    secret: new Map([
      ...keys.map((key) => [`keys.${key.from} ${key.name}`, hidden(key)] as const),
      ...tokens.map((issuer) => [`tokens.${issuer.name.value}`, hidden('secret' in issuer ? issuer.secret : issuer.publicKey)] as const),
      ...logins.map(({ user, password }) => [`logins.${user.value}`, hidden(password)] as const),
    ]),
  };
}

function hidden(reference: Reference): string {
  return createHash('sha256').update(JSON.stringify(identityOf(reference))).digest('hex');
}

function compareFields(before: Fields, after: Fields): readonly FieldChange[] {
  const changed = (old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] => [...new Set([...old.keys(), ...now.keys()])].filter((field) => old.get(field) !== now.get(field));
  const masked = (text: string | undefined): string | null => (text === undefined ? null : '***');
  return [
    ...changed(before.shown, after.shown).map((field): FieldChange => ({ field, before: before.shown.get(field) ?? null, after: after.shown.get(field) ?? null })),
    ...changed(before.secret, after.secret).map((field): FieldChange => ({ field, before: masked(before.secret.get(field)), after: masked(after.secret.get(field)) })),
  ].toSorted((a, b) => (a.field < b.field ? -1 : 1));
}
