import { connect } from 'node:http2';
import type { HealthTarget } from '../runtime/index.ts';
import { placeText } from '../text/index.ts';
import type { Senders } from './send.ts';

/** A frame without a message: which service is meant is not said. */
const QUESTION = Buffer.alloc(5);
/** Behind the frame's five bytes: field 1, and the value for serving. */
const SERVING = Buffer.from([0x08, 0x01]);

/** gRPC's own health service, without TLS: with it Traefik cannot ask, and takes the server for down. */
export function askGrpcHealth({ check, endpoint }: HealthTarget, senders: Senders): Promise<boolean> {
  if (check.scheme !== '' && check.scheme !== 'http' && check.scheme !== 'h2c') return Promise.resolve(false);
  const { host, port, plain } = senders.place(endpoint);
  // A made-up backend serves no gRPC, and is there.
  if (plain === true) return Promise.resolve(true);
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    let status: unknown;
    const session = connect(`http://${placeText({ host, port: check.port === 0 ? port : check.port })}`);
    const settle = (up: boolean): void => {
      clearTimeout(late);
      session.destroy();
      resolve(up);
    };
    const late = setTimeout(() => settle(false), check.timeout);
    const stream = session.on('error', () => settle(false)).request({ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc', te: 'trailers' });
    const keep = (fields: { readonly 'grpc-status'?: unknown }): void => void (status = fields['grpc-status'] ?? status);
    stream.on('response', keep).on('trailers', keep).on('data', (bytes: Buffer) => void (answer = Buffer.concat([answer, bytes])));
    stream.on('error', () => settle(false)).on('close', () => settle(status === '0' && answer.subarray(5, 7).equals(SERVING)));
    stream.end(QUESTION);
  });
}
