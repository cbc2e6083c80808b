import type { Decision, Probe, Ref } from '../../ir/index.ts';
import { answer } from './answer.ts';
import type { KongAnswer } from './answer.ts';
import type { KongNode } from './node.ts';

/**
 * The decision of a node in the words of the IR. Routes and services carry their Traefik names as tags
 * (`router:web@docker`); what has none is answered by Kong itself.
 */
export function decide(node: KongNode, probe: Probe): Decision {
  const found = answer(node, probe);
  if (found.refusedBy !== undefined) return { kind: 'refused', requestClass: found.refusedBy };
  const router = tagged('router', found.match?.route.tags ?? []);
  if (found.forward === undefined) return respond(found, router);
  const service = tagged('service', found.match?.route.service?.tags ?? []);
  return {
    kind: 'forward',
    router: router ?? unknown('router', found.match?.route.name ?? ''),
    service: service ?? unknown('service', found.match?.route.service?.name ?? ''),
    ...found.forward,
  };
}

function respond(found: KongAnswer, router: Ref | null): Decision {
  const head = { kind: 'respond', router, status: found.status ?? 500, headers: found.headers } as const;
  return found.body === undefined ? head : { ...head, body: found.body };
}

function unknown(kind: 'router' | 'service', name: string): Ref {
  return { protocol: 'http', kind, name, namespace: 'kong' };
}

/** `router:NAME@NAMESPACE`; `,`, `/` and `%` are percent-encoded, because a tag cannot hold them. */
function tagged(kind: 'router' | 'service', tags: readonly string[]): Ref | null {
  const tag = tags.find((candidate) => candidate.startsWith(`${kind}:`));
  if (tag === undefined) return null;
  const text = tag.slice(kind.length + 1).replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const at = text.lastIndexOf('@');
  return at === -1 ? null : { protocol: 'http', kind, name: text.slice(0, at), namespace: text.slice(at + 1) };
}
