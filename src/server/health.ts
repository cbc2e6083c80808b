import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { HealthTarget, Runtime } from '../runtime/index.ts';
import type { Senders } from './send.ts';

/** Checks servers as the configuration asks, and tells the runtime; returns what stops it. */
export function watchHealth(runtime: Runtime, senders: Senders): () => void {
  // An absolute URL as path is refused by the runtime itself.
  const stops = runtime.healthTargets.filter(({ check: { path } }) => !path.includes('://')).map((target) => watch(target, runtime, senders));
  return () => stops.forEach((stop) => stop());
}

function watch(target: HealthTarget, runtime: Runtime, senders: Senders): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const again = async (): Promise<void> => {
    const up = await check(target, senders);
    if (stopped) return;
    runtime.reportHealth(target.service, target.endpoint, up);
    const pause = up ? target.check.interval : (target.check.unhealthyInterval ?? target.check.interval);
    timer = setTimeout(() => void again(), pause).unref();
  };
  void again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Up for the wanted status, else any 2xx or 3xx, within the timeout. gRPC checks are not made: their servers stay up. */
function check({ check: wanted, endpoint, transport }: HealthTarget, senders: Senders): Promise<boolean> {
  if (wanted.mode === 'grpc') return Promise.resolve(true);
  const { host, port } = senders.place(endpoint);
  const secure = (wanted.scheme === '' ? endpoint.scheme : wanted.scheme) === 'https';
  const headers = { ...(wanted.hostname === '' ? {} : { Host: wanted.hostname }), ...wanted.headers };
  const path = wanted.path === '' ? '/' : wanted.path.startsWith('/') ? wanted.path : `/${wanted.path}`;
  const options = { host: host.replace(/^\[|\]$/g, ''), port: wanted.port === 0 ? port : wanted.port, path, method: wanted.method === '' ? 'GET' : wanted.method, headers, timeout: wanted.timeout };
  return new Promise((resolve) => {
    const outgoing = secure ? secureRequest({ ...options, ...senders.transportTls(transport) }) : plainRequest(options);
    outgoing.on('response', (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(wanted.status === 0 ? status >= 200 && status < 400 : status === wanted.status);
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(false));
    outgoing.end();
  });
}
