import { describe, expect, it } from 'vitest';
import { answer, checkKongYaml, readKongNode } from '../../../src/models/kong/index.ts';
import { accessList, consumerLimit, keyAuth, tokenAuth, withConsumers, withRouterPlugins } from '../../../src/targets/kong/consumers.ts';
import { kong } from '../../../src/targets/kong/index.ts';
import type { ConsumerPlan, KongPlan } from '../../../src/targets/kong/plan.ts';
import type { OutputFile } from '../../../src/targets/target.ts';
import { plainProbe } from '../../support/kong-recordings.ts';
import { listenerOf, middlewareOf, routingOf, targetOptions } from '../../support/routing-builder.ts';

const cut = middlewareOf('cut', { stripPrefix: { prefixes: ['/api'] } });
const lowered = kong.lower(routingOf(listenerOf({ name: 'web' }, [{ name: 'api', rule: 'PathPrefix(`/api`)', middlewares: [cut] }, { name: 'site', rule: 'PathPrefix(`/`)' }])), targetOptions('3.9'));
const base: KongPlan = lowered.plan ?? { flavour: 'expressions', nodes: [], secret: false };
const ada: ConsumerPlan = { username: 'ada', customId: 'id-1', groups: ['gold'], keys: ['key: #1'], tokens: [{ algorithm: 'HS256', key: 'ada-issuer', secret: 's3' }], plugins: [consumerLimit(5, 'minute')] };
const bob: ConsumerPlan = { username: 'bob', groups: [], keys: ['no'], tokens: [{ algorithm: 'RS256', key: 'bob-issuer', publicKey: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n' }], plugins: [] };

function built(...plugins: readonly ReturnType<typeof keyAuth>[]): readonly OutputFile[] {
  const plan = withRouterPlugins(base, 'api@file', plugins);
  const whole = plan === undefined ? undefined : withConsumers(plan, [ada, bob]);
  if (whole === undefined || 'fault' in whole) throw new Error('no plan');
  return kong.render(whole);
}
const textOf = (files: readonly OutputFile[], name: string): string => files.find(({ path }) => path === name)?.text ?? '';

describe('consumers', () => {
  const files = built(keyAuth({ names: ['apikey'] }), accessList(['gold']));
  const node = readKongNode({ yaml: textOf(files, 'kong.yml'), conf: textOf(files, 'kong.conf'), httpInclude: textOf(files, 'http.inc'), proxyInclude: textOf(files, 'proxy.inc') });
  const asked = (target: string, key?: string): unknown => answer(node, { ...plainProbe(target, 'x.test'), headers: key === undefined ? [] : [['apikey', key]] }).status ?? 'forwarded';

  it('pass the checker and mark the file as secret', () => {
    expect(checkKongYaml(textOf(files, 'kong.yml'), 'expressions')).toEqual([]);
    expect(files.map(({ path, secret }) => [path, secret ?? false])).toEqual([['kong.yml', true], ['kong.conf', false], ['http.inc', false], ['proxy.inc', false]]);
  });
  it('only who has a key and a group comes in, at this router', () => {
    expect([asked('/api/x'), asked('/api/x', 'wrong'), asked('/api/x', 'no'), asked('/x')]).toEqual([401, 401, 403, 'forwarded']);
    expect(answer(node, { ...plainProbe('/api/x', 'x.test'), headers: [['apikey', 'key: #1']] }).match?.route.name).toBe('api.file.strip');
  });
  it('the guards of the router ask for the key first', () => {
    expect([asked('/api%2F..'), asked('/api%2F..', 'key: #1')]).toEqual([401, 400]);
  });
  it('tokens and limits', () => {
    const yaml = textOf(built(tokenAuth({ verify: ['exp', 'nbf'] })), 'kong.yml');
    expect(checkKongYaml(yaml, 'expressions')).toEqual([]);
    expect(yaml).toContain('      - algorithm: "HS256"\n        key: "ada-issuer"\n        secret: "s3"\n');
    expect(yaml).toContain('          minute: 5\n          limit_by: "consumer"\n');
  });
});

describe('faults', () => {
  it('two consumers of one name, id or key; the key is not said', () => {
    const fault = (over: Partial<ConsumerPlan>): unknown => withConsumers(base, [ada, { ...bob, ...over }]);
    expect([fault({ username: 'ada' }), fault({ customId: 'id-1' }), fault({ keys: ['key: #1'] })]).toEqual([{ fault: 'username', consumers: ['ada', 'ada'] }, { fault: 'custom id', consumers: ['ada', 'bob'] }, { fault: 'key', consumers: ['ada', 'bob'] }]);
  });
  it('a router that is not there, or has such a plugin', () => {
    expect([withRouterPlugins(base, 'nobody@file', [keyAuth({ names: ['k'] })]), withRouterPlugins(withRouterPlugins(base, 'api@file', [keyAuth({ names: ['k'] })]) ?? base, 'api@file', [keyAuth({ names: ['k'] })])]).toEqual([undefined, undefined]);
  });
});
