import type { InProcess, InProcessOptions } from '../server/index.ts';
import type { Routing } from '../ir/index.ts';
import type { AddressOverrides } from '../targets/target.ts';
import { applyOverrides } from './overrides.ts';
import type { Loaded } from './types.ts';

/** What a gateway inside a process is made of: what was loaded, or a routing that somebody already has. */
export type GatewayConfig = InProcessOptions & (
  | {
      readonly loaded: Loaded;
      /** Which one, where several were loaded. */
      readonly gateway?: string;
      readonly overrides?: AddressOverrides;
    }
  | { readonly routing: Routing }
);

/**
 * A gateway that answers Requests inside this process, as Traefik would: for tests and frameworks. Throws RangeError for a
 * name that was not loaded.
 * @example
 * ```ts
 * const gateway = createGateway({ loaded, backends: { app: (request) => new Response(`app got ${new URL(request.url).pathname}`) } });
 * const response = await gateway.fetch(new Request('http://app.example.com/api/users'));
 * ```
 */
export function createGateway(config: GatewayConfig): InProcess {
  const routing = 'routing' in config ? config.routing : routingOf(config);
  // The server comes with the first request: commands that only read load this library, too.
  let made: Promise<InProcess> | undefined;
  const inside = (): Promise<InProcess> => (made ??= import('../server/index.ts').then(({ inProcess }) => inProcess(routing, config)));
  return {
    fetch: async (request) => (await inside()).fetch(request),
    close: () => void made?.then((gateway) => gateway.close()),
  };
}

function routingOf({ loaded, gateway: name, overrides }: Extract<GatewayConfig, { readonly loaded: Loaded }>): Routing {
  const found = name === undefined ? loaded.gateways[0] : loaded.gateways.find((one) => one.name === name);
  const resolved = found?.resolved[0];
  if (resolved === undefined) throw new RangeError(`no gateway "${name ?? ''}" was loaded`);
  return overrides === undefined ? resolved.routing : applyOverrides(resolved.gateway, resolved.routing, overrides).routing;
}
