import { requestClass } from '../../src/ir/request-class.ts';
import type { Observation } from './engine-ask.ts';
import type { HeaderList } from '../../src/ir/index.ts';

/** What of an observation is a decision: everything but what changes from run to run or belongs to the connection. */
export interface Recorded {
  readonly request: string;
  readonly status: number;
  readonly headers: readonly string[];
  /** Of an answer that the engine made itself. */
  readonly body?: string;
  readonly backend?: { readonly name: string; readonly method: string; readonly target: string; readonly headers: readonly string[] };
}

/** Facts of a connection or a clock, on every engine. */
const AMBIENT_RESPONSE = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);
/** Host name of the machine, and what belongs to the hop. */
const AMBIENT_REQUEST = new Set(['connection', 'x-forwarded-server', 'content-length', 'transfer-encoding']);

/** The decision in an observation; ports of loopback servers are masked in addresses. */
export function decisionOf(request: string, seen: Observation): Recorded {
  const { backend } = seen;
  return {
    request, status: seen.status, headers: lines(seen.responseHeaders, AMBIENT_RESPONSE),
    ...(backend === null
      ? { body: seen.body }
      : { backend: { name: backend.name, method: backend.method, target: backend.target, headers: lines(backend.headers, AMBIENT_REQUEST) } }),
  };
}

function lines(headers: HeaderList, without: ReadonlySet<string>): readonly string[] {
  return headers.filter(([name]) => !without.has(name.toLowerCase())).map(([name, value]) => `${canonical(name)}: ${value}`).sort();
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, char: string) => dash + char.toUpperCase());
}

/**
 * Ambient differences, listed once per target (docs/conformance.md): what an engine adds or words its own way without
 * changing the decision.
 */
const AMBIENT: Readonly<Record<string, { readonly response: RegExp; readonly request: RegExp; readonly bodies: boolean }>> = {
  // The Docker provider marks routers of the default rule; files cannot ask for that (router.defaultRule).
  traefik: { response: /^$/, request: /^X-Traefik-Router: /, bodies: true },
  // nginx names itself; Traefik asks backends for gzip on its own account; error bodies are worded otherwise.
  nginx: { response: /^(?:Server|Content-Type|X-Content-Type-Options): /, request: /^(?:Accept-Encoding|X-Traefik-Router): /, bodies: false },
  // Kong words its own answers in JSON; what its proxy module adds on its own account (X-Forwarded-*, X-Real-IP, Via) is not modelled;
  // its X-Forwarded-Prefix holds the text that was cut, which is Traefik's in the common cases only.
  kong: { response: /^(?:Server|Content-Type|X-Content-Type-Options): /, request: /^(?:Accept-Encoding|X-Traefik-Router|X-Forwarded-(?:For|Host|Port|Proto|Prefix)|X-Real-Ip): /, bodies: false },
};

/** A decision without what is ambient for a target. Content-Type counts where a backend answered. */
export function comparable(target: string, decision: Recorded): unknown {
  const ambient = AMBIENT[target];
  if (ambient === undefined) throw new Error(`no ambient table for ${target}`);
  const { backend, status } = decision;
  const ignore = backend === undefined ? ambient.response : new RegExp(ambient.response.source.replace(/Content-Type\||\|X-Content-Type-Options/g, ''));
  return {
    status,
    headers: decision.headers.filter((line) => !ignore.test(line)),
    ...(backend === undefined ? (ambient.bodies ? { body: decision.body } : {}) : { backend: { ...backend, headers: backend.headers.filter((line) => !ambient.request.test(line)) } }),
  };
}

/** nginx and Kong refuse some request targets and hosts instead of deciding otherwise: fail closed, declared. */
export function targetDiffers(target: string, wanted: Recorded, seen: Recorded, probe: { readonly target: string; readonly host: string | null }): 'declined' | 'compare' {
  if (target === 'traefik' || seen.status === wanted.status) return 'compare';
  return !regularRequest(target, probe) && [400, 405, 414].includes(seen.status) && seen.backend === undefined ? 'declined' : 'compare';
}

/**
 * A target of class P or R and an ordinary host: every engine must serve it as Traefik does. Kong refuses `;` in a query
 * besides, because it cannot send on the `&` that Traefik makes of it.
 */
export function regularRequest(engine: string, { target, host }: { readonly target: string; readonly host: string | null }): boolean {
  const served = ['P', 'R'].includes(requestClass(target)) && !(engine === 'kong' && /\?.*;/.test(target));
  return served && host !== null && /^[A-Za-z0-9._-]+(?::\d+)?$/.test(host) && !host.includes('..') && Number(/:(\d+)$/.exec(host)?.[1] ?? 0) <= 65_535;
}
