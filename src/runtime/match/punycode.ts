import punycode from 'punycode/punycode.js';

/** A name as Go's client writes it into the Host header: labels beyond ASCII become punycode (RFC 3492), nothing else is changed. */
export function punycodeHost(host: string): string {
  // Bytes that are no UTF-8 count as U+FFFD (ran).
  return Buffer.from(host, 'latin1').toString('utf8').split('.').map((label) => (/^[\x00-\x7f]*$/.test(label) ? label : `xn--${punycode.encode(label)}`)).join('.');
}
