import { answer, answerStream, readKongNode } from '../../src/models/kong/index.ts';
import type { KongNode } from '../../src/models/kong/index.ts';
import { proxyListeners, streamListeners } from '../../src/models/kong/conf.ts';
import type { HeaderList, HeaderOps, Probe } from '../../src/ir/index.ts';
import type { OutputFile } from '../../src/index.ts';
import { replyAs } from './backend-replies.ts';
import { isTooOld } from './handshake.ts';
import type { Observation, ProbeInput } from './engine-ask.ts';

export interface KongFolder {
  readonly node: KongNode;
  readonly yaml: string;
}

/** The nodes of built files, one per folder with a `kong.yml`. */
export function kongNodes(files: readonly OutputFile[]): readonly KongFolder[] {
  const text = new Map(files.map((file) => [file.path, file.text]));
  const folders = files.filter((file) => file.path.endsWith('kong.yml')).map((file) => file.path.slice(0, -'kong.yml'.length));
  return folders.map((folder) => {
    const read = (name: string): string => text.get(folder + name) ?? '';
    const yaml = read('kong.yml');
    return { yaml, node: readKongNode({ yaml, conf: read('kong.conf'), httpInclude: read('http.inc'), proxyInclude: read('proxy.inc') }) };
  });
}

/** The node that takes HTTP on a port. */
export function nodeAt(nodes: readonly KongFolder[], port: number): KongFolder | undefined {
  return nodes.find(({ node }) => proxyListeners(node.conf).some((listener) => listener.port === port));
}

/** What the node of a port does, whether it takes HTTP or streams. */
export function askPort(nodes: readonly KongFolder[], port: number, input: ProbeInput, names: ReadonlyMap<string, string>): Observation {
  const stream = nodes.find(({ node }) => streamListeners(node.conf).some((listener) => listener.port === port && listener.udp === (input.method === 'UDP')));
  return stream === undefined ? askKong(nodeAt(nodes, port)?.node, input, names) : askStream(stream.node, port, input, names);
}

const nobody = (status: number): Observation => ({ status, responseHeaders: [], body: '', backend: null, hops: [] });

/** An HTTP request as bytes in a stream, or a datagram: who is connected gets it as it was sent. Backends that speak TLS are on port 8443. */
function askStream(node: KongNode, port: number, input: ProbeInput, names: ReadonlyMap<string, string>): Observation {
  const probe = kongProbe(input);
  const { endpoints, terminated } = answerStream(node, { port, udp: input.method === 'UDP', clientIp: probe.clientIp, tls: probe.tls });
  const name = names.get(endpoints[0]?.address ?? '');
  const secure = probe.tls !== false && !terminated;
  if (name === undefined || secure !== (endpoints[0]?.address.endsWith(':8443') === true)) return nobody(0);
  const { method, target } = probe;
  if (method === 'UDP') return datagramOf(name, input.body ?? '');
  const headers: HeaderList = [...(probe.host === null ? [] : [['Host', probe.host] as const]), ...probe.headers];
  const reply = replyAs.echo(name, { requestLine: `${method} ${target} HTTP/1.1`, method, target, headers, body: input.body ?? '' });
  const backend = { name, method, target, headers, body: input.body ?? '' };
  return { status: reply.status, responseHeaders: reply.headers, body: reply.body, backend, hops: [backend] };
}

function datagramOf(name: string, body: string): Observation {
  const backend = { name, method: 'UDP', target: '', headers: [], body };
  return { status: 200, responseHeaders: [['X-Backend', name]], body: name, backend, hops: [backend] };
}

export function kongProbe({ entryPoint, method, target, host, headers, tls = false, proxiedFor, clientIp = '127.0.0.1', body }: ProbeInput): Probe {
  return { entryPoint, method, target, host, headers, clientIp: proxiedFor ?? clientIp, tls: tls === false ? tls : { sni: tls.sni }, ...(body === undefined ? {} : { body: Buffer.from(body, 'latin1') }) };
}

/** What the model of a node does with a request, seen as a client and the backends in memory would. `names`: backend by `host:port`. */
export function askKong(node: KongNode | undefined, input: ProbeInput, names: ReadonlyMap<string, string>): Observation {
  // An entry point without routers has no listener.
  if (node === undefined) return nobody(404);
  if (isTooOld(`ssl_protocols = ${node.conf.get('ssl_protocols') ?? ''}`, input)) return nobody(0);
  const probe = kongProbe(input);
  const secure = proxyListeners(node.conf).some((listener) => listener.ssl);
  // nginx answers plain text on a TLS port with 400 and cannot read a TLS hello on a plain one.
  if (secure !== (probe.tls !== false)) return nobody(secure ? 400 : 0);
  const { forward, status, headers, body, unmodelled } = answer(node, probe, { http10: input.httpVersion === '1.0' });
  if (unmodelled.length > 0) throw new Error(`the model of Kong does not know ${unmodelled.join(', ')}`);
  if (forward === undefined) return { status: status ?? 0, responseHeaders: headers, body: body ?? '', backend: null, hops: [] };
  const address = forward.endpoints[0]?.address.replace(/^\w+:\/\//, '') ?? '';
  const name = names.get(address);
  if (name === undefined) return { status: 502, responseHeaders: forward.responseHeaders.set, body: '', backend: null, hops: [] };
  const { method } = probe;
  const sent: HeaderList = [['Host', forward.host ?? address], ...changed(probe.headers, forward.requestHeaders)];
  const reply = replyAs.echo(name, { requestLine: `${method} ${forward.target} HTTP/1.1`, method, target: forward.target, headers: sent, body: input.body ?? '' });
  const backend = { name, method, target: forward.target, headers: sent, body: input.body ?? '' };
  return { status: reply.status, responseHeaders: changed(reply.headers, forward.responseHeaders), body: reply.body, backend, hops: [backend] };
}

function changed(headers: HeaderList, { set, remove }: HeaderOps): HeaderList {
  const gone = new Set([...set.map(([name]) => name), ...remove].map((name) => name.toLowerCase()));
  return [...headers.filter(([name]) => !gone.has(name.toLowerCase())), ...set];
}
