import type { Diagnostic } from '../../diagnostics/index.ts';
import { containerSymbol, refKey } from '../../ir/index.ts';
import type { JudgedLabel, Ref } from '../../ir/index.ts';
import { oncePer } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext, ResolvedGateway } from '../rule.ts';

interface Copy {
  readonly container: string;
  readonly name: string;
  readonly origin: OriginId;
}

const copiesIn = oncePer(collect);

/** Containers that declare a lost router in the same words: the engine joins the copies, and the mistake stands in each. */
export function twinsOf(lost: ReadonlySet<string>, told: readonly (string | undefined)[], resolved: ResolvedGateway, { origins }: LintContext): NonNullable<Diagnostic['related']> {
  const copies = copiesIn(resolved);
  const place = (origin: OriginId): string => {
    const span = origins.firstSpan(origin);
    return span === undefined ? '' : `${span.file} ${String(span.start)}`;
  };
  return [...lost].flatMap((key) => {
    const all = copies.get(key) ?? [];
    // Labels that an anchor shares stand in one place.
    const seen = new Set(all.filter(({ container }) => told.includes(container)).map(({ origin }) => place(origin)));
    return all.flatMap(({ container, name, origin }) => {
      if (told.includes(container) || seen.has(place(origin))) return [];
      seen.add(place(origin));
      return [{ origin, label: `the router "${name}" is declared here too` }];
    });
  });
}

/** The first label of each container for each of its routers, by the router's key; what Traefik leaves out declares nothing. */
function collect({ gateway }: ResolvedGateway): ReadonlyMap<string, readonly Copy[]> {
  const filtered = new Set(gateway.fates.filter(({ fate }) => fate.kind === 'filtered').map(({ container }) => containerSymbol(container)));
  const copies = new Map<string, Map<string, Copy>>();
  for (const judged of gateway.labels) {
    const container = containerSymbol(judged.container);
    const found = filtered.has(container) ? undefined : routerOf(judged);
    if (found === undefined) continue;
    for (const namespace of ['docker', 'swarm']) {
      const key = refKey({ ...found, namespace });
      const own = copies.get(key) ?? new Map<string, Copy>();
      copies.set(key, own);
      if (!own.has(container)) own.set(container, { container, name: found.name, origin: judged.label.origin });
    }
  }
  return new Map([...copies].map(([key, own]) => [key, [...own.values()]]));
}

const ROUTER = /^traefik\.(http|tcp|udp)\.routers\.([^.]+)(?:\.|$)/i;

function routerOf({ label }: JudgedLabel): Ref | undefined {
  const [, written = '', name = ''] = ROUTER.exec(label.key.value.text) ?? [];
  const protocol = written.toLowerCase();
  if (protocol !== 'http' && protocol !== 'tcp' && protocol !== 'udp') return undefined;
  return { protocol, kind: 'router', name, namespace: '' };
}
