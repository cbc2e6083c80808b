import { stringify } from 'yaml';
import { load } from '../../src/compile/load.ts';
import type { Routing } from '../../src/ir/index.ts';
import type { ResolvedGateway } from '../../src/resolve/index.ts';

type Tree = Readonly<Record<string, unknown>>;

/** A routing as the product itself reads it from Traefik's files; whatever stands against it fails the test. */
export function routingFrom(dynamic: Tree, entryPoints?: Tree): Routing {
  const { gateway, routing } = resolvedFrom(dynamic, entryPoints);
  const disabled = gateway.states.filter(({ status }) => status === 'disabled');
  if (disabled.length > 0) throw new Error(JSON.stringify(disabled));
  return routing;
}

/** The same with all that stands against it. */
export function resolvedFrom(dynamic: Tree, entryPoints: Tree = { web: { address: ':80' } }): ResolvedGateway {
  const files: Readonly<Record<string, string>> = { 'traefik.yml': stringify({ entryPoints, providers: { file: { filename: 'dynamic.yml' } } }), 'dynamic.yml': stringify(dynamic) };
  const host = { readFile: (path: string) => files[path], listFolder: () => Object.keys(files) };
  const loaded = load({ gateways: [{ name: 'default', stacks: [], static: 'traefik.yml', dynamic: ['dynamic.yml'], versions: ['3.7'] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
  const resolved = loaded.gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  return resolved;
}
