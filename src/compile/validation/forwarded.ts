import type { HeaderList, Probe, Routing } from '../../ir/index.ts';
import { createRuntime, type Effect, type EffectResult } from '../../runtime/index.ts';
import { NO_BODY } from '../../runtime/message.ts';

/** All fields of the request that a service would be sent; undefined = none is sent. */
export type Sender = (probe: Probe) => HeaderList | undefined;

/** The runtime, serving. Its clock runs an hour ahead each time, so that no limit is ever near. */
export function senderOf(routing: Routing): Sender {
  let now = 0;
  const runtime = createRuntime(routing, { clock: () => now, random: () => 0 });
  return (probe) => {
    now += 3_600_000;
    let sent: HeaderList | undefined;
    const perform = (effect: Effect): EffectResult => {
      if (effect.kind === 'read') return { kind: 'read', read: { bytes: new Uint8Array(), complete: true, rest: NO_BODY } };
      if (effect.kind !== 'send') return { kind: 'done' };
      if (effect.to.kind === 'endpoint') sent ??= effect.request.headers;
      return { kind: 'sent', outcome: { kind: 'response', response: { status: 200, headers: [], body: NO_BODY } } };
    };
    const { body, tls, ...rest } = probe;
    const effects = runtime.handle({ ...rest, tls: tls === false ? tls : { sni: tls.sni, peerCertificates: [] }, body: body === undefined ? NO_BODY : { kind: 'bytes', bytes: body } });
    let step = effects.next();
    while (step.done !== true) step = effects.next(perform(step.value));
    for (const finalizer of step.value.finalizers) finalizer();
    return sent;
  };
}
