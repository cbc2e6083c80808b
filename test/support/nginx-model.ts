import { answer } from '../../src/models/nginx/index.ts';
import type { NginxAnswer, NginxConfig } from '../../src/models/nginx/index.ts';
import type { HeaderList, Probe } from '../../src/ir/index.ts';
import { replyAs } from './backend-replies.ts';
import type { Observation, ProbeInput } from './engine-ask.ts';

export function nginxProbe({ entryPoint, method, target, host, headers, tls = false, proxiedFor, clientIp = '127.0.0.1', body }: ProbeInput): Probe {
  return { entryPoint, method, target, host, headers, clientIp: proxiedFor ?? clientIp, tls: tls === false ? tls : { sni: tls.sni }, ...(body === undefined ? {} : { body: Buffer.from(body, 'latin1') }) };
}

/** What the model of a rendered configuration does, seen as a client and the backends would. `names`: backend by `host:port`. */
export function askNginxModel(config: NginxConfig, ports: ReadonlyMap<string, number>, input: ProbeInput, names: ReadonlyMap<string, string>): Observation {
  const probe = nginxProbe(input);
  const decided = answer(config, probe, ports);
  if (decided.kind === 'unknown') throw new Error(`the model of nginx does not know ${decided.directive}`);
  if (decided.kind === 'respond') return { status: decided.status, responseHeaders: decided.headers, body: decided.body ?? '', backend: null, hops: [] };
  return forwarded(decided, input, names, (headers) => {
    const known = answer(config, probe, ports, headers);
    return known.kind === 'forward' ? known.added : [];
  });
}

function forwarded(decided: Extract<NginxAnswer, { kind: 'forward' }>, input: ProbeInput, names: ReadonlyMap<string, string>, addedTo: (answered: HeaderList) => HeaderList): Observation {
  const name = names.get(decided.endpoints[0]?.address.replace(/^\w+:\/\//, '') ?? '');
  if (name === undefined) return { status: 502, responseHeaders: decided.added, body: '', backend: null, hops: [] };
  const { method } = input;
  const { target, requestHeaders: headers } = decided;
  const body = input.body ?? '';
  const reply = replyAs.echo(name, { requestLine: `${method} ${target} HTTP/1.1`, method, target, headers, body });
  const answered: HeaderList = [...reply.headers.filter(([field]) => !decided.hidden.includes(field.toLowerCase())), ...addedTo(reply.headers)];
  const backend = { name, method, target, headers, body };
  return { status: reply.status, responseHeaders: answered, body: reply.body, backend, hops: [backend] };
}
