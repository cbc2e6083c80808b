import type { Ref } from '../../ir/index.ts';
import type { Sourced } from '../../text/index.ts';
import type { EntryPointSet } from '../entry-points.ts';
import { quoted } from '../names.ts';
import type { Declared } from '../types.ts';
import { ownProblem, type World } from './world.ts';

/** An entry point that does not exist, or serves the other protocol. */
export function reportEntryPoint(use: Sourced<string>, declared: Declared, loses: readonly Ref[], entryPoints: EntryPointSet, world: World): void {
  const udp = declared.ref.protocol === 'udp';
  const isOther = entryPoints.list.some((entryPoint) => entryPoint.name === use.value && entryPoint.udp !== udp);
  world.problems.report(`entry-point-unknown|${declared.ref.protocol === 'udp' ? 'udp' : 'tcp'}|${use.value}|${loses.length === 0 ? 'some' : 'all'}|${declared.symbol}`, {
    kind: 'entry-point-unknown',
    origin: use.origin,
    subject: use.value,
    ...(isOther ? { context: udp ? 'udp' : 'tcp' } : {}),
    candidates: entryPoints.list.filter((entryPoint) => entryPoint.udp === udp).map(({ name }) => name),
    engineSays: `entryPoint ${quoted(use.value)} doesn't exist`,
    loss: loses.length === 0 ? 'entryPoint' : 'router',
    ref: declared.ref,
    ...(declared.container === undefined ? {} : { container: declared.container.id }),
    symbol: `${declared.symbol}.entryPoints`,
  }, loses);
}

/** No entry point speaks UDP, so a UDP router that leaves the choice to the engine has none (ran on 3.7). */
export function reportNoUdp(declared: Declared, world: World): void {
  world.problems.report(`entry-point-unknown|none|${declared.symbol}`, { ...ownProblem(declared, 'entry-point-unknown', 'no valid entryPoint for this router', declared.origin, 'entryPoints'), context: 'none' }, [declared.ref]);
}

/** A certificate resolver that the static configuration does not have. */
export function judgeResolver(resolver: Sourced<string>, declared: Declared, world: World, path = 'tls.certResolver'): void {
  const known = world.proxy.static;
  const symbol = `${declared.symbol}.${path}`;
  if (known === 'unknown') {
    world.unjudged.add({ needs: 'static', what: 'resolver', name: resolver.value, origin: resolver.origin, symbol });
    return;
  }
  if (known.resolvers.some(({ value }) => value === resolver.value)) return;
  const says = world.version === '2.11' ? `uses a nonexistent resolver: ${resolver.value}` : 'Router uses a nonexistent certificate resolver';
  world.problems.report(`resolver-unknown|${resolver.value}|${declared.symbol}`, { ...ownProblem(declared, 'resolver-unknown', says, resolver.origin, path), subject: resolver.value, candidates: known.resolvers.map(({ value }) => value), loss: 'nothing' });
}
