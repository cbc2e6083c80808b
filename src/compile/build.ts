import { findingName } from '../diagnostics/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import { isSecretOption, refKey, routesOf } from '../ir/index.ts';
import type { Gateway, Ref, ResolvedService, Routing, Unjudged, Variables } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import { judge, refusals } from '../targets/judge.ts';
import { targets } from '../targets/index.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { AddressOverrides } from '../targets/target.ts';
import { ownEntryPoints, withoutOwnAnswers, withoutOwnRoutes } from './foreign.ts';
import { clashingSecrets, guarded, ruleSecrets, staticVariables } from './build-secrets.ts';
import { blockingFindings } from './lint.ts';
import { applyOverrides } from './overrides.ts';
import { contradicts, validate } from './validate.ts';
import { settle } from './validation/outcome.ts';
import { withStandInConsumers } from './validation/stand-ins.ts';
import { smallest, type Shown } from './validation/smallest.ts';
import type { BuildOptions, BuildResult, BuiltTarget, Loaded, LoadedGateway } from './types.ts';

/** Compiles every gateway to every target: all files of a target or none of it, with the reasons. */
export function build(loaded: Loaded, options: BuildOptions): BuildResult {
  const blocking = blockingOf(loaded);
  const diagnostics: Diagnostic[] = [...blocking];
  const built = loaded.gateways.flatMap((gateway) => {
    const said = blocking.filter((diagnostic) => concerns(diagnostic, gateway, loaded));
    const own = [...said, ...unreadFiles(gateway, loaded, said), ...buildOnly(gateway, options)];
    diagnostics.push(...own.filter((diagnostic) => !blocking.includes(diagnostic)));
    return options.targets.map((name) => buildTarget(loaded, gateway, name, options, own.length > 0));
  });
  return { built, diagnostics };
}

/**
 * What is wrong in every version the source may have, and what is wrong only in the one that is built: leaving that out
 * without a word would lose a route.
 */
function blockingOf(loaded: Loaded): readonly Diagnostic[] {
  const always = blockingFindings(loaded);
  if (loaded.gateways.every(({ versionKnown, resolved }) => versionKnown || resolved.length < 2)) return always;
  const gateways = loaded.gateways.map(({ healed: _, ...gateway }) => ({ ...gateway, resolved: gateway.resolved.slice(0, 1) }));
  const said = new Set(always.map(findingName));
  const here = blockingFindings({ ...loaded, gateways }).filter((one) => !said.has(findingName(one)));
  const version = gateways[0]?.resolved[0]?.version ?? '';
  return [...always, ...here.map((one) => ({ ...one, why: `${one.why === undefined ? '' : `${one.why}; `}${otherVersion(version)}` }))];
}

function otherVersion(assumed: string): string {
  return `the version is not known and taken for ${assumed}: if it is another one, say --source-version traefik=${assumed === '3.7' ? '2.11' : '3.7'}`;
}

/** A finding of one stack stops the gateways that serve it; one of no stack stops all. */
function concerns(diagnostic: Diagnostic, gateway: LoadedGateway, loaded: Loaded): boolean {
  const stack = diagnostic.symbol.split('/')[0] ?? '';
  return gateway.stacks.includes(stack) || !loaded.workspace.stacks.some((one) => one.name === stack);
}

/** What a gateway.yaml says of a target holds where nobody asked for something else. */
function withOwnSettings(gateway: LoadedGateway, name: string, options: BuildOptions): BuildOptions {
  const own = gateway.spec?.settings[name];
  if (own === undefined) return options;
  const { version, ...settings } = { ...own, ...options.settings[name] };
  const versions = version === undefined || options.versions.has(name) ? options.versions : new Map([...options.versions, [name, String(version)]]);
  return { ...options, versions, settings: { ...options.settings, [name]: settings } };
}

function buildTarget(loaded: Loaded, gateway: LoadedGateway, name: string, given: BuildOptions, refused: boolean): BuiltTarget {
  const options = withOwnSettings(gateway, name, given);
  const { target, resolved, final, whole, routing } = subjectOf(gateway, name, options.overrides);
  const version = options.versions.get(name) ?? target.defaultVersion;
  const isTraefik = target.engine.name === 'Traefik';
  const base = { gateway: gateway.name, target: name, version, counts: countServed(routing), verifiedBy: 'nothing', judged: [], diagnostics: [] };
  if (refused) return base;
  const left = isTraefik ? [] : ownEntryPoints(whole).map((point): Diagnostic => leftOut(name, point, whole));
  const emitted = emit(loaded, gateway, target, final, routing, { version, sourceVersion: resolved.version }, options, base);
  return { ...emitted, diagnostics: [...left, ...emitted.diagnostics] };
}

interface BuildSubject {
  readonly target: AnyTarget;
  readonly resolved: LoadedGateway['resolved'][number];
  readonly final: Gateway;
  readonly whole: Routing;
  /** What this target serves of it. */
  readonly routing: Routing;
}

/** What a target is made from: addresses are final, and only Traefik serves its own API. */
export function subjectOf(gateway: LoadedGateway, name: string, overrides: AddressOverrides): BuildSubject {
  const target = targets.find((one) => one.name === name);
  const resolved = gateway.resolved[0];
  if (target === undefined || resolved === undefined) throw new Error(`no target "${name}"`);
  const { gateway: final, routing: whole } = applyOverrides(resolved.gateway, resolved.routing, overridesFor(name, overrides));
  return { target, resolved, final, whole, routing: target.engine.name === 'Traefik' ? whole : withoutOwnRoutes(whole) };
}

/** Labels hold no addresses: Docker knows them. */
function overridesFor(target: string, overrides: AddressOverrides): AddressOverrides {
  return target === 'traefik-labels' ? { ...overrides, endpoints: [] } : overrides;
}

function leftOut(target: string, name: string, routing: Routing): Diagnostic {
  const origin = routing.listeners.find((listener) => listener.entryPoint.name === name)?.plain[0]?.origin ?? routing.listeners[0]?.entryPoint.origin;
  if (origin === undefined) throw new Error('an entry point without a place');
  return {
    rule: 'target-internal-service', severity: 'note', blocking: false, at: { origin }, symbol: `${target} entryPoints.${name}`,
    message: `entry point "${name}" serves only Traefik's own API or metrics, so ${target} does not listen there`,
  };
}

function emit(loaded: Loaded, whole: LoadedGateway, target: AnyTarget, gateway: Gateway, routing: Routing, versions: { readonly version: string; readonly sourceVersion: string }, options: BuildOptions, base: BuiltTarget): BuiltTarget {
  const { version, sourceVersion } = versions;
  const settings = options.settings[target.name] ?? {};
  const flavour = flavourOf(target, settings, version, sourceVersion);
  const judged = judge(target.name, flavour.capabilities, routing, version, options.allowances);
  const writesStatic = target.name === 'traefik' || (target.name === 'traefik-kv' && settings['provider'] !== undefined);
  const refusal = [...refusals(target.name, judged), ...(writesStatic ? staticVariables(gateway, options.inlineSecrets) : []), ...(target.name === 'traefik' && !options.inlineSecrets ? clashingSecrets(whole, routing, loaded) : [])];
  if (refusal.length > 0) return { ...base, judged, diagnostics: refusal };
  const write = (shown: Shown): ReturnType<AnyTarget['emit']> => target.emit(shown.routing, { version, sourceVersion, flavour: flavour.name, inlineSecrets: options.inlineSecrets, origins: loaded.origins, files: loaded.files, gateway: shown.gateway, settings });
  const emitted = write({ gateway, routing });
  const failed = emitted.files === undefined || emitted.diagnostics.some((diagnostic) => diagnostic.blocking);
  if (failed || emitted.files === undefined) return { ...base, judged, diagnostics: emitted.diagnostics };
  const files = guarded(emitted.files, gateway, routing);
  const built = { ...base, judged, diagnostics: emitted.diagnostics, files, settings };
  const asked = withStandInConsumers({ gateway, routing });
  const expected = (shown: Routing): Routing => (target.engine.name === 'Traefik' ? shown : withoutOwnAnswers(shown));
  const validation = validate({ target: target.name, version, routing: expected(asked.routing), files: asked.routing === routing ? files : (write(asked).files ?? files), judged, callers: asked.routing.consumers ?? [], settings });
  const [first] = validation?.disagreements ?? [];
  const settled = settle(built, validation, routing, options.acceptUnverified);
  if (first === undefined) return settled;
  const shown = smallest(asked, (fewer) => {
    const { files: text } = write(fewer);
    return text !== undefined && contradicts({ target: target.name, version, routing: expected(fewer.routing), files: text, judged }, first.probe);
  });
  return { ...settled, smallest: routesOf(shown.routing) };
}

/**
 * A flavour is named in the settings, else by the version, else the default. `2.11 from 2.11`: a target of the same engine
 * and version as the source says everything that the source does.
 */
function flavourOf(target: AnyTarget, settings: Readonly<Record<string, unknown>>, version: string, sourceVersion: string): { readonly name: string; readonly capabilities: AnyTarget['flavours'][string] } {
  const family = Object.keys(target.flavours).find((name) => version === name || version.startsWith(`${name}.`)) ?? version;
  const named = [settings['flavour'], `${family} from ${sourceVersion}`, family, target.defaultFlavour];
  const wanted = named.find((name): name is string => typeof name === 'string' && target.flavours[name] !== undefined) ?? target.defaultFlavour;
  const capabilities = target.flavours[wanted];
  if (capabilities === undefined) throw new Error(`target "${target.name}" has no flavour "${wanted}"`);
  return { name: wanted, capabilities };
}

function countServed(routing: Routing): BuiltTarget['counts'] {
  const routes = routing.listeners.flatMap((listener) => [...listener.plain, ...listener.tls]).filter((route) => !route.synthetic);
  const streams = routing.listeners.flatMap(({ tcp, udp }) => [...tcp, ...(udp === undefined ? [] : [udp])]);
  const unique = (refs: readonly Ref[]): number => new Set(refs.map(refKey)).size;
  return {
    routers: unique([...routes, ...streams].map(({ router }) => router)),
    services: unique([...routes.map((route) => route.service.service.ref), ...streams.map(({ service }) => service.ref)]),
    middlewares: unique(routes.flatMap((route) => route.chain.map((middleware) => middleware.ref))),
  };
}

/** What only a build needs: addresses of entry points, values of variables. */
function buildOnly(gateway: LoadedGateway, { overrides, inlineSecrets }: BuildOptions): readonly Diagnostic[] {
  const resolved = gateway.resolved[0];
  if (resolved === undefined) return [];
  return [...undeclaredEntryPoints(resolved.routing, resolved.unjudged, overrides), ...definedElsewhere(resolved.unjudged), ...unknownPorts(applyOverrides(resolved.gateway, resolved.routing, overrides).routing), ...unsetVariables(resolved.gateway), ...(inlineSecrets ? [] : ruleSecrets(resolved.routing))];
}

/** Routes of a file that could not be read would be missing without a word. */
function unreadFiles({ stacks }: LoadedGateway, { workspace }: Loaded, said: readonly Diagnostic[]): readonly Diagnostic[] {
  const unread = workspace.stacks.filter(({ name }) => stacks.includes(name)).flatMap(({ name: stack, unread: files = [] }) => files.map((file) => ({ stack, ...file })));
  const isSaid = (origin: OriginId): boolean => said.some(({ rule, at }) => rule === 'compose-file-missing' && 'origin' in at && at.origin === origin);
  return unread.filter(({ origin }) => !isSaid(origin)).map(({ stack, name, origin }) => ({
    rule: 'compose-file-missing', severity: 'error', blocking: true, at: { origin }, symbol: `${stack}/${name}`,
    message: `"${name}" was not read, so what it declares cannot be written here`,
    help: name.includes('${') ? 'give its variables values: --var NAME=VALUE, --env-file FILE, or .env beside the Compose file' : 'put a copy of it beside the others',
  }));
}

function undeclaredEntryPoints(routing: Routing, unjudged: readonly Unjudged[], overrides: AddressOverrides): readonly Diagnostic[] {
  const missing = routing.listeners.map((listener) => listener.entryPoint).filter((point) => point.port === 0 && !overrides.entryPoints.has(point.name));
  return missing.flatMap((point): readonly Diagnostic[] => {
    const use = unjudged.find((one) => one.what === 'entryPoint' && one.name === point.name);
    const users = routing.listeners.find((listener) => listener.entryPoint === point);
    // Its routers may all be refused: then nobody needs an address.
    if (use === undefined && users !== undefined && users.udp === undefined && [users.plain, users.tls, users.tcp].every((routes) => routes.length === 0)) return [];
    const origin = use?.origin ?? users?.plain[0]?.origin ?? users?.tls[0]?.origin ?? users?.tcp[0]?.origin ?? point.origin;
    const implicit = point.name === 'default' && use === undefined;
    return [{
      rule: 'entrypoint-unknown', severity: 'error', blocking: true, at: { origin }, symbol: use?.symbol ?? `entryPoints.${point.name}`,
      message: implicit ? 'routers without entry points need the default ones, and none is declared here' : `entry point "${point.name}" is declared nowhere, so its address is not known`,
      why: "it stands in Traefik's static configuration, which was not found",
      help: `name the file (--static traefik.yml) or the address (--entrypoint ${implicit ? 'web' : point.name}=0.0.0.0:80)`,
    }];
  });
}

/** Kinds of entity that a route cannot be written without: leaving out an unknown middleware would open what it guards. */
const NEEDED: Readonly<Record<string, string>> = { middleware: 'middleware', service: 'service', transport: 'servers transport', tlsOptions: 'TLS options' };

function definedElsewhere(unjudged: readonly Unjudged[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const use of unjudged) {
    const word = NEEDED[use.what];
    if (word === undefined || found.has(`${use.what} ${use.name}`)) continue;
    found.set(`${use.what} ${use.name}`, {
      rule: 'ref-unknown', severity: 'error', blocking: true, at: { origin: use.origin }, symbol: use.symbol,
      message: `${word} "${use.name}" is defined elsewhere, so it cannot be written here`,
      why: 'without it the route would behave otherwise than it does now',
      help: use.name.endsWith('@file') ? 'name the file that defines it: --dynamic FILE (or a folder)' : 'give the stack or file that defines it too',
    });
  }
  return [...found.values()];
}

/** Which port the image exposes is not in a Compose file: nothing is guessed. */
function unknownPorts(routing: Routing): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const listener of routing.listeners) {
    for (const route of [...listener.plain, ...listener.tls]) {
      for (const { service } of reachable(route.service)) {
        if (service.spec.kind !== 'loadBalancer' || found.has(refKey(service.ref))) continue;
        const unknown = service.spec.endpoints.find((endpoint) => endpoint.port === 0);
        if (unknown === undefined) continue;
        found.set(refKey(service.ref), {
          rule: 'port-missing', severity: 'error', blocking: true, at: { origin: service.origin }, symbol: service.symbol,
          message: `the port of "${unknown.container?.service ?? service.ref.name}" is not known`,
          why: 'the Compose file names none, and what the image exposes is not in it',
          help: `add the label traefik.http.services.${service.ref.name}.loadbalancer.server.port, or --endpoint ${unknown.container?.service ?? service.ref.name}=HOST:PORT`,
        });
      }
    }
  }
  return [...found.values()];
}

function reachable(service: ResolvedService): readonly ResolvedService[] {
  return [service, ...service.members.flatMap(reachable)];
}

/** A variable without a value is never written as a blank or as its own name. Secrets are deferred instead. */
function unsetVariables(gateway: Gateway): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const note = (name: string, origin: OriginId, symbol: string): void => {
    if (found.has(name)) return;
    found.set(name, {
      rule: 'var-unset', severity: 'error', blocking: true, at: { origin }, symbol: `${symbol} ${name}`,
      message: `variable ${name} has no value, so nothing can be written here`,
      help: `give it: --var ${name}=VALUE, --env-file FILE, or .env beside the Compose file`,
    });
  };
  for (const entity of [...gateway.middlewares, ...gateway.services, ...gateway.routers]) {
    for (const [path, variables] of variablesOf(entity.variables)) {
      if (isSecretOption(path)) continue;
      for (const name of variables.unset) note(name, entity.places.get(path) ?? entity.origin, entity.symbol);
    }
  }
  for (const router of gateway.routers) for (const name of router.ruleText.value.holes) note(name, router.ruleText.origin, router.symbol);
  return [...found.values()];
}

function variablesOf(variables: Variables): readonly (readonly [string, { readonly unset: readonly string[] }])[] {
  return [...variables];
}
