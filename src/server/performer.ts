import { endpointAddress, runAsync, type Effect, type EffectResult } from '../runtime/index.ts';
import { peek } from './body.ts';
import { sendUpstream, type Senders } from './send.ts';

/** Performs the effects of one request with sockets and timers; detached work (mirrors) outlives the client. */
export function performer(senders: Senders, signal: AbortSignal, sentTo: (address: string) => void = () => undefined): (effect: Effect) => Promise<EffectResult> {
  const perform = async (effect: Effect): Promise<EffectResult> => {
    switch (effect.kind) {
      case 'send':
        if (effect.to.kind === 'endpoint') sentTo(endpointAddress(effect.to.endpoint));
        return { kind: 'sent', outcome: await sendUpstream(effect.to, effect.request, senders, signal) };
      case 'read':
        return { kind: 'read', read: await peek(effect.body, effect.atMost) };
      case 'sleep':
        await pause(effect.milliseconds, signal);
        return { kind: 'done' };
      case 'detach':
        runAsync(effect.run(), performer(senders, new AbortController().signal)).catch(() => undefined);
        return { kind: 'done' };
    }
  };
  return perform;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(stop, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
