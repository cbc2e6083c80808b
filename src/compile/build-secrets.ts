import type { Diagnostic } from '../diagnostics/index.ts';
import { isSecretStatic, routesOf, secretsOfRule, secretVariablesOf } from '../ir/index.ts';
import type { Gateway, Middleware, Routing, Stack } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import type { OutputFile } from '../targets/target.ts';
import { middlewaresOf } from './validation/environment.ts';
import type { Loaded, LoadedGateway } from './types.ts';

/** No target reads a variable into a rule, so the secret itself would stand in its files. */
export function ruleSecrets(routing: Routing): readonly Diagnostic[] {
  const routes = new Map(routesOf(routing).map((route) => [route.symbol, route]));
  return [...routes.values()].flatMap((route) => secretsOfRule(route.rule).slice(0, 1).map(({ origin, secretOf = [] }): Diagnostic => ({
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin }, symbol: `secret ${route.symbol}`,
    message: `the rule of "${route.router.name}" compares with a secret from ${secretOf.join(' and ')}, which would stand in the files`,
    why: 'files are meant to be committed, and a rule cannot be told to read a variable',
    help: 'let forwardAuth or basicAuth ask for it, or write it with --inline-secrets',
  })));
}

/** Providers that Traefik's own file stands for: of these nothing is written. */
const REPLACED = /^providers\.(?:docker|swarm|file|precedence)\b/;

/** The static file has no variables: one without a value is not written as its name, and a secret not at all. */
export function staticVariables({ proxy: { static: config } }: Gateway, inlineSecrets: boolean): readonly Diagnostic[] {
  if (config === 'unknown' || config.variables === undefined) return [];
  return [...config.variables].flatMap(([path, { unset, filled }]): readonly Diagnostic[] => {
    const names = isSecretStatic(path) && !inlineSecrets ? [...unset, ...filled] : unset;
    if (names.length === 0 || REPLACED.test(path) || /^entryPoints\.[^.]+\.address$/.test(path)) return [];
    const base = { severity: 'error', blocking: true, at: { origin: config.places.get(path) ?? config.origin }, symbol: `traefik/static ${path}` } as const;
    if (names === unset) return [{ ...base, rule: 'var-unset', message: `variable ${unset[0] ?? ''} has no value, so ${path} cannot be written`, help: `give it: --var ${unset[0] ?? ''}=VALUE, --env-file FILE, or .env beside the Compose file` }];
    return [{ ...base, rule: 'target-unsupported', message: `${path} is a secret from ${names.join(' and ')}, and Traefik reads no variables into its static file`, why: 'the value itself would stand in a file that is meant to be committed', help: 'write it with --inline-secrets' }];
  });
}

/** Whether the static file holds a secret that came from a variable. */
function hasStaticSecret({ proxy: { static: config } }: Gateway): boolean {
  return config !== 'unknown' && [...(config.variables?.keys() ?? [])].some((path) => isSecretStatic(path) && !REPLACED.test(path));
}

/** Files that hold a secret of a rule or of the static configuration are for their owner alone. */
export function guarded(files: readonly OutputFile[], gateway: Gateway, routing: Routing): readonly OutputFile[] {
  return hasStaticSecret(gateway) || routesOf(routing).some(({ rule }) => secretsOfRule(rule).length > 0) ? files.map((file) => ({ ...file, secret: true })) : files;
}

/** A variable as one stack has it. */
interface Held {
  readonly stack: string;
  readonly value: string;
  readonly origin: OriginId;
}

/** Traefik has one environment for the secrets of all stacks: where two give a name another value, one would read the wrong one. */
export function clashingSecrets(gateway: LoadedGateway, routing: Routing, loaded: Loaded): readonly Diagnostic[] {
  const stacks = loaded.workspace.stacks.filter(({ name }) => gateway.stacks.includes(name));
  if (stacks.length < 2) return [];
  const first = new Map<string, Held>();
  const found = new Map<string, Diagnostic>();
  for (const middleware of middlewaresOf(routing)) {
    const stack = stackOf(middleware, stacks, loaded);
    for (const { names, origin } of secretVariablesOf(middleware)) {
      for (const name of names) {
        const value = stack?.lookup?.(name);
        if (stack === undefined || value === undefined) continue;
        const other = first.get(name);
        if (other === undefined) first.set(name, { stack: stack.name, value, origin });
        else if (other.value !== value && !found.has(name)) found.set(name, clash(name, other, { stack: stack.name, value, origin }, middleware));
      }
    }
  }
  return [...found.values()];
}

function clash(name: string, before: Held, here: Held, { symbol }: Middleware): Diagnostic {
  return {
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: here.origin }, symbol: `traefik/secret ${symbol} ${name}`,
    message: `${name} is one secret in "${before.stack}" and another in "${here.stack}", and Traefik has one environment for both`,
    why: 'its file reads the secret from there when it starts, so one of the two would get the other one',
    help: `call it otherwise in one of their .env files, or write both with --inline-secrets`,
    related: [{ origin: before.origin, label: `${name} of "${before.stack}"` }],
  };
}

/** The stack that a middleware was written in: by its file, and where stacks share one by the name in front of its symbol. */
function stackOf({ origin, symbol }: Middleware, stacks: readonly Stack[], { origins }: Loaded): Stack | undefined {
  const file = origins.firstSpan(origin)?.file;
  const named = stacks.filter(({ name }) => symbol.startsWith(`${name}/`));
  return named.find(({ files }) => file !== undefined && files.includes(file)) ?? named[0];
}
