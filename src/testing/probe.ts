import type { Listener, Probe, Routing } from '../ir/index.ts';
import type { ExplainRequest } from './request.ts';

/** A request as it comes in at its entry point; undefined when there is none for it. */
export function probeFor(routing: Routing, request: ExplainRequest, body?: string): Probe | undefined {
  const listener = listenerFor(routing, request);
  if (listener === undefined) return undefined;
  const tls = request.scheme === undefined ? listener.plain.length === 0 && listener.tls.length > 0 : request.scheme === 'https';
  const { method, target, host, headers, clientIp } = request;
  const name = host.replace(/:\d+$/, '');
  return { entryPoint: listener.entryPoint.name, method, target, host, headers, clientIp, tls: tls ? { sni: name } : false, ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }) };
}

/** The entry point that a request comes in at: by name; else by port; else the first that serves its scheme; else the first. */
export function listenerFor(routing: Routing, { entryPoint, port, scheme }: ExplainRequest): Listener | undefined {
  const http = routing.listeners.filter((listener) => !listener.entryPoint.udp);
  if (entryPoint !== undefined) return http.find((listener) => listener.entryPoint.name === entryPoint);
  const wanted = port ?? (scheme === 'https' ? 443 : 80);
  const serving = http.find((listener) => (scheme === 'https' ? listener.tls.length > 0 : listener.plain.length > 0));
  return http.find((listener) => listener.entryPoint.port === wanted) ?? serving ?? http.find((listener) => scheme === 'https' && listener.entryPoint.tls !== undefined) ?? http[0];
}
