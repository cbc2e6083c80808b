import { createHash } from 'node:crypto';
import { keyOf, plain } from '../diff/plain.ts';
import { isSecretOption } from '../ir/index.ts';
import type { LoadedGateway } from './types.ts';

/**
 * Equal for gateways that mean the same, however and wherever they are written. Secrets are not part of it: a digest that
 * stands in a repository must not let anybody try passwords.
 */
export function sourceDigest({ resolved: [first] }: LoadedGateway): string | undefined {
  if (first === undefined) return undefined;
  const { gateway, routing } = first;
  const { routers, tcpRouters, udpRouters, middlewares, tcpMiddlewares, services, tcpServices, udpServices, transports, tlsOptions, tlsStores, certificates } = gateway;
  const entities = [routers, tcpRouters, udpRouters, services, tcpServices, udpServices, tcpMiddlewares, tlsOptions, tlsStores, certificates, routing.listeners.map(({ entryPoint }) => entryPoint)];
  const guarded = [...middlewares.map(({ ref, spec }) => [ref.name, withoutSecrets(plain(spec), spec.kind)]), ...transports.map(({ ref, raw }) => [ref.name, withoutSecrets(plain(raw), 'serversTransport')])];
  return createHash('sha256').update(`[${keyOf(entities)},${JSON.stringify(guarded)}]`).digest('hex').slice(0, 32);
}

function withoutSecrets(value: unknown, path: string): unknown {
  if (isSecretOption(path)) return undefined;
  if (Array.isArray(value)) return value.map((item, at) => withoutSecrets(item, `${path}[${String(at)}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]: readonly [string, unknown]) => [key, withoutSecrets(item, `${path}.${key}`)]));
}
