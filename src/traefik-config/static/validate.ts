import type { Problem, StaticConfig } from '../../ir/index.ts';
import type { Origins } from '../../text/index.ts';
import { knownLeaf, type ConfigNode, type ConfigObject } from '../tree.ts';
import type { TraefikVersion } from '../keys.ts';
import { isConstraint } from '../constraints.ts';
import { parseAddress } from './entry-points.ts';
import { ignoredValues } from './ignored.ts';
import { refusedValues } from './refused.ts';
import { isTemplate } from './template-syntax.ts';

/** What the engine checks after decoding: a bad address or rule syntax ends it. */
export function validate(root: ConfigObject, config: StaticConfig, options: { readonly symbolPrefix: string; readonly origins: Origins; readonly version: TraefikVersion }): readonly Problem[] {
  const newer = options.version === '3.7' ? [...refusedValues(root, config, options.symbolPrefix), ...ignoredValues(root, config, options.symbolPrefix)] : [];
  return [...addresses(root, options.symbolPrefix), ...ruleSyntax(root, options.symbolPrefix), ...redirections(config, options.symbolPrefix), ...ofProviders(root, options.symbolPrefix), ...newer];
}

function at(node: ConfigNode | undefined, ...path: readonly string[]): ConfigNode | undefined {
  let found = node;
  for (const part of path) found = found?.kind === 'object' ? found.entries.get(part) : undefined;
  return found;
}

function addresses(root: ConfigObject, symbol: string): readonly Problem[] {
  const entryPoints = at(root, 'entryPoints');
  if (entryPoints?.kind !== 'object') return [];
  return [...entryPoints.entries].flatMap(([name, entryPoint]) => {
    const address = knownLeaf(at(entryPoint, 'address'));
    if (address === undefined) return [];
    const parsed = parseAddress(String(address.value));
    if (parsed.ok) return [];
    return [{ kind: 'static-invalid' as const, origin: address.origin, subject: String(address.value), context: 'address', engineSays: parsed.error, loss: 'everyContainer' as const, symbol: `${symbol} entryPoints.${name}.address` }];
  });
}

function ruleSyntax(root: ConfigObject, symbol: string): readonly Problem[] {
  const syntax = knownLeaf(at(root, 'core', 'defaultRuleSyntax'));
  if (syntax === undefined || syntax.value === 'v2' || syntax.value === 'v3') return [];
  return [{ kind: 'static-invalid', origin: syntax.origin, subject: String(syntax.value), candidates: ['v3', 'v2'], context: 'core.defaultRuleSyntax', engineSays: `unsupported default rule syntax configuration: ${JSON.stringify(syntax.value)}`, loss: 'everyContainer', symbol: `${symbol} core.defaultRuleSyntax` }];
}

/** A redirection to an unknown entry point is dropped with an error line. */
function redirections(config: StaticConfig, symbol: string): readonly Problem[] {
  const names = config.entryPoints.map((entryPoint) => entryPoint.name);
  return config.entryPoints.flatMap(({ name, redirection }) => {
    if (redirection === undefined || /^:\d+$/.test(redirection.to) || redirection.to.includes('${') || names.includes(redirection.to)) return [];
    return [{ kind: 'entry-point-unknown' as const, origin: redirection.origin, subject: redirection.to, candidates: names, engineSays: `'to' entry point field references a non-existing entry point: ${redirection.to}`, loss: 'entryPoint' as const, symbol: `${symbol} entryPoints.${name}.http.redirections` }];
  });
}

/**
 * What the engine starts with and its provider then cannot use (ran): with a default rule that is no template it delivers nothing, with
 * a constraint that it cannot read it lets no container in.
 */
const OF_PROVIDERS: readonly { readonly option: string; readonly isReadable: (text: string) => boolean }[] = [
  { option: 'constraints', isReadable: isConstraint },
  { option: 'defaultRule', isReadable: isTemplate },
];

function ofProviders(root: ConfigObject, symbol: string): readonly Problem[] {
  return OF_PROVIDERS.flatMap(({ option, isReadable }) => ['docker', 'swarm'].flatMap((provider) => {
    const path = `providers.${provider}.${option}`;
    const leaf = knownLeaf(at(root, 'providers', provider, option));
    if (leaf === undefined || isReadable(String(leaf.value))) return [];
    return [{ kind: 'static-invalid' as const, origin: leaf.origin, subject: String(leaf.value), context: path, loss: 'provider' as const, symbol: `${symbol} ${path}` }];
  }));
}
