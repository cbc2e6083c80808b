import type { Consumer, ConsumerLimit, HeaderList } from '../../ir/index.ts';
import { removeHeaders, setHeader } from '../headers.ts';
import { respondError, respondStatus, type Draft, type RuntimeRequest, type RuntimeResponse, type Scope } from '../message.ts';
import { slot } from '../slot.ts';

/** What only the gateway may say of a caller: a client that says it itself is not believed. */
const OWN_FIELDS = ['X-Consumer-Id', 'X-Consumer-Custom-Id', 'X-Consumer-Username', 'X-Credential-Identifier', 'X-Anonymous-Consumer'];

/** Bytes as latin-1, as requests carry them. */
export function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Remembers who calls and tells the service; an answer where the consumer may not call so often. */
export function identify(request: RuntimeRequest, draft: Draft, consumer: Consumer): RuntimeResponse | undefined {
  request.consumer = consumer;
  const named = setHeader(removeHeaders(request.headers, OWN_FIELDS), 'X-Consumer-Username', latin1(consumer.name));
  request.headers = consumer.id === '' ? named : setHeader(named, 'X-Consumer-Custom-ID', latin1(consumer.id));
  return consumer.limit === undefined ? undefined : counted(request.scope, draft, `${consumer.name} own`, consumer.limit);
}

export function unauthorized(draft: Draft, challenge: string): RuntimeResponse {
  const fields: HeaderList = [['WWW-Authenticate', challenge]];
  const answer = respondError(draft, 401, 'Unauthorized');
  return { ...answer, headers: [...answer.headers, ...fields] };
}

/** Length of an ISO date and time down to a window. */
const WINDOW: Readonly<Record<ConsumerLimit['window'], number>> = { year: 4, month: 7, day: 10, hour: 13, minute: 16, second: 19 };
const counters = slot(() => new Map<string, { window: string; count: number }>());

/** Counts a request in the fixed window that the clock is in; an answer where there were enough. */
export function counted(scope: Scope, draft: Draft, key: string, { amount, window }: ConsumerLimit): RuntimeResponse | undefined {
  const now = new Date(scope.now()).toISOString().slice(0, WINDOW[window]);
  const found = counters(scope).get(key);
  const counter = found?.window === now ? found : { window: now, count: 0 };
  counters(scope).set(key, counter);
  if (counter.count >= amount) return respondStatus(draft, 429);
  counter.count += 1;
  return undefined;
}
