import { refName, type HeaderList } from '../ir/index.ts';
import { runAsync, type Incoming, type Runtime, type RuntimeResponse } from '../runtime/index.ts';
import type { ExchangeRecord, Observer } from './observer.ts';
import type { ByteSource } from './byte-source.ts';
import { dropAll, performer } from './performer.ts';
import type { Senders } from './send.ts';
import { Waiter } from './waiter.ts';

/** The client's end of an exchange, whatever it speaks. */
export interface ClientSide {
  readonly protocol: string;
  readonly incoming: Incoming;
  /** Calls back when the client is gone before the answer's end. */
  readonly onGone: (then: () => void) => void;
  /** Tells the client something ahead of the answer. */
  readonly inform: (status: number, headers: HeaderList) => void;
  /** Resolves with the body's length on the wire, when the answer is over. */
  readonly write: (answer: RuntimeResponse) => Promise<number>;
  readonly destroy: () => void;
}

export interface World {
  readonly runtime: Runtime;
  readonly senders: Senders;
  readonly observer: Observer | undefined;
  /** What to say where no router matches, instead of Traefik's words. */
  readonly unmatched: ((incoming: Incoming) => string) | undefined;
}

/** One request from its first byte to the last of its answer. */
export async function exchange({ runtime, senders, observer, unmatched }: World, client: ClientSide): Promise<void> {
  const began = performance.now();
  const { incoming } = client;
  const waiter = new Waiter();
  client.onGone(() => waiter.leave());
  observer?.began(incoming.entryPoint);
  let seen: Pick<ExchangeRecord, 'status' | 'bytes' | 'router' | 'endpoint'> = { status: 0, bytes: 0, router: null, endpoint: null };
  const received: ByteSource[] = [];
  try {
    const sent: { endpoint: string | null } = { endpoint: null };
    const made = await runAsync(runtime.handle(incoming, client.inform), performer(senders, waiter, { sentTo: (address) => void (sent.endpoint = address), received }));
    const answer = unmatched !== undefined && made.route === undefined && made.status === 404 ? explained(made, unmatched(incoming)) : made;
    seen = { status: answer.status, bytes: 0, router: answer.route === undefined ? null : refName(answer.route.router), endpoint: sent.endpoint };
    try {
      seen = { ...seen, bytes: await client.write(answer) };
    } finally {
      for (const done of answer.finalizers) done();
    }
  } finally {
    dropAll(received);
    observer?.ended({ entryPoint: incoming.entryPoint, method: incoming.method, host: incoming.host ?? '', target: incoming.target, clientIp: incoming.clientIp, tls: incoming.tls !== false, protocol: client.protocol, aborted: waiter.gone, milliseconds: performance.now() - began, ...seen });
  }
}

function explained(answer: RuntimeResponse, text: string): RuntimeResponse {
  const bytes = new TextEncoder().encode(text);
  return { ...answer, headers: answer.headers.map(([name, value]) => [name, name === 'Content-Length' ? String(bytes.length) : value]), body: { kind: 'bytes', bytes } };
}
