import type { Diagnostic } from '../diagnostics/index.ts';
import { isSecretOption, refKey } from '../ir/index.ts';
import type { Gateway, Routing, Unjudged, Variables } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import { judge, refusals } from '../targets/judge.ts';
import { targets } from '../targets/index.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { AddressOverrides } from '../targets/target.ts';
import { ownEntryPoints, withoutOwnRoutes } from './foreign.ts';
import { lint } from './lint.ts';
import { applyOverrides } from './overrides.ts';
import type { BuildOptions, BuildResult, BuiltTarget, Loaded, LoadedGateway } from './types.ts';

/** Compiles every gateway to every target: all files of a target or none of it, with the reasons. */
export function build(loaded: Loaded, options: BuildOptions): BuildResult {
  const blocking = lint(loaded).diagnostics.filter((diagnostic) => diagnostic.blocking);
  const diagnostics: Diagnostic[] = [...blocking];
  const built = loaded.gateways.flatMap((gateway) => {
    const own = [...blocking.filter((diagnostic) => concerns(diagnostic, gateway, loaded)), ...buildOnly(gateway, options.overrides)];
    diagnostics.push(...own.filter((diagnostic) => !blocking.includes(diagnostic)));
    return options.targets.map((name) => buildTarget(loaded, gateway, name, options, own.length > 0));
  });
  return { built, diagnostics };
}

/** A finding of one stack stops the gateways that serve it; one of no stack stops all. */
function concerns(diagnostic: Diagnostic, gateway: LoadedGateway, loaded: Loaded): boolean {
  const stack = diagnostic.symbol.split('/')[0] ?? '';
  return gateway.stacks.includes(stack) || !loaded.workspace.stacks.some((one) => one.name === stack);
}

function buildTarget(loaded: Loaded, gateway: LoadedGateway, name: string, options: BuildOptions, refused: boolean): BuiltTarget {
  const target = targets.find((one) => one.name === name);
  const resolved = gateway.resolved[0];
  if (target === undefined || resolved === undefined) throw new Error(`no target "${name}"`);
  const version = options.versions.get(name) ?? target.defaultVersion;
  const { gateway: final, routing: whole } = applyOverrides(resolved.gateway, resolved.routing, options.overrides);
  const routing = name === 'traefik' ? whole : withoutOwnRoutes(whole);
  const base = { gateway: gateway.name, target: name, version, counts: countServed(routing), verifiedBy: 'nothing', judged: [], diagnostics: [] };
  if (refused) return base;
  const left = name === 'traefik' ? [] : ownEntryPoints(whole).map((point): Diagnostic => leftOut(name, point, whole));
  const emitted = emit(loaded, target, final, routing, version, options, base);
  return { ...emitted, diagnostics: [...left, ...emitted.diagnostics] };
}

function leftOut(target: string, name: string, routing: Routing): Diagnostic {
  const origin = routing.listeners.find((listener) => listener.entryPoint.name === name)?.plain[0]?.origin ?? routing.listeners[0]?.entryPoint.origin;
  if (origin === undefined) throw new Error('an entry point without a place');
  return {
    rule: 'target-internal-service', severity: 'note', blocking: false, at: { origin }, symbol: `${target} entryPoints.${name}`,
    message: `entry point "${name}" serves only Traefik's own API or metrics, so ${target} does not listen there`,
  };
}

function emit(loaded: Loaded, target: AnyTarget, gateway: Gateway, routing: Routing, version: string, options: BuildOptions, base: BuiltTarget): BuiltTarget {
  const settings = options.settings[target.name] ?? {};
  const flavour = flavourOf(target, settings, version);
  const judged = judge(target.name, flavour.capabilities, routing, version, options.allowances);
  const refusal = refusals(target.name, judged);
  if (refusal.length > 0) return { ...base, judged, diagnostics: refusal };
  const emitted = target.emit(routing, { version, flavour: flavour.name, inlineSecrets: options.inlineSecrets, origins: loaded.origins, files: loaded.files, gateway, settings });
  const failed = emitted.files === undefined || emitted.diagnostics.some((diagnostic) => diagnostic.blocking);
  return { ...base, judged, diagnostics: emitted.diagnostics, ...(failed || emitted.files === undefined ? {} : { files: emitted.files }) };
}

/** A flavour is named in the settings, else by the version, else the default. */
function flavourOf(target: AnyTarget, settings: Readonly<Record<string, unknown>>, version: string): { readonly name: string; readonly capabilities: AnyTarget['flavours'][string] } {
  const wanted = [settings['flavour'], version, target.defaultFlavour].find((name): name is string => typeof name === 'string' && target.flavours[name] !== undefined) ?? target.defaultFlavour;
  const capabilities = target.flavours[wanted];
  if (capabilities === undefined) throw new Error(`target "${target.name}" has no flavour "${wanted}"`);
  return { name: wanted, capabilities };
}

function countServed(routing: Routing): BuiltTarget['counts'] {
  const routes = routing.listeners.flatMap((listener) => [...listener.plain, ...listener.tls]).filter((route) => !route.synthetic);
  const unique = (keys: readonly string[]): number => new Set(keys).size;
  return {
    routers: unique([...routes.map((route) => refKey(route.router)), ...routing.listeners.flatMap((listener) => listener.tcp.map((route) => refKey(route.router)))]),
    services: unique(routes.map((route) => refKey(route.service.service.ref))),
    middlewares: unique(routes.flatMap((route) => route.chain.map((middleware) => refKey(middleware.ref)))),
  };
}

/** What only a build needs: addresses of entry points, values of variables. */
function buildOnly(gateway: LoadedGateway, overrides: AddressOverrides): readonly Diagnostic[] {
  const resolved = gateway.resolved[0];
  if (resolved === undefined) return [];
  return [...undeclaredEntryPoints(resolved.routing, resolved.unjudged, overrides), ...definedElsewhere(resolved.unjudged), ...unsetVariables(resolved.gateway)];
}

function undeclaredEntryPoints(routing: Routing, unjudged: readonly Unjudged[], overrides: AddressOverrides): readonly Diagnostic[] {
  const missing = routing.listeners.map((listener) => listener.entryPoint).filter((point) => point.port === 0 && !overrides.entryPoints.has(point.name));
  return missing.map((point): Diagnostic => {
    const use = unjudged.find((one) => one.what === 'entryPoint' && one.name === point.name);
    const users = routing.listeners.find((listener) => listener.entryPoint === point);
    const origin = use?.origin ?? users?.plain[0]?.origin ?? users?.tls[0]?.origin ?? users?.tcp[0]?.origin ?? point.origin;
    const implicit = point.name === 'default' && use === undefined;
    return {
      rule: 'entrypoint-unknown', severity: 'error', blocking: true, at: { origin }, symbol: use?.symbol ?? `entryPoints.${point.name}`,
      message: implicit ? 'routers without entry points need the default ones, and none is declared here' : `entry point "${point.name}" is declared nowhere, so its address is not known`,
      why: "it stands in Traefik's static configuration, which was not found",
      help: `name the file (--static traefik.yml) or the address (--entrypoint ${implicit ? 'web' : point.name}=0.0.0.0:80)`,
    };
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
