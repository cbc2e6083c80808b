import type { Listener, Probe, Routing } from '../ir/index.ts';
import { answer as kongAnswer } from '../models/kong/index.ts';
import { answer as nginxAnswer, findServer, readNginx } from '../models/nginx/index.ts';
import type { NginxConfig } from '../models/nginx/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { listenerFor, probeFor } from '../testing/probe.ts';
import { heardAtPlace, type Place } from '../text/index.ts';
import { build } from './build.ts';
import type { TargetAnswer } from './explain-document.ts';
import { withoutOwnRoutes } from './foreign.ts';
import { applyOverrides } from './overrides.ts';
import type { ExplainRequest } from './request.ts';
import { routingOf } from './route-tests-judge.ts';
import { modelOf } from './validate.ts';
import { kongListeningAt, readKongNodes } from './validation/kong-nodes.ts';
import { shown } from './validation/outcome.ts';
import { placeOf } from './validation/places.ts';
import { withStandIns } from './validation/stand-ins.ts';
import type { BuildOptions, BuiltTarget, Loaded, LoadedGateway } from './types.ts';

/**
 * What the files that `build` would write do with the same request, by the reader that shares no code with the writer:
 * which block or route takes it, and whether that is the same decision.
 */
export function explainTargets(loaded: Loaded, gateway: LoadedGateway, requests: readonly ExplainRequest[], options: BuildOptions): readonly (readonly TargetAnswer[])[] {
  const overrides = withPorts(routingOf(gateway), options);
  const { built, diagnostics } = build({ ...loaded, gateways: [gateway] }, overrides);
  return requests.map((request) => built.map((one) => answerOf(one, gateway, request, overrides, diagnostics.find(({ blocking }) => blocking)?.message)));
}

/**
 * An entry point whose address nobody knows gets a port of its own, so that there are files to ask: which port it is
 * decides nothing.
 */
function withPorts(routing: Routing, options: BuildOptions): BuildOptions {
  const entryPoints = new Map(options.overrides.entryPoints);
  const taken = new Set([...routing.listeners.map(({ entryPoint }) => entryPoint.port), ...[...entryPoints.values()].map(({ port }) => port)]);
  let port = 18_000;
  for (const { entryPoint } of routing.listeners) {
    if (entryPoint.port !== 0 || entryPoints.has(entryPoint.name)) continue;
    while (taken.has(port)) port += 1;
    entryPoints.set(entryPoint.name, { host: '', port: port++ });
  }
  return { ...options, overrides: { ...options.overrides, entryPoints } };
}

function answerOf(built: BuiltTarget, gateway: LoadedGateway, request: ExplainRequest, options: BuildOptions, refused: string | undefined): TargetAnswer {
  const base = { target: built.target, version: built.version, took: null };
  const resolved = gateway.resolved[0];
  if (built.files === undefined || resolved === undefined) return { ...base, outcome: 'unwritten', detail: built.diagnostics.find(({ blocking, severity }) => blocking || severity === 'error')?.message ?? refused ?? null };
  const { routing: whole } = applyOverrides(resolved.gateway, resolved.routing, options.overrides);
  const routing = built.target.startsWith('traefik') ? whole : withoutOwnRoutes(whole);
  const listener = listenerFor(whole, request);
  const probe = probeFor(whole, request);
  if (listener === undefined || probe === undefined) return { ...base, outcome: 'unknown', detail: 'no entry point serves this request' };
  if (!routing.listeners.some(({ entryPoint }) => entryPoint.name === probe.entryPoint)) return { ...base, outcome: 'differs', detail: `${built.target} does not listen for entry point ${probe.entryPoint}, which serves only Traefik's own services` };
  const texts = new Map(built.files.map(({ path, text }) => [path, text]));
  const took = tookBy(built.target, texts, probe, listener);
  // A port of nginx speaks TLS or does not; Traefik answers either way.
  const spoken = probe.tls === false ? listener.plain : listener.tls;
  if (built.target === 'nginx' && spoken.length === 0) return { ...base, took, outcome: 'declined', detail: `nginx speaks only ${probe.tls === false ? 'TLS' : 'plain HTTP'} there` };
  return { ...base, took, ...compared(built, routing, texts, probe) };
}

function compared(built: BuiltTarget, given: Routing, texts: ReadonlyMap<string, string>, probe: Probe): Pick<TargetAnswer, 'outcome' | 'detail'> {
  const { routing, files } = withStandIns(given, texts);
  const model = modelOf(built, { routing, files });
  if (model === undefined) return { outcome: 'unknown', detail: `nothing reads the files of ${built.target} back` };
  const answer = model.ask(probe, createRuntime(routing, { clock: () => 0, random: () => 0 }).decide(probe));
  switch (answer.kind) {
    case 'same': return { outcome: 'same', detail: null };
    case 'declined': return { outcome: 'declined', detail: null };
    case 'unmodelled': return { outcome: 'unknown', detail: `the reader of these files does not know: ${answer.what}` };
    case 'differs': {
      const { what, expected, seen } = shown({ ...answer.mismatch, probe, router: null });
      return { outcome: 'differs', detail: `${what} is "${seen}" instead of "${expected}"` };
    }
  }
}

function tookBy(target: string, files: ReadonlyMap<string, string>, probe: Probe, listener: Listener): string | null {
  if (target === 'nginx') return tookByNginx(readNginx(files), probe, placeOf(listener.entryPoint));
  return target === 'kong' ? tookByKong(files, probe, placeOf(listener.entryPoint)) : null;
}

function tookByNginx(config: NginxConfig, probe: Probe, place: Place): string | null {
  const listening = heardAtPlace(config.sockets, place);
  const port = String(place.port);
  const host = (probe.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (config.unknown !== undefined || listening === undefined) return null;
  const server = findServer(listening, host, (regex) => regex.match(host) !== undefined);
  const block = server === listening.otherwise && !server.names.includes(host) ? `the default server on port ${port}` : `server ${server.names[0] ?? ''} on port ${port}`;
  const seen = nginxAnswer(config, probe, new Map([[probe.entryPoint, place]]));
  if (seen.kind === 'forward' && seen.status === undefined) return `${block}, location ${seen.location === '' ? '/' : seen.location} -> ${seen.endpoints.map(({ address }) => address).join(', ')}${seen.target}`;
  return seen.kind === 'unknown' ? block : `${block} answers ${String(seen.status)}`;
}

function tookByKong(files: ReadonlyMap<string, string>, probe: Probe, place: Place): string | null {
  const nodes = readKongNodes(files).flatMap(({ node }) => (node === undefined ? [] : [node]));
  const listening = kongListeningAt(nodes)(place);
  if (listening === undefined) return null;
  const { match, forward, status } = kongAnswer(listening.node, probe);
  if (match === undefined) return `no route: ${String(status ?? 404)}`;
  const route = `route ${match.route.name}`;
  return forward === undefined ? `${route} answers ${String(status ?? 0)}` : `${route}, service ${match.route.service?.name ?? '(none)'} -> ${forward.endpoints.map(({ address }) => address).join(', ')}${forward.target}`;
}
