import type { Duplex } from 'node:stream';
import type { RuntimeResponse } from '../runtime/index.ts';
import { reason } from './http1/answer-lines.ts';
import { fieldLine } from './http1/lines.ts';

/** One end of a connection that left HTTP. */
export interface Upgraded {
  readonly socket: Duplex;
  /** What came behind the head. */
  readonly head: Buffer;
}

export function isUpgraded(value: unknown): value is Upgraded {
  return typeof value === 'object' && value !== null && 'socket' in value && 'head' in value;
}

/** The answer's head, then bytes both ways until either side ends. Resolves with the bytes that the client got. */
export function tie(answer: RuntimeResponse, server: Upgraded, client: Upgraded): Promise<number> {
  const lines = answer.headers.map(([name, value]) => fieldLine(name, value)).join('');
  client.socket.write(Buffer.from(`HTTP/1.1 ${String(answer.status)} ${reason(answer.status)}\r\n${lines}\r\n`, 'latin1'));
  if (server.head.length > 0) client.socket.write(server.head);
  if (client.head.length > 0) server.socket.write(client.head);
  let bytes = server.head.length;
  return new Promise((resolve) => {
    const end = (): void => {
      client.socket.destroy();
      server.socket.destroy();
      resolve(bytes);
    };
    for (const side of [client.socket, server.socket]) side.once('close', end).once('error', end);
    server.socket.on('data', (chunk: Buffer) => void (bytes += chunk.length));
    client.socket.pipe(server.socket).pipe(client.socket);
  });
}
