import type { Container, Middleware, Ref, Router } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import { groupedBy, oncePer } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext, ResolvedGateway } from '../rule.ts';
import type { Said } from './problem-rule.ts';

export type LintGateway = LintContext['gateways'][number];

/** A finding of a rule that looks at the resolved model. */
export interface ModelFinding extends Said {
  readonly origin: OriginId;
  readonly symbol: string;
}

/**
 * Asks each version that a gateway may run; what only some of them have is counted as not judged. One finding for a
 * place and symbol.
 */
export function reportModel(context: LintContext, find: (resolved: ResolvedGateway, gateway: LintGateway) => readonly ModelFinding[]): void {
  for (const gateway of context.gateways) {
    const found = new Map<string, { readonly finding: ModelFinding; readonly versions: Set<string> }>();
    for (const resolved of gateway.resolved) {
      for (const finding of find(resolved, gateway)) {
        const key = `${finding.symbol}\0${placeKey(context, finding.origin)}`;
        const known = found.get(key) ?? { finding, versions: new Set<string>() };
        found.set(key, known);
        known.versions.add(resolved.version);
      }
    }
    for (const { finding, versions } of found.values()) {
      if (versions.size === gateway.resolved.length) reportFound(context, finding);
      else context.skip({ needs: 'version', subject: finding.symbol, origin: finding.origin });
    }
  }
}

function placeKey(context: LintContext, origin: OriginId): string {
  const span = context.origins.firstSpan(origin);
  return span === undefined ? '' : `${span.file}:${String(span.start)}-${String(span.end)}`;
}

export function reportFound(context: LintContext, { origin, label, ...rest }: ModelFinding): void {
  context.report({ ...rest, at: label === undefined ? { origin } : { origin, label } });
}

const located = oncePer((resolved: ResolvedGateway): ReadonlyMap<string, Container> => new Map(resolved.gateway.fates.map(({ container }): [string, Container] => [idKey(container.id), container]).toReversed()));

/** The container that an endpoint leads to; of replicas and of services with one name the first. */
export function servedBy(resolved: ResolvedGateway, id: Container['id'] | undefined): Container | undefined {
  return id === undefined ? undefined : located(resolved).get(idKey(id));
}

function idKey({ stack, service }: Container['id']): string {
  return `${stack}\0${service}`;
}

export function routerOf(resolved: ResolvedGateway, ref: Ref): Router | undefined {
  return resolved.gateway.routers.find((router) => refKey(router.ref) === refKey(ref));
}

/** The containers that run a proxy: their ports are entry points, not bypasses. */
export function isProxy(container: Container, context: LintContext): boolean {
  return context.gateways.some((gateway) => gateway.resolved.some((resolved) => resolved.gateway.proxy.container === container)) || /(?:^|\/)traefik(?::|@|$)/.test(container.image?.value.text ?? '');
}

/** A dozen rules ask for a kind each, and most gateways have few kinds of many middlewares. */
const byKind = oncePer((resolved: ResolvedGateway): ReadonlyMap<Middleware['spec']['kind'], readonly Middleware[]> => groupedBy(resolved.gateway.middlewares, ({ spec }) => spec.kind));

/** Middlewares of a kind, typed. */
export function middlewaresOf<K extends Middleware['spec']['kind']>(resolved: ResolvedGateway, kind: K): readonly { readonly middleware: Middleware; readonly spec: Extract<Middleware['spec'], { readonly kind: K }> }[] {
  return (byKind(resolved).get(kind) ?? []).flatMap((middleware) => {
    const { spec } = middleware;
    return hasKind(spec, kind) ? [{ middleware, spec }] : [];
  });
}

function hasKind<K extends Middleware['spec']['kind']>(spec: Middleware['spec'], kind: K): spec is Extract<Middleware['spec'], { readonly kind: K }> {
  return spec.kind === kind;
}

/** The place of an option, or of the middleware. */
export function optionAt(entity: { readonly places: ReadonlyMap<string, OriginId>; readonly origin: OriginId }, path: string): OriginId {
  return entity.places.get(path) ?? entity.origin;
}

/** Whether a variable without a value stands in an option or above it. */
export function isUnknown(entity: { readonly variables: ReadonlyMap<string, { readonly unset: readonly string[] }> }, path: string): boolean {
  return (entity.variables.get(path)?.unset.length ?? 0) > 0;
}
