import { bytesBody, NO_BODY } from '../../src/runtime/message.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import type { Destination, Effect, EffectResult, Effects, UpstreamRequest } from '../../src/runtime/effect.ts';
import type { HeaderList, Routing } from '../../src/ir/index.ts';
import { bytesOf } from '../runtime/backends.ts';
import { replyAs } from './backend-replies.ts';
import { isTooOld, NO_HANDSHAKE } from './handshake.ts';
import type { BackendObservation, Observation, ProbeInput } from './engine-ask.ts';

/** The runtime on a routing, backends in memory that answer as the listening ones do. */
export interface MemoryRuntime {
  ask(probe: ProbeInput): Observation;
}

/** `names`: backend by `host:port`. Everything else refuses the connection. */
export function memoryRuntime(routing: Routing, names: ReadonlyMap<string, string>): MemoryRuntime {
  const world = { now: 0 };
  const settings = JSON.stringify(routing.tlsOptions);
  const runtime = createRuntime(routing, { clock: () => world.now, random: () => 0, hostname: 'localhost' });
  return {
    ask: (probe) => {
      if (isTooOld(settings, probe)) return NO_HANDSHAKE;
      const { entryPoint, method, target, host, headers, tls = false, body, httpVersion, proxiedFor, clientIp = '127.0.0.1' } = probe;
      const hops: BackendObservation[] = [];
      const bytes = body === undefined ? NO_BODY : bytesBody(Buffer.from(body, 'latin1'));
      const incoming = { entryPoint, method, target, host, headers, clientIp: proxiedFor ?? clientIp, body: bytes, http10: httpVersion === '1.0', tls: tls === false ? tls : { sni: tls.sni, peerCertificates: [] } } as const;
      const { status, headers: responseHeaders, body: content, finalizers } = run(runtime.handle(incoming), { world, names, hops });
      for (const finalizer of finalizers) finalizer();
      // Behind a refused HEAD there are bytes that no client takes for a body.
      return { status, responseHeaders, body: method === 'HEAD' ? '' : Buffer.from(bytesOf(content)).toString('latin1'), backend: hops.at(-1) ?? null, hops };
    },
  };
}

interface Surroundings {
  readonly world: { now: number };
  readonly names: ReadonlyMap<string, string>;
  readonly hops: BackendObservation[];
}

function run<T>(effects: Effects<T>, around: Surroundings): T {
  let step = effects.next();
  while (step.done !== true) step = effects.next(perform(step.value, around));
  return step.value;
}

function perform(effect: Effect, around: Surroundings): EffectResult {
  switch (effect.kind) {
    case 'send':
      return { kind: 'sent', outcome: send(effect.to, effect.request, around) };
    case 'read': {
      const bytes = bytesOf(effect.body);
      return { kind: 'read', read: { bytes: bytes.subarray(0, effect.atMost), complete: bytes.length <= effect.atMost, rest: bytesBody(bytes) } };
    }
    case 'sleep':
      around.world.now += effect.milliseconds;
      return { kind: 'done' };
    case 'detach':
      run(effect.run(), around);
      return { kind: 'done' };
  }
}

const HTTP2_PORT = 8082;

function send(to: Destination, request: UpstreamRequest, { names, hops }: Surroundings): Extract<EffectResult, { kind: 'sent' }>['outcome'] {
  const name = names.get(addressOf(to));
  if (name === undefined) return { kind: 'failure', failure: 'refused' };
  // The backends speak no TLS, and HTTP/2 on one port only.
  if (to.kind === 'endpoint' && to.endpoint.scheme !== (to.endpoint.port === HTTP2_PORT ? 'h2c' : 'http')) return { kind: 'failure', failure: 'unsupported' };
  const { method, target } = request;
  const headers: HeaderList = [['Host', request.host], ...request.headers];
  const body = Buffer.from(bytesOf(request.body)).toString('latin1');
  hops.push({ name, method, target, headers, body });
  const reply = replyAs.echo(name, { requestLine: `${method} ${target} HTTP/1.1`, method, target, headers, body });
  const bodiless = method === 'HEAD' || reply.status === 204 || reply.status === 304;
  const content = Buffer.from(reply.body, 'latin1');
  return { kind: 'response', response: { status: reply.status, headers: [...reply.headers, ['Content-Length', String(content.length)]], body: bodiless ? NO_BODY : bytesBody(content) } };
}

function addressOf(to: Destination): string {
  if (to.kind === 'endpoint') return `${to.endpoint.host}:${String(to.endpoint.port)}`;
  if (!URL.canParse(to.url)) return '';
  const { hostname, port, protocol } = new URL(to.url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}
