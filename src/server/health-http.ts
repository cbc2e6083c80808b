import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { endpointAddress, type HealthTarget } from '../runtime/index.ts';
import { withoutBrackets, type Senders } from './send.ts';

/** What Go's client follows before it gives up. */
const MOST_HOPS = 10;
const MOVED = new Set([301, 302, 303, 307, 308]);

interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Where it was sent on from. */
  readonly from?: URL;
}

/** Up for the wanted status, else any 2xx or 3xx, within the timeout, redirections included (pkg/healthcheck; ran). */
export async function askHealth(target: HealthTarget, senders: Senders): Promise<boolean> {
  const { check } = target;
  const late = AbortSignal.timeout(check.timeout);
  let hop: Hop | undefined = firstHop(target);
  for (let count = 0; hop !== undefined && count < MOST_HOPS; count += 1) {
    const answer: IncomingMessage | undefined = await ask(hop, target, senders, late);
    if (answer === undefined) return false;
    const next: Hop | undefined = check.followRedirects ? nextHop(hop, answer) : undefined;
    if (next === undefined) return isUp(answer.statusCode ?? 0, check.status);
    hop = next;
  }
  return false;
}

function isUp(status: number, wanted: number): boolean {
  return wanted === 0 ? status >= 200 && status < 400 : status === wanted;
}

function firstHop({ check, endpoint }: HealthTarget): Hop | undefined {
  const base = `${check.scheme === '' ? endpoint.scheme : check.scheme}://${endpointAddress(endpoint).replace(/^[^/]*\/\//, '')}`;
  const path = check.path.startsWith('/') ? check.path : `/${check.path}`;
  if (!URL.canParse(path, base)) return undefined;
  const url = new URL(path, base);
  if (check.port !== 0) url.port = String(check.port);
  return { url, method: check.method === '' ? 'GET' : check.method };
}

/** Without a place to go the answer is the answer. */
function nextHop({ url, method }: Hop, { statusCode = 0, headers: { location = '' } }: IncomingMessage): Hop | undefined {
  if (!MOVED.has(statusCode) || location === '' || !URL.canParse(location, url.href)) return undefined;
  return { url: new URL(location, url), method: statusCode >= 307 || method === 'HEAD' ? method : 'GET', from: url };
}

function ask({ url, method, from }: Hop, target: HealthTarget, senders: Senders, signal: AbortSignal): Promise<IncomingMessage | undefined> {
  const { check, endpoint, transport } = target;
  const secure = url.protocol === 'https:';
  const own = firstHop(target)?.url.host === url.host;
  const headers = { 'User-Agent': 'Go-http-client/1.1', 'Accept-Encoding': 'gzip', ...(from === undefined || (from.protocol === 'https:' && !secure) ? {} : { Referer: from.href }), ...withoutHost(check.headers), Host: own && check.hostname !== '' ? check.hostname : url.host };
  const options: RequestOptions = { ...addressOf(url, own ? senders.place(endpoint) : undefined, check.port), path: `${url.pathname}${url.search}`, method, signal, headers };
  return new Promise((resolve) => {
    const outgoing = secure ? secureRequest({ ...options, ...senders.transportTls(transport) }) : plainRequest(options);
    outgoing.on('response', (response) => {
      response.on('error', () => undefined).resume();
      resolve(response);
    });
    outgoing.on('error', () => resolve(undefined)).end();
  });
}

/** Where the server really is, unless the check has a port of its own or was sent elsewhere. */
function addressOf(url: URL, place: { readonly host: string; readonly port: number } | undefined, port: number): { readonly host: string; readonly port: number } {
  const named = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: withoutBrackets(place?.host ?? url.hostname), port: place === undefined || port !== 0 || place.port === 0 ? named : place.port };
}

/** Go's client names the host elsewhere. */
function withoutHost(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host'));
}
