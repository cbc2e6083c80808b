import type { Decision, HeaderList, Probe } from '../../ir/index.ts';

/**
 * What a target does otherwise with every request, as its verdicts say: fields that only Traefik's Docker provider sets,
 * ids that only Kong makes, and its X-Forwarded-Prefix, which holds the text that was cut and is Traefik's in the common cases only.
 */
const UNSENT: Readonly<Record<'nginx' | 'kong', readonly string[]>> = { nginx: ['x-traefik-router'], kong: ['x-traefik-router', 'x-forwarded-prefix', 'x-consumer-id', 'x-credential-identifier'] };

export function withoutUnsent(target: 'nginx' | 'kong', headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !UNSENT[target].includes(name.toLowerCase()));
}

/** The decision as the target can carry it out. Where the client's Accept-Encoding is taken out, Go asks for gzip on its own account. */
export function expectedOf(target: 'nginx' | 'kong', decision: Decision): Decision {
  if (decision.kind === 'respond') return target === 'kong' ? { ...decision, headers: lowerLocation(decision.headers) } : decision;
  if (decision.kind !== 'forward') return decision;
  const { set, remove } = decision.requestHeaders;
  const own = withoutUnsent(target, set).filter(([name, value]) => !(name.toLowerCase() === 'accept-encoding' && value === 'gzip'));
  return { ...decision, requestHeaders: { set: own, remove } };
}

/** Kong writes the host of a Location in lower case, without a final dot. */
export function lowerLocation(headers: HeaderList): HeaderList {
  return headers.map(([name, value]): readonly [string, string] => [name, name.toLowerCase() === 'location' ? value.replace(/^([a-z]+:\/\/)([^/?#:]*)/i, (_, scheme: string, host: string) => scheme + host.toLowerCase().replace(/\.$/, '')) : value]);
}

/** A field that is sent twice: nginx's variables hold the first or all of them as one (1.23), so rules may read it otherwise. */
export function repeatsField({ headers }: Probe): boolean {
  const names = headers.map(([name]) => name.toLowerCase());
  return new Set(names).size < names.length;
}
