import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { HeaderList } from '../../src/ir/index.ts';
import type { ReceivedRequest, Reply } from './raw-server.ts';

/** A server of HTTP/2 without TLS that judges nothing, as a gRPC endpoint is one. */
export function startHttp2(address: string, port: number, answer: (request: ReceivedRequest) => Reply): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => serve(stream, headers, answer));
  const stop = (): Promise<void> => new Promise((resolve) => {
    for (const session of sessions) session.destroy();
    server.close(() => resolve());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve({ port, stop }));
  });
}

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, answer: (request: ReceivedRequest) => Reply): void {
  const chunks: Buffer[] = [];
  stream.on('error', () => stream.destroy());
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    const [method, target] = [String(headers[':method']), String(headers[':path'])];
    const reply = answer({ requestLine: `${method} ${target} HTTP/2`, method, target, headers: fields(headers), body: Buffer.concat(chunks).toString('latin1') });
    stream.respond({ ':status': reply.status, ...Object.fromEntries(reply.headers) });
    stream.end(Buffer.from(reply.body, 'latin1'));
  });
}

/** The authority is what the Host header is before HTTP/2. */
function fields(headers: IncomingHttpHeaders): HeaderList {
  const plain = Object.entries(headers).filter(([name]) => !name.startsWith(':') && name !== 'host').flatMap(([name, value]) => (Array.isArray(value) ? value : [value ?? '']).map((one): readonly [string, string] => [name, one]));
  return [['Host', String(headers[':authority'] ?? headers.host ?? '')], ...plain];
}
