import { answer } from '../../src/models/nginx/index.ts';
import type { NginxConfig } from '../../src/models/nginx/index.ts';
import type { HeaderList, Probe } from '../../src/ir/index.ts';
import { replyAs } from './backend-replies.ts';
import type { BackendObservation, Observation, ProbeInput } from './engine-ask.ts';
import type { Reply } from './raw-server.ts';

export function nginxProbe({ entryPoint, method, target, host, headers, tls = false, proxiedFor, clientIp = '127.0.0.1', body }: ProbeInput): Probe {
  return { entryPoint, method, target, host, headers, clientIp: proxiedFor ?? clientIp, tls: tls === false ? tls : { sni: tls.sni }, ...(body === undefined ? {} : { body: Buffer.from(body, 'latin1') }) };
}

/** What the model of a rendered configuration does, seen as a client and the backends would. `names`: backend by `host:port`. */
export function askNginxModel(config: NginxConfig, ports: ReadonlyMap<string, number>, input: ProbeInput, names: ReadonlyMap<string, string>): Observation {
  const probe = nginxProbe(input);
  const hops: BackendObservation[] = [];
  const statuses: number[] = [];
  let reply: Reply | undefined;
  let decided = answer(config, probe, ports);
  // Each answer may lead to another request.
  while (decided.kind !== 'unknown' && decided.hops.length > statuses.length) {
    const hop = decided.hops[statuses.length];
    const found = (hop?.endpoints ?? []).map(({ address }) => names.get(address.replace(/^\w+:\/\//, '')));
    const name = hop?.passesOn === true ? found.find((one) => one !== undefined) : found[0];
    if (hop !== undefined && name !== undefined) {
      const body = hop.method === input.method ? (input.body ?? '') : '';
      const asked = { method: hop.method, target: hop.target, headers: hop.headers, body };
      reply = replyAs.echo(name, { requestLine: `${hop.method} ${hop.target} HTTP/1.1`, ...asked });
      hops.push({ name, ...asked });
    }
    statuses.push(name === undefined ? 0 : (reply?.status ?? 0));
    decided = answer(config, probe, ports, { statuses });
  }
  if (decided.kind === 'unknown') throw new Error(`the model of nginx does not know ${decided.directive}`);
  if (decided.kind === 'respond' || reply === undefined) return { status: decided.status ?? 502, responseHeaders: decided.kind === 'respond' ? decided.headers : decided.added, body: decided.kind === 'respond' ? (decided.body ?? '') : '', backend: null, hops };
  const { hidden } = decided;
  const known = answer(config, probe, ports, { statuses, headers: reply.headers });
  const answered: HeaderList = [...reply.headers.filter(([field]) => !hidden.includes(field.toLowerCase())), ...(known.kind === 'forward' ? known.added : [])];
  return { status: decided.status ?? reply.status, responseHeaders: answered, body: reply.body, backend: hops.at(-1) ?? null, hops };
}
