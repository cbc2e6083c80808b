import type { Consumer, Reference } from '../ir/index.ts';
import { map } from '../text/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../text/index.ts';

/** The `consumers` section; secrets stay where they are. */
export function consumerWords(consumers: readonly Consumer[]): readonly YamlEntry[] {
  if (consumers.length === 0) return [];
  return [{ key: 'consumers', value: map(consumers.map((consumer) => ({ key: consumer.name, value: consumerTree(consumer) })).sort((a, b) => (a.key < b.key ? -1 : 1))) }];
}

function consumerTree({ id, groups, keys, tokens, logins, limit }: Consumer): YamlMap {
  const some = (key: string, values: readonly YamlValue[]): readonly YamlEntry[] => (values.length === 0 ? [] : [{ key, value: values }]);
  return map([
    ...(id === '' ? [] : [{ key: 'id', value: id }]),
    ...some('groups', groups),
    ...some('keys', keys.map(referenceTree)),
    ...some('tokens', tokens.map((issuer) => map([{ key: 'issuer', value: issuer.name.value }, { key: 'algorithm', value: issuer.algorithm }, 'secret' in issuer ? { key: 'secret', value: referenceTree(issuer.secret) } : { key: 'publicKey', value: referenceTree(issuer.publicKey) }]))),
    ...some('logins', logins.map(({ user, password }) => map([{ key: 'user', value: user.value }, { key: 'password', value: referenceTree(password) }]))),
    ...(limit === undefined ? [] : [{ key: 'limit', value: `${String(limit.amount)}/${limit.window}` }]),
  ]);
}

function referenceTree({ from, name }: Reference): YamlMap {
  return map([{ key: from, value: name }]);
}
