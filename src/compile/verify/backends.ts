import { randomUUID } from 'node:crypto';
import { freePort } from '../../engines/free-port.ts';
import { headerValue } from '../../engines/http-message.ts';
import { startRawServer, type RawServer, type ReceivedRequest } from '../../engines/raw-server.ts';
import type { HeaderList } from '../../ir/index.ts';

/** More servers than this and several endpoints share one: file handles are not endless. */
const MAX_SERVERS = 256;
const ID = 'X-Gateway-Verify';
/** What every server answers, beside its status 200. */
export const ANSWER: HeaderList = [['Content-Type', 'text/plain'], ['X-From-Backend', 'yes']];

/** A request as a server received it, without the mark that finds it again. */
export interface Arrival {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
}

/** Servers in the place of the endpoints. */
export interface Backends {
  readonly ports: ReadonlyMap<string, number>;
  readonly auth: number;
  /** A mark for one request: the field to send. */
  mark(): readonly [string, string];
  /** Who received the request with that mark, in the order in which they did: mirrors and retries send it more than once. */
  take(mark: readonly [string, string]): readonly Arrival[];
  stop(): Promise<void>;
}

export async function startBackends(keys: readonly string[]): Promise<Backends> {
  const arrivals = new Map<string, Arrival[]>();
  const servers: RawServer[] = [];
  const start = async (receive: (request: ReceivedRequest, port: number) => void): Promise<number> => {
    const port = await freePort({ address: '127.0.0.1' });
    servers.push(await startRawServer('127.0.0.1', port, (request) => {
      receive(request, port);
      return { status: 200, headers: ANSWER, body: '' };
    }));
    return port;
  };
  const record = ({ method, target, headers }: ReceivedRequest, port: number): void => {
    const id = headerValue(headers, ID) ?? '';
    const arrival = { address: `127.0.0.1:${String(port)}`, method, target, headers: headers.filter(([name]) => name.toLowerCase() !== ID.toLowerCase()) };
    arrivals.set(id, [...(arrivals.get(id) ?? []), arrival]);
  };
  const auth = await start(() => undefined);
  const pool: number[] = [];
  for (let count = Math.min(keys.length, MAX_SERVERS); count > 0; count -= 1) pool.push(await start(record));
  return {
    auth,
    ports: new Map(keys.map((key, index) => [key, pool[index % pool.length] ?? auth])),
    mark: () => [ID, randomUUID()],
    take: ([, id]) => {
      const found = arrivals.get(id) ?? [];
      arrivals.delete(id);
      return found;
    },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
