import { isSecretOption, type Probe } from '../ir/index.ts';
import { decodeUtf8 } from '../rule-lang/index.ts';
import { HOME } from './draft.ts';

/** `GET http://a.test/api` and what else the request carries; never a credential. */
export function requestText({ method, host, target, tls, headers, clientIp, body }: Probe): string {
  const fields = headers.map(([name, value]) => ` ${name}: ${isSecretField(name) ? '***' : value}`).join(',');
  const from = clientIp === HOME ? '' : ` from ${clientIp}`;
  const text = `${method} ${tls === false ? 'http' : 'https'}://${host ?? ''}${target}${fields === '' ? '' : ` with${fields}`}${from}${body === undefined ? '' : ` and ${String(body.length)} bytes`}`;
  // A byte that is no text has no place in a message.
  return decodeUtf8(text).replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Whether a field of a message holds what nobody should read in a log. */
export function isSecretField(name: string): boolean {
  return isSecretOption(`headers.customRequestHeaders.${name}`) || /^(?:set-)?cookie$/i.test(name);
}
