import { connect as connectTcp, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { freePort } from '../../src/engines/free-port.ts';

/** Says its name to whoever sends something, or what came before it where a PROXY line is expected. */
export async function namedServer(name: string): Promise<{ readonly port: number; readonly close: () => void }> {
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data: Buffer) => socket.end(data.toString('latin1').startsWith('PROXY ') ? `${name} ${data.toString('latin1').split(' ').slice(0, 3).join(' ')}` : name));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, close: () => server.close() };
}

export interface Greeting {
  /** The beginning of a TLS handshake for that name, else a line of text. */
  readonly sni?: string;
  readonly alpn?: readonly string[];
  /** A whole handshake. */
  readonly handshake?: boolean;
  readonly from?: string;
}

/** What comes back until the connection ends; whatever is no answer of a named server is nobody's. */
export function greet(port: number, { sni, alpn = [], handshake = false, from = '127.0.0.1' }: Greeting): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const end = (): void => resolve(/^[a-z]+[0-9]*(?: PROXY .*)?$/.test(text) ? text : 'nobody');
    const where = { port, host: '127.0.0.1', localAddress: from };
    const socket = handshake ? connectTls({ ...where, servername: sni ?? '', rejectUnauthorized: false, ...(alpn.length === 0 ? {} : { ALPNProtocols: [...alpn] }) }) : connectTcp(where);
    socket.on(handshake ? 'secureConnect' : 'connect', () => socket.write(sni === undefined || handshake ? 'hello\n' : clientHello(sni, alpn)));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      // A handshake or an error page: the proxy itself speaks, and may wait for more.
      if (!/^[a-z]/.test(text)) socket.destroy();
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.setTimeout(1000, () => socket.destroy());
  });
}

function clientHello(name: string, alpn: readonly string[]): Buffer {
  const host = Buffer.from(name, 'latin1');
  const list = vector(Buffer.concat([Buffer.from([0]), vector(host)]));
  const protocols = alpn.map((protocol) => Buffer.concat([Buffer.from([protocol.length]), Buffer.from(protocol, 'latin1')]));
  const extensions = Buffer.concat([extension(0, list), ...(alpn.length === 0 ? [] : [extension(16, vector(Buffer.concat(protocols)))])]);
  const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 1), Buffer.from([0]), uint16(2), Buffer.from([0x13, 0x01]), Buffer.from([1, 0]), vector(extensions)]);
  const message = Buffer.concat([Buffer.from([1, 0]), vector(body)]);
  return Buffer.concat([Buffer.from([22, 3, 1]), vector(message)]);
}

function extension(kind: number, content: Buffer): Buffer {
  return Buffer.concat([uint16(kind), vector(content)]);
}

function vector(content: Buffer): Buffer {
  return Buffer.concat([uint16(content.length), content]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
