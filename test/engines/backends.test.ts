import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, type RawResponse } from '../../src/engines/raw-client.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';

const CONTROLS: readonly (readonly [string, string, Partial<RawResponse>])[] = [
  ['e1', '/', { status: 200, headers: [['Content-Type', 'text/plain'], ['X-Backend', 'e1'], ['Content-Length', '2'], ['Connection', 'close']], body: 'e1' }],
  ['e2', '/?status=503', { status: 503, body: 'e2' }],
  ['e1', '/?size=29', { body: 'abcdefghijklmnopqrstuvwxyz ab' }],
  ['e1', '/?size=0', { body: '' }],
  ['e1', '/?type=&h=X-A:1&h=X-A:2', { headers: [['X-Backend', 'e1'], ['X-A', '1'], ['X-A', '2'], ['Content-Length', '2'], ['Connection', 'close']] }],
  ['e1', '/?json=1', { body: '{"a": 1}' }],
  ['e1', '/?drop=1', { status: 0, failure: 'closed' }],
  ['auth', '/302', { status: 302, headers: [['Content-Type', 'text/plain'], ['X-From-Auth', '1'], ['Location', 'https://login.test/?r=1'], ['Set-Cookie', 's=1'], ['Content-Length', '2'], ['Connection', 'close']], body: 'go' }],
  ['err', '/e/404.html?u=x', { status: 200, body: 'E:/e/404.html?u=x' }],
];

describe('backends', () => {
  let pool: BackendPool;
  const portOf = (name: string): number => Number(pool.address(name).split(':')[1]);
  beforeAll(async () => {
    pool = await startBackends([{ name: 'e1' }, { name: 'e2', address: '127.0.3.2' }, { name: 'auth', kind: 'auth' }, { name: 'err', kind: 'error' }]);
  });
  afterAll(() => pool.stop());

  test.for(CONTROLS)('%s answers %s', async ([name, target, expected]) => {
    const [address = ''] = pool.address(name).split(':');
    expect(await sendRaw({ address, port: portOf(name), method: 'GET', target, host: null })).toMatchObject(expected);
  });

  test('remembers a request as it came, once', async () => {
    const headers = [['x-B', '1'], ['X-Probe-Id', 'p1'], ['X-b', '2']] as const;
    await sendRaw({ port: portOf('e1'), method: 'M-SEARCH', target: '/\u00e9 {}|"\\', host: 'odd_host', headers, body: 'b' });
    expect(pool.take('p1')).toEqual([
      {
        backend: 'e1',
        kind: 'echo',
        order: expect.any(Number),
        requestLine: 'M-SEARCH /\u00e9 {}|"\\ HTTP/1.1',
        method: 'M-SEARCH',
        target: '/\u00e9 {}|"\\',
        headers: [['Host', 'odd_host'], ['x-B', '1'], ['X-Probe-Id', 'p1'], ['X-b', '2'], ['Content-Length', '1'], ['Connection', 'close']],
        body: 'b',
      },
    ]);
    expect(pool.take('p1')).toEqual([]);
  });

  test('counts a request that lost its id to the only probe that is open', async () => {
    const ask = (headers: readonly (readonly [string, string])[]): Promise<RawResponse> => sendRaw({ port: portOf('e1'), method: 'GET', target: '/', host: 'a', headers });
    const alone = pool.open();
    await ask([]);
    await ask([['X-Probe-Id', alone]]);
    expect(pool.take(alone)).toHaveLength(2);

    const [first, second] = [pool.open(), pool.open()];
    await ask([]);
    expect([pool.take(first), pool.take(second)]).toEqual([[], []]);
  });

  test('answers health checks as told', async () => {
    const check = async (): Promise<number> => (await sendRaw({ port: portOf('e1'), method: 'GET', target: '/__health', host: 'a' })).status;
    expect(await check()).toBe(200);
    pool.setHealth('e1', 500);
    expect(await check()).toBe(500);
  });
});
