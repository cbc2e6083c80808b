import { describe, expect, it } from 'vitest';
import { checkKongYaml } from '../../../src/models/kong/index.ts';
import { withConsumers } from '../../../src/targets/kong/consumers.ts';
import { kong } from '../../../src/targets/kong/index.ts';
import type { ConsumerPlan, KongPlan } from '../../../src/targets/kong/plan.ts';
import { listenerOf, middlewareOf, routingOf, targetOptions } from '../../support/routing-builder.ts';

const asking = middlewareOf('keys', { apiKey: { names: ['apikey'], in: ['header'], keep: false } });
const lowered = kong.lower(routingOf(listenerOf({ name: 'web' }, [{ name: 'api', rule: 'PathPrefix(`/api`)', middlewares: [asking] }])), targetOptions('3.9'));
const base: KongPlan = lowered.plan ?? { flavour: 'expressions', nodes: [], secret: false };
const none = { groups: [], keys: [], tokens: [], logins: [], plugins: [] };
const ada: ConsumerPlan = { ...none, username: 'ada', customId: 'id-1', keys: ['key: #1'], tokens: [{ algorithm: 'HS256', key: 'ada-issuer', secret: 's3' }], logins: [{ username: 'ada', password: 'p' }] };
const bob: ConsumerPlan = { ...none, username: 'bob', keys: ['no'] };

describe('consumers of a node', () => {
  it('two of one name, id, key, issuer or login; the key is not said', () => {
    const fault = (over: Partial<ConsumerPlan>): unknown => withConsumers(base, [ada, { ...bob, ...over }]);
    expect([fault({ username: 'ada' }), fault({ customId: 'id-1' }), fault({ keys: ['key: #1'] }), fault({ tokens: ada.tokens }), fault({ logins: ada.logins })]).toEqual([
      { fault: 'username', consumers: ['ada', 'ada'] }, { fault: 'custom id', consumers: ['ada', 'bob'] }, { fault: 'key', consumers: ['ada', 'bob'] }, { fault: 'token key', consumers: ['ada', 'bob'] }, { fault: 'login', consumers: ['ada', 'bob'] },
    ]);
  });
  it('a file with a credential is secret, one with public keys alone is not', () => {
    const secret = (consumer: ConsumerPlan): unknown => {
      const plan = withConsumers(base, [consumer]);
      return 'fault' in plan ? plan.fault : kong.render(plan).filter((file) => file.secret === true).map(({ path }) => path);
    };
    expect([secret(ada), secret({ ...none, username: 'acme', tokens: [{ algorithm: 'RS256', key: 'acme', publicKey: 'PEM' }] })]).toEqual([['kong.yml'], []]);
  });
  it('are written as Kong reads them', () => {
    const plan = withConsumers(base, [ada, bob]);
    const text = 'fault' in plan ? '' : kong.render(plan).find(({ path }) => path === 'kong.yml')?.text ?? '';
    expect(checkKongYaml(text, 'expressions')).toEqual([]);
    expect(text).toContain('    keyauth_credentials:\n      - key: "key: #1"\n    basicauth_credentials:\n      - username: "ada"\n        password: "p"\n    jwt_secrets:\n      - algorithm: "HS256"\n        key: "ada-issuer"\n        secret: "s3"\n');
  });
});
