import { createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh self-signed certificate with its key: recordings hold no private keys. */
export function selfSigned(commonName: string): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, oid('2a8648ce3d040302'));
  const name = der(0x30, der(0x31, der(0x30, Buffer.concat([oid('550403'), der(0x0c, Buffer.from(commonName))]))));
  const validity = der(0x30, Buffer.concat([der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('490101000000Z'))]));
  const body = der(0x30, Buffer.concat([der(0x02, Buffer.from([1])), algorithm, name, validity, name, publicKey.export({ type: 'spki', format: 'der' })]));
  const signature = createSign('sha256').update(body).sign(privateKey);
  const whole = der(0x30, Buffer.concat([body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature]))]));
  const lines = (whole.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

let folder: string | undefined;

/** A folder with `a.pem` and `a.key` for `a.test`, `b.pem` and `b.key` for `b.test`; it goes with the process. */
export function certificateFolder(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'gateway-certificates-'));
  for (const name of ['a', 'b']) {
    const { cert, key } = selfSigned(`${name}.test`);
    writeFileSync(join(made, `${name}.pem`), cert);
    writeFileSync(join(made, `${name}.key`), key);
  }
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function der(tag: number, content: Buffer): Buffer {
  const length = content.length < 128 ? [content.length] : content.length < 256 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
