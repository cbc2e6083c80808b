import { endpointAddress, runAsync, type Effect, type EffectResult } from '../runtime/index.ts';
import { peek } from './body.ts';
import { ByteSource } from './byte-source.ts';
import { sendUpstream, type Senders } from './send.ts';
import { Waiter } from './waiter.ts';

type Outcome = Extract<EffectResult, { kind: 'sent' }>['outcome'];

/** What a performer tells of on its way. */
interface Told {
  readonly sentTo?: (address: string) => void;
  /** Answers that are still on their way in when they begin. */
  readonly received?: ByteSource[];
}

/** Performs the effects of one request with sockets and timers; detached work (mirrors) outlives the client. */
export function performer(senders: Senders, waiter: Waiter, { sentTo, received }: Told = {}): (effect: Effect) => Promise<EffectResult> {
  const perform = async (effect: Effect): Promise<EffectResult> => {
    switch (effect.kind) {
      case 'send':
        if (effect.to.kind === 'endpoint') sentTo?.(endpointAddress(effect.to.endpoint));
        return { kind: 'sent', outcome: remembered(await sendUpstream(effect, senders, waiter), received) };
      case 'read':
        return { kind: 'read', read: await peek(effect.body, effect.atMost) };
      case 'sleep':
        await pause(effect.milliseconds, waiter);
        return { kind: 'done' };
      case 'detach':
        detach(effect, senders);
        return { kind: 'done' };
    }
  };
  return perform;
}

function detach({ run }: Extract<Effect, { kind: 'detach' }>, senders: Senders): void {
  const received: ByteSource[] = [];
  runAsync(run(), performer(senders, new Waiter(), { received })).catch(() => undefined).finally(() => dropAll(received));
}

function remembered(outcome: Outcome, received: ByteSource[] | undefined): Outcome {
  const body = outcome.kind === 'response' ? outcome.response.body : undefined;
  if (body?.kind === 'stream' && body.source instanceof ByteSource && body.source.origin !== undefined) received?.push(body.source);
  return outcome;
}

/** An answer that nobody read (another one was shown instead) would hold its connection for ever. */
export function dropAll(received: readonly ByteSource[]): void {
  for (const source of received) source.drop();
}

function pause(milliseconds: number, waiter: Waiter): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = setTimeout(stop, milliseconds);
    const forget = waiter.onLeave(stop);
  });
}
