import { isIPv6, type Socket } from 'node:net';

const SIGNATURE = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);

/** Tells a server who the client is: version 1 in text, version 2 in bytes. */
export function proxyLine({ remoteAddress = '', localAddress = '', remotePort = 0, localPort = 0 }: Socket, version: number): Buffer {
  const [from, to] = [bare(remoteAddress), bare(localAddress)];
  const six = isIPv6(from);
  if (version === 1) return Buffer.from(`PROXY TCP${six ? '6' : '4'} ${from} ${to} ${String(remotePort)} ${String(localPort)}\r\n`, 'latin1');
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(remotePort, 0);
  ports.writeUInt16BE(localPort, 2);
  const addresses = Buffer.concat([bytesOf(from), bytesOf(to), ports]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(addresses.length);
  return Buffer.concat([SIGNATURE, Buffer.from([0x21, six ? 0x21 : 0x11]), length, addresses]);
}

function bare(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
}

function bytesOf(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [before = '', after] = address.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
