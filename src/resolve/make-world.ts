import type { Ref } from '../ir/index.ts';
import { refKey, refName } from '../ir/index.ts';
import type { World } from './build/world.ts';
import { toMiddleware, toTcpMiddleware } from './convert/middleware.ts';
import { toService } from './convert/service.ts';
import { toTcpService } from './convert/tcp-service.ts';
import { dockerSettings } from './docker/settings.ts';
import type { Problems } from './problems.ts';
import type { Declared, ResolveInput } from './types.ts';

/** All that was declared, typed, by reference. */
export function makeWorld(input: ResolveInput, all: readonly Declared[], missed: World['missed'], problems: Problems, unjudged: World['unjudged']): World {
  const { proxy, version } = input;
  const of = (kind: Ref['kind'], http: boolean): readonly Declared[] => all.filter(({ ref }) => ref.kind === kind && (ref.protocol === 'http') === http);
  return {
    version,
    proxy,
    names: { proxy, own: dockerSettings(proxy, version)?.namespace ?? 'docker', filesKnown: filesKnown(input) },
    check: { version, disk: input.readFile, plugins: proxy.static === 'unknown' ? undefined : new Set(proxy.static.plugins.map(({ value }) => value)) },
    declared: new Map(all.map((declared) => [refKey(declared.ref), declared])),
    middlewares: keyed(of('middleware', true).flatMap((declared) => toMiddleware(declared, version) ?? [])),
    tcpMiddlewares: keyed(of('middleware', false).flatMap((declared) => toTcpMiddleware(declared) ?? [])),
    services: keyed(of('service', true).flatMap((declared) => toService(declared, version) ?? [])),
    tcpServices: keyed(of('service', false).flatMap((declared) => toTcpService(declared) ?? [])),
    missed,
    namesLike: namesOf(all),
    problems,
    unjudged,
    clean: new Set(),
  };
}

function keyed<T extends { readonly ref: Ref }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [refKey(item.ref), item]));
}

function filesKnown({ dynamicFiles, dynamicKnown }: ResolveInput): boolean {
  return (dynamicKnown ?? dynamicFiles.length > 0) && !dynamicFiles.some(({ templated }) => templated === true);
}

/** Made once per kind, when the first dangling name asks for it. */
function namesOf(all: readonly Declared[]): World['namesLike'] {
  const made = new Map<string, readonly string[]>();
  return ({ protocol, kind }) => {
    const known = made.get(`${protocol} ${kind}`);
    if (known !== undefined) return known;
    const names = all.filter(({ ref }) => ref.protocol === protocol && ref.kind === kind).map(({ ref }) => refName(ref)).toSorted();
    made.set(`${protocol} ${kind}`, names);
    return names;
  };
}
