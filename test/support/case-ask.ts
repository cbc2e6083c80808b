import { createHash } from 'node:crypto';
import { headerValue } from '../../src/engines/http-message.ts';
import type { Observation, ProbeInput } from './engine-ask.ts';

type Ask = (probe: ProbeInput) => Promise<Observation> | Observation;

/** Asks; where the probe names a user for digest authentication, once for the challenge and once with its answer. */
export async function askCase(ask: Ask, probe: ProbeInput): Promise<Observation> {
  const { digest, ...plain } = probe;
  const first = await ask(plain);
  if (digest === undefined) return first;
  const challenge = headerValue(first.responseHeaders, 'WWW-Authenticate') ?? '';
  return ask({ ...plain, headers: [...plain.headers, ['Authorization', answered(challenge, digest, plain)]] });
}

/** RFC 2617 with `qop=auth`, which is all that Traefik speaks. */
function answered(challenge: string, user: string, { method, target }: ProbeInput): string {
  const field = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const [name = '', password = ''] = user.split(':');
  const [realm, nonce, opaque] = [field('realm'), field('nonce'), field('opaque')];
  const secret = md5(`${name}:${realm}:${password}`);
  const response = md5([secret, nonce, '00000001', 'c0ffee', 'auth', md5(`${method}:${target}`)].join(':'));
  return `Digest username="${name}", realm="${realm}", nonce="${nonce}", uri="${target}", response="${response}", algorithm=MD5, opaque="${opaque}", qop=auth, nc=00000001, cnonce="c0ffee"`;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
