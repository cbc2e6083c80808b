import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyPair } from './certificates.ts';

/** Object identifiers, as DER writes them. */
const OID = {
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
} as const;

const DAY = 86_400_000;

/** A certificate for these names that nobody but a test should trust: made anew at every start, its key never leaves memory. */
export function selfSigned(names: readonly string[], now: Date = new Date()): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = der(0x30, oid(OID.ecdsaWithSha256));
  const subject = der(0x30, der(0x31, der(0x30, oid(OID.commonName), der(0x0c, Buffer.from(names[0] ?? 'localhost', 'utf8')))));
  const serial = Buffer.from(randomBytes(16));
  // A serial number is positive and has no empty first byte.
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    subject,
    der(0x30, time(new Date(now.getTime() - DAY)), time(new Date(now.getTime() + 365 * DAY))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, extension(OID.subjectAltName, der(0x30, ...names.map(alternative))), extension(OID.basicConstraints, der(0x30)))),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  return { cert: pem('CERTIFICATE', certificate), key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

function alternative(name: string): Buffer {
  const address = /^\d+\.\d+\.\d+\.\d+$/.test(name) ? Buffer.from(name.split('.').map(Number)) : undefined;
  return address === undefined ? der(0x82, Buffer.from(name, 'latin1')) : der(0x87, address);
}

function extension(name: readonly number[], value: Buffer): Buffer {
  return der(0x30, oid(name), der(0x04, value));
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

/** GeneralizedTime. */
function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`, 'latin1'));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
