import { setTimeout as sleep } from 'node:timers/promises';
import { encodeChunked } from '../../src/engines/http-message.ts';
import { sendRaw, type RawResponse, type RawTls } from '../../src/engines/raw-client.ts';
import type { HeaderList } from '../../src/ir/index.ts';
import { sendDatagram } from './datagrams.ts';
import { PROBE_ID_HEADER, type BackendPool, type BackendRecord } from './echo-backend.ts';

/** A request for a running engine; strings are latin-1 views of bytes. */
export interface ProbeInput {
  readonly entryPoint: string;
  readonly method: string;
  readonly target: string;
  /** null = no Host header. */
  readonly host: string | null;
  readonly headers: HeaderList;
  readonly tls?: false | RawTls;
  readonly body?: string;
  /** Sends the body without saying its length. */
  readonly chunked?: true;
  readonly httpVersion?: '1.0' | '1.1';
  /** The client's own address, any of 127.0.0.0/8. */
  readonly clientIp?: string;
  readonly timeoutMs?: number;
  /** Waits after the answer before backends are asked what they saw: a mirror is called afterwards. */
  readonly settleMs?: number;
  /** A PROXY line that says this is the client. */
  readonly proxiedFor?: string;
  /** Answers a challenge of digest authentication as this user, `name:password`. */
  readonly digest?: string;
  /** Look at the certificate of the server. */
  readonly certificate?: true;
}

/** A request as a backend received it, without the mark that finds it again. */
export interface BackendObservation {
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: string;
}

/** What a client and the backends saw of one request. */
export interface Observation {
  /** 0 = closed without an answer. */
  readonly status: number;
  readonly responseHeaders: HeaderList;
  readonly body: string;
  /** The name that the server's certificate is for, when it was asked for. */
  readonly certificate?: string;
  /** The echo backend that the request came to, the last one when it was retried. */
  readonly backend: null | BackendObservation;
  /** Every backend that saw it, in order: authentication, retries, mirrors, error pages. */
  readonly hops: readonly BackendObservation[];
}

/** A real engine that can be asked. */
export interface RunningEngine {
  readonly name: string;
  readonly ports: Readonly<Record<string, number>>;
  ask(probe: ProbeInput): Promise<Observation>;
  stop(): Promise<void>;
}

/** Puts a port table and backends together to something that can be asked; `ports` is read at each request. */
export function askThrough(ports: () => Readonly<Record<string, number>>, backends: BackendPool): RunningEngine['ask'] {
  return async ({ entryPoint, clientIp, headers, settleMs = 0, proxiedFor, digest, certificate: wanted, chunked, ...request }) => {
    const port = ports()[entryPoint];
    if (port === undefined) throw new Error(`no entry point is called ${entryPoint}; there are: ${Object.keys(ports()).join(', ')}`);
    const id = backends.open();
    const { status, headers: responseHeaders, body, certificate } = request.method === 'UDP' ? await overUdp(port, id, request.body ?? '') : await sendRaw({
      ...request,
      port,
      headers: [...headers, [PROBE_ID_HEADER, id], ...(chunked === undefined ? [] : [['Transfer-Encoding', 'chunked'] as const])],
      ...(chunked === undefined ? {} : { body: encodeChunked(request.body ?? '') }),
      ...(clientIp === undefined ? {} : { localAddress: clientIp }),
      ...(proxiedFor === undefined ? {} : { prelude: `PROXY TCP4 ${proxiedFor} 127.0.0.1 40000 80\r\n` }),
    });
    if (settleMs > 0) await sleep(settleMs);
    const records = backends.take(id);
    const backend = records.findLast(({ kind }) => kind === 'echo');
    return { status, responseHeaders, body, ...(wanted === undefined || certificate === undefined ? {} : { certificate }), backend: backend === undefined ? null : observed(backend), hops: records.map(observed) };
  };
}

/** A datagram that is answered is a 200 of whoever answers. */
async function overUdp(port: number, id: string, text: string): Promise<Pick<RawResponse, 'status' | 'headers' | 'body' | 'certificate'>> {
  const answer = await sendDatagram(port, `${id} ${text}`);
  return answer === undefined ? { status: 0, headers: [], body: '' } : { status: 200, headers: [['X-Backend', answer]], body: answer };
}

function observed({ backend, method, target, headers, body, proxied }: BackendRecord): BackendObservation {
  const told: HeaderList = proxied === undefined ? headers : [...headers, ['PROXY', proxied]];
  return { name: backend, method, target, headers: told.filter(([name]) => name.toLowerCase() !== PROBE_ID_HEADER.toLowerCase()), body };
}
