import { createConnection } from 'node:net';

/** What came of a connection to an address: nobody listening is known, silence may be the way there. */
export type Dialled = { readonly kind: 'accepted' } | { readonly kind: 'refused' } | { readonly kind: 'silent'; readonly why: string };

/** Opens a connection to each `host:port` and closes it again; nothing is sent. */
export async function dialAll(addresses: readonly string[], timeoutMs: number): Promise<ReadonlyMap<string, Dialled>> {
  const found = await Promise.all([...new Set(addresses)].map(async (address) => [address, await dial(address, timeoutMs)] as const));
  return new Map(found);
}

function dial(address: string, timeoutMs: number): Promise<Dialled> {
  const match = /^\[?([^\]]*?)\]?:(\d+)$/.exec(address);
  const [, host = '', port = ''] = match ?? [];
  if (match === null || Number(port) < 1 || Number(port) > 65_535) return Promise.resolve({ kind: 'silent', why: 'no address' });
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: Number(port) });
    const end = (result: Dialled): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end({ kind: 'silent', why: 'no answer in time' }));
    socket.once('connect', () => end({ kind: 'accepted' }));
    socket.once('error', (error) => end('code' in error && error.code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'silent', why: 'code' in error ? String(error.code) : 'no connection' }));
  });
}
