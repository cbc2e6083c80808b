import { answer } from '../../src/models/nginx/index.ts';
import type { Hop, NginxConfig } from '../../src/models/nginx/index.ts';
import type { HeaderList, Probe } from '../../src/ir/index.ts';
import type { Place } from '../../src/text/index.ts';
import { replyAs } from './backend-replies.ts';
import type { BackendObservation, Observation, ProbeInput } from './engine-ask.ts';
import type { Reply } from './raw-server.ts';

export function nginxProbe({ entryPoint, method, target, host, headers, tls = false, proxiedFor, clientIp = '127.0.0.1', body }: ProbeInput): Probe {
  return { entryPoint, method, target, host, headers, clientIp: proxiedFor ?? clientIp, tls: tls === false ? tls : { sni: tls.sni }, ...(body === undefined ? {} : { body: Buffer.from(body, 'latin1') }) };
}

/** What the model of a rendered configuration does, seen as a client and the backends would. `names`: backend by `host:port`. */
export function askNginxModel(config: NginxConfig, places: ReadonlyMap<string, Place>, input: ProbeInput, names: ReadonlyMap<string, string>): Observation {
  const probe = nginxProbe(input);
  const hops: BackendObservation[] = [];
  const statuses: number[] = [];
  let reply: Reply | undefined;
  let decided = answer(config, probe, places);
  // Each answer may lead to another request.
  while (decided.kind !== 'unknown' && decided.hops.length > statuses.length) {
    const hop = decided.hops[statuses.length];
    const found = (hop?.endpoints ?? []).map(({ address }) => names.get(address.replace(/^\w+:\/\//, '')));
    const name = hop?.passesOn === true ? found.find((one) => one !== undefined) : found[0];
    if (hop !== undefined && name !== undefined) {
      const received = receivedBy(name, hop, input);
      reply = replyAs.echo(name, { requestLine: `${hop.method} ${hop.target} HTTP/1.1`, ...received });
      hops.push(received);
    }
    statuses.push(name === undefined ? 0 : (reply?.status ?? 0));
    decided = answer(config, probe, places, { statuses });
  }
  if (decided.kind === 'unknown') throw new Error(`the model of nginx does not know ${decided.directive}`);
  if (decided.kind === 'respond' || reply === undefined) return { status: decided.status ?? 502, responseHeaders: decided.kind === 'respond' ? decided.headers : decided.added, body: decided.kind === 'respond' ? (decided.body ?? '') : '', backend: null, hops };
  const { hidden } = decided;
  const backend = hops.at(-1) ?? null;
  for (const copy of decided.copies) {
    const name = copy.endpoints.map(({ address }) => names.get(address.replace(/^\w+:\/\//, ''))).find((one) => one !== undefined);
    if (name !== undefined) hops.push(receivedBy(name, copy, input));
  }
  const known = answer(config, probe, places, { statuses, headers: [...reply.headers, ['Content-Length', String(reply.body.length)]] });
  const passed = reply.headers.filter(([field]) => !hidden.includes(field.toLowerCase()));
  const answered: HeaderList = known.kind === 'forward' ? [...passed, ...packing(known.packed), ...known.added] : passed;
  return { status: decided.status ?? reply.status, responseHeaders: answered, body: reply.body, backend, hops };
}

function receivedBy(name: string, { method, target, headers, body }: Hop, input: ProbeInput): BackendObservation {
  return { name, method, target, headers, body: body ? (input.body ?? '') : '' };
}

function packing(packed: { readonly vary: boolean } | undefined): HeaderList {
  return packed === undefined ? [] : [['Content-Encoding', 'gzip'], ...(packed.vary ? [['Vary', 'Accept-Encoding'] as const] : [])];
}
