import { createSocket } from 'node:dgram';

/** A server of datagrams that answers each with a text. */
export async function startDatagrams(address: string, port: number, answer: (text: string) => string): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (data, { address: from, port: back }) => socket.send(answer(data.toString('latin1')), back, from));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, resolve);
  });
  return { port, stop: () => new Promise((resolve) => socket.close(() => resolve())) };
}

/** What comes back for one datagram; undefined when nothing does. */
export function sendDatagram(port: number, text: string, timeoutMs = 1000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer: string | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(undefined), timeoutMs);
    socket.once('message', (data) => end(data.toString('latin1')));
    socket.send(text, port, '127.0.0.1');
  });
}
