import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import { sendRaw, type RawResponse } from '../../src/engines/raw-client.ts';
import type { HeaderList } from '../../src/ir/index.ts';
import { encodeUtf8 } from '../../src/rule-lang/index.ts';
import { PACKS } from '../../src/server/body.ts';
import { serve, type Served } from '../../src/server/index.ts';
import { arrivalOf, clean, configRouting, loadRecording, masked, recordedOf, type Config, type Exchange } from '../runtime/recording.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';

/** The recorded chains once more, on sockets: real servers, raw requests, nothing but time and chance left out. */
const NAMES: Readonly<Record<string, string>> = { 1: 'e1', 2: 'e2', 3: 'e3', 4: 'err', 5: 'auth', 6: 'main', 7: 'h2', 8: 'h3' };
let backends: BackendPool;

beforeAll(async () => {
  backends = await startBackends(Object.values(NAMES).map((name) => ({ name, kind: name === 'auth' ? 'auth' : name === 'err' ? 'error' : 'echo' })));
});
afterAll(() => backends.stop());

/**
 * Left to the run in memory: waits of seconds, chance, digests, client certificates, and targets with raw bytes beyond
 * ASCII, which Node's HTTP parser answers with 400 by itself.
 */
const ELSEWHERE = /^(rate-(?!zero)|circuit-|lb-(?!weighted-service|mirror|failover-status)|digest-|passtls-|retry-one|addprefix-encoded|replacepath-encoded)/;

describe('recorded chains on sockets', () => {
  const names = loadRecording().configs.map(({ name }) => name);
  it.each(names.filter((name) => !ELSEWHERE.test(name)))('%s', async (name) => {
    const recording = loadRecording((text) => text.replace(/127\.0\.3\.([1-8]):27880/g, (_, octet: string) => backends.address(NAMES[octet] ?? '')).replaceAll('127.0.3.9:1', `127.0.0.1:${String(CLOSED)}`));
    const config = recording.configs.find((one) => one.name === name);
    const expected = config === undefined ? null : recordedOf(config);
    if (config === undefined || expected === null) throw new Error('no recording');
    const served = await serve(configRouting(recording, config), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
    try {
      await replay(config, expected.requests, served);
    } finally {
      await served.close();
    }
  });
});

let CLOSED = 0;
beforeAll(async () => {
  CLOSED = await freePort({ address: '127.0.0.1' });
});

async function replay(config: Config, exchanges: readonly Exchange[], served: Served): Promise<void> {
  const parallel = exchanges.some(({ startMs }) => startMs !== undefined);
  if (parallel) await Promise.all(exchanges.map((exchange) => step(config, exchange, served, false)));
  else for (const exchange of exchanges) await step(config, exchange, served, config.name !== 'lb-weighted-service');
}

async function step(config: Config, exchange: Exchange, served: Served, arrivals: boolean): Promise<void> {
  const { request: sent, startMs = 0 } = exchange;
  if (sent === undefined) return;
  await new Promise((resolve) => setTimeout(resolve, startMs));
  const id = backends.open();
  const response = await sendRaw({
    port: served.ports.get(config.entryPoint) ?? 0,
    method: sent.method,
    target: encodeUtf8(sent.target),
    host: sent.host ?? `${config.name}.test`,
    headers: [...(sent.headers ?? []), ['Connection', 'close'], ...(sent.chunked === true ? [['Transfer-Encoding', 'chunked'] as const] : [])],
    ...(sent.body === undefined ? {} : { body: sent.chunked === true ? `${sent.body.length.toString(16)}\r\n${sent.body}\r\n0\r\n\r\n` : sent.body }),
  });
  if (config.name.startsWith('lb-mirror')) await new Promise((resolve) => setTimeout(resolve, 50));
  const seen = backends.take(id);
  // Served with 501 instead, as a plugin is: its other side is HTTP/2.
  if (config.name.startsWith('grpcweb')) return expect(response.status).toBe(501);
  if (config.name === 'lb-weighted-service') expect(response.status).toBe(200);
  else expect(masked(responseOf(response))).toEqual(masked({ ...exchange.response, ...plainInstead(exchange) }));
  if (!arrivals) return;
  const arrived = seen.map((record) => arrivalOf({ ...record, host: headerOf(record.headers, 'host'), headers: received(record.headers) }, sent, config));
  expect(clean(arrived)).toEqual(clean(exchange.backend ?? []));
}

function headerOf(headers: HeaderList, wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
}

/** Connection handling is the recording's to leave out; the machine's name is masked in it. */
function received(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !/^(host|connection|content-length|transfer-encoding)$/i.test(name)).map(([name, value]) => [name, name === 'X-Forwarded-Server' ? '<hostname>' : value]);
}

/** Another gzip writes other bytes into the head of a file; the recording's stand for both. */
const GZIP_HEAD = '\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03';
const LEFT_OUT = /^(date|connection|keep-alive|transfer-encoding)$/i;

function responseOf({ status, headers, body }: RawResponse): Record<string, unknown> {
  const coding = headerOf(headers, 'content-encoding');
  const shown = headers.filter(([name]) => !LEFT_OUT.test(name) && !(coding !== '' && name === 'Content-Length')).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const bytes = Buffer.from(body, 'latin1');
  if (body === '') return { status, headers: shown };
  if (coding !== '') return { status, headers: shown, bodyEncoded: true, ...(coding === 'gzip' ? { decodedLength: gunzipSync(bytes).length } : {}) };
  return { status, headers: shown, ...(bytes.length > 300 ? { bodyLength: bytes.length } : { body: body.startsWith(GZIP_HEAD.slice(0, 2)) ? GZIP_HEAD + body.slice(GZIP_HEAD.length) : body }) };
}

/** Without zstd (Node before 22.15) it is as if nobody had configured it, and here nothing else is. */
function plainInstead({ response }: Exchange): object {
  if (PACKS.includes('zstd') || response?.headers.some(([name, value]) => name === 'Content-Encoding' && value === 'zstd') !== true) return {};
  return { bodyEncoded: undefined, bodyLength: 2000, headers: [['Content-Length', '2000'], ...response.headers.filter(([name]) => !['Content-Encoding', 'Vary'].includes(name))] };
}
