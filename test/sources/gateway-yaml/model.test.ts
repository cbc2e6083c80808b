import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { loadSpecFiles, loadSpecText } from '../../support/gateway-yaml.ts';
import { dynamicLeaves, staticLeaves, textOf } from '../../support/gateway-yaml-leaves.ts';

/** Every leaf of the type Gateway is set by some gateway.yaml. Costs about ten seconds: each option is read on its own. */

/** Where something came from and how it was written: no matter of what a file can say. */
const WHENCE = new Set(['origin', 'places', 'variables', 'symbol', 'container', 'raw', 'ruleText', 'namespace', 'protocol', 'holes', 'secretOf', 'v2', 'syntax']);
/** What containers and labels became: a gateway.yaml has none. */
const OF_LABELS = new Set(['labels', 'fates', 'states', 'stacks', 'defaultRule', 'docker', 'swarm', 'from', 'file']);

/** Paths of all leaves of a type: `middlewares[].spec<headers>.frameDeny`. */
function leavesOfType(type: ts.Type, checker: ts.TypeChecker, at: string, out: Set<string>, open: readonly ts.Type[]): void {
  if (open.includes(type)) return;
  const below = [...open, type];
  if (type.isUnion() && !isPlain(type)) {
    for (const one of type.types) leavesOfType(one, checker, at, out, below);
    return;
  }
  const element = checker.isArrayType(type) || checker.isTupleType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  if (element !== undefined) return leavesOfType(element, checker, `${at}[]`, out, below);
  const properties = isPlain(type) || type.flags & ts.TypeFlags.Unknown ? [] : checker.getPropertiesOfType(type);
  if (properties.length === 0 || type.getProperty('forEach') !== undefined || type.getProperty('__origin') !== undefined) {
    if (!(type.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null))) out.add(at);
    return;
  }
  const kind = type.getProperty('kind');
  const literal = kind === undefined ? undefined : checker.getTypeOfSymbol(kind);
  const here = literal?.isStringLiteral() === true ? `${at}<${literal.value}>` : at;
  for (const property of properties) {
    if (WHENCE.has(property.name) || OF_LABELS.has(property.name) || property.name === 'kind') continue;
    leavesOfType(checker.getTypeOfSymbol(property), checker, here === '' ? property.name : `${here}.${property.name}`, out, below);
  }
}

function isPlain(type: ts.Type): boolean {
  const { Boolean, BooleanLiteral, String, StringLiteral, Number, NumberLiteral, BigInt, BigIntLiteral, Undefined, Null } = ts.TypeFlags;
  if (type.isUnion()) return type.types.every(isPlain);
  return (type.flags & (Boolean | BooleanLiteral | String | StringLiteral | Number | NumberLiteral | BigInt | BigIntLiteral | Undefined | Null)) !== 0;
}

function gatewayLeaves(): readonly string[] {
  const file = path.resolve('src/ir/gateway.ts');
  const program = ts.createProgram([file], { strict: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.Node20, moduleResolution: ts.ModuleResolutionKind.Node16, allowImportingTsExtensions: true, noEmit: true, exactOptionalPropertyTypes: true, types: [] });
  const source = program.getSourceFile(file);
  const checker = program.getTypeChecker();
  const symbol = source === undefined ? undefined : checker.getExportsOfModule(checker.getSymbolAtLocation(source) ?? fail()).find(({ name }) => name === 'Gateway');
  const out = new Set<string>();
  leavesOfType(checker.getDeclaredTypeOfSymbol(symbol ?? fail()), checker, '', out, []);
  return [...new Set([...out].map(withoutOperators))].filter((leaf) => !/\.rule.*<constant>\.value$/.test(leaf)).toSorted();
}

function fail(): never {
  throw new Error('the type Gateway was not found');
}

/** A matcher is the same below every operator; constants are made by the engine's defaults, nobody writes one. */
function withoutOperators(leaf: string): string {
  return leaf.replace(/\.rule\b.*?\.matcher</, '.rule.matcher<');
}

/** Values that a model holds, by the same paths. */
function noteValues(value: unknown, at: string, seen: Map<string, Set<string>>): void {
  if (Array.isArray(value)) return value.forEach((item) => noteValues(item, `${at}[]`, seen));
  if (typeof value !== 'object' || value === null || value instanceof Map) return note(value, at, seen);
  const kind = 'kind' in value && typeof value.kind === 'string' && !('namespace' in value) ? `<${value.kind}>` : '';
  const entries = Object.entries(value);
  if (entries.length === 0) note('{}', at, seen);
  for (const [key, item] of entries) if (!WHENCE.has(key)) noteValues(item, `${at}${kind}${at + kind === '' ? '' : '.'}${key}`, seen);
}

function note(value: unknown, at: string, seen: Map<string, Set<string>>): void {
  const leaf = withoutOperators(at);
  seen.set(leaf, (seen.get(leaf) ?? new Set()).add(String(value)));
}

/** Said once and not as nothing, or said in two ways. A record's leaf is any of its entries. */
function isReached(leaf: string, seen: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const own = [...(seen.get(leaf) ?? []), ...[...seen].filter(([key]) => key.startsWith(`${leaf}.`)).flatMap(([, values]) => [...values])];
  return new Set(own).size > 1 || own.some((value) => !['', '0', 'false', 'undefined', '{}'].includes(value));
}

/** Leaves that the model has for another kind of entity, or for what the engine makes itself. */
const NOBODY_SAYS: Readonly<Record<string, string>> = {
  'middlewares[].spec<passTLSClientCert>.info.issuer.organizationalUnit': 'the engine tells it of the subject only',
  'proxy.static.entryPoints[].tls.passthrough': 'of TCP routers',
  'routers[].tls.passthrough': 'of TCP routers',
  'services[].spec<internal>.name': 'the engine makes these',
  'udpServices[].spec<loadBalancer>.endpoints[].tls': 'of TCP services',
  'udpServices[].spec<loadBalancer>.healthCheck': 'of TCP services',
  'udpServices[].spec<loadBalancer>.proxyProtocol': 'of TCP services',
  'udpServices[].spec<loadBalancer>.terminationDelay': 'of TCP services',
  'udpServices[].spec<loadBalancer>.transport.value.name': 'of TCP services',
  'udpServices[].spec<weighted>.healthCheck': 'of TCP services',
};

/** Combinations that no single option makes. */
const MORE = readFileSync('fixtures/gateway-yaml/model.yaml', 'utf8');

test('every leaf of the Gateway model can be said', () => {
  const texts = [...dynamicLeaves().map((leaf) => textOf(leaf, 'dynamic')), ...staticLeaves().filter(({ path: [top] }) => top === 'entryPoints' || top === 'api').map((leaf) => textOf(leaf, 'static')), MORE];
  const seen = new Map<string, Set<string>>();
  const fixtures = ['whoami', 'shop', 'platform'].map((name) => loadSpecFiles([`fixtures/gateway-yaml/${name}/gateway.yaml`]));
  for (const loaded of [...texts.map((text) => loadSpecText({ files: { 'gateway.yaml': text }, variables: { KEY: 'key' } })), ...fixtures]) {
    for (const { resolved } of loaded.gateways) for (const { gateway } of resolved) noteValues(gateway, '', seen);
  }
  const leaves = gatewayLeaves();
  expect(leaves.length).toBeGreaterThan(250);
  expect(leaves).toContain('middlewares[].spec<headers>.frameDeny');
  expect(leaves.filter((leaf) => !isReached(leaf, seen))).toEqual(Object.keys(NOBODY_SAYS));
}, 120_000);
