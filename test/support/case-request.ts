import type { ProbeInput } from './engine-ask.ts';

/** How a request is sent, as opposed to its headers. */
const HOW = /^(?:body|chunks|sni|http|settle|proxied|alpn|tls|digest|look): /;

/**
 * `METHOD [https:][ENTRYPOINT:]HOST TARGET [from IP] [| Name: value]… [| body: text] [| sni: NAME] [| http: 1.0] [| settle: MS]`.
 * Host `-` = none sent, which only HTTP/1.0 may do; sni `-` = none sent, else it is the host. `settle` waits for mirrors. Also
 * `proxied: IP` (a PROXY line in front), `alpn: a,b`, `tls: 1.2` (nothing newer), `digest: user:password` (answers a challenge) and
 * `look: certificate`. `chunks: text` is a body whose length nobody says beforehand. `UDP dns:- / | body: text` is a datagram.
 */
export function readRequest(text: string): ProbeInput {
  const [head = '', ...parts] = text.split(' | ');
  const match = /^(\S+) (https:)?(?:(web|alt|websecure|dns):)?(\S+) (\S+?)(?: from (\S+))?$/.exec(head.trim());
  if (match === null) throw new Error(`no request: ${text}`);
  const [, method = '', https, entryPoint = 'web', host = '', target = '', clientIp] = match;
  const how = (name: string): string | undefined => parts.find((part) => part.startsWith(`${name}: `))?.slice(name.length + 2);
  const chunks = how('chunks');
  const body = how('body') ?? chunks;
  const settle = how('settle');
  const [alpn, proxiedFor, digest] = [how('alpn'), how('proxied'), how('digest')];
  return {
    entryPoint, method, target: latin1(target), host: host === '-' ? null : latin1(host), headers: parts.filter((part) => !HOW.test(part)).map(readHeader),
    tls: https === undefined ? false : { sni: serverName(how('sni') ?? host), ...(alpn === undefined ? {} : { alpn: alpn.split(',') }), ...(how('tls') === '1.2' ? { maxVersion: 'TLSv1.2' as const } : {}) },
    ...(host === '-' || how('http') === '1.0' ? { httpVersion: '1.0' as const } : {}),
    ...(body === undefined ? {} : { body }),
    ...(chunks === undefined ? {} : { chunked: true as const }),
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(proxiedFor === undefined ? {} : { proxiedFor }),
    ...(digest === undefined ? {} : { digest }),
    ...(how('look') === 'certificate' ? { certificate: true as const } : {}),
    ...(settle === undefined ? {} : { settleMs: Number(settle) }),
  };
}

function readHeader(part: string): readonly [string, string] {
  const at = part.indexOf(':');
  return [part.slice(0, at), latin1(part.slice(at + 1).trim())];
}

function serverName(host: string): string | null {
  return host === '-' ? null : host.replace(/:\d+$/, '');
}

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
