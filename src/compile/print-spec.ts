import type { Diagnostic } from '../diagnostics/index.ts';
import type { Consumer, Gateway, Routing } from '../ir/index.ts';
import { map, printYaml, quoted } from '../text/index.ts';
import type { Raw, YamlEntry, YamlMap, YamlValue } from '../text/index.ts';
import { collect } from '../targets/traefik-common/collect.ts';
import { formOf } from '../targets/traefik-common/form.ts';
import { fileNames } from '../targets/traefik-common/names.ts';
import { unsayableRules, unsayableSecrets } from '../targets/traefik-common/refusals.ts';
import type { SecretForm } from '../targets/traefik-common/secrets.ts';
import { sections } from '../targets/traefik-common/sections.ts';
import { staticTree } from '../targets/traefik-common/static.ts';
import type { TargetOptions } from '../targets/target.ts';
import type { Loaded } from './types.ts';
import { consumerWords } from './spec-consumers.ts';
import { entryPointWords, routeWords, serviceWords, tlsWords } from './spec-words.ts';

export interface PrintedSpec {
  /** Undefined when a rule cannot be said. */
  readonly text?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Each gateway as a gateway.yaml that means the same: whatever it was read from, and in the spec's words where it has some. */
export function toGatewayYaml(loaded: Loaded): readonly (PrintedSpec & { readonly gateway: string })[] {
  const { origins, files } = loaded;
  return loaded.gateways.flatMap(({ name, resolved }) => resolved.slice(0, 1).map(({ gateway, routing, version }) => {
    const options: TargetOptions = { version: '3.7', sourceVersion: version, flavour: '3.7', inlineSecrets: false, origins, files, gateway, settings: {} };
    return { gateway: name, ...printSpec(gateway, routing, options) };
  }));
}

function printSpec(gateway: Gateway, routing: Routing, options: TargetOptions): PrintedSpec {
  const names = fileNames(gateway);
  const { placed, unsayable } = collect(gateway, routing, formOf(options, { version: '3.7', names, secrets }));
  const diagnostics = [...unsayableRules('gateway.yaml', unsayable), ...unsayableSecrets('gateway.yaml', placed)];
  if (diagnostics.length > 0) return { diagnostics };
  const statics = staticTree(gateway, routing, { names, version: '3.7', own: [], namespace: '' });
  const dynamic = sections(placed.map((one) => ({ ...one, symbol: '' })));
  return { text: specText(statics, dynamic, gateway.consumers, unsetIn(gateway)), diagnostics };
}

/** A static and a dynamic configuration in Traefik's words, and whom the gateway knows, as a gateway.yaml. */
export function specText(statics: YamlMap, dynamic: YamlMap, consumers: readonly Consumer[] = [], unset: ReadonlySet<string> = new Set()): string {
  const value = (text: string): string => withVariables(escapeDollar(text), unset);
  return printYaml(withoutComments(map([...staticWords(statics), ...dynamicWords(dynamic), ...consumerWords(consumers)])), { value, key: (text) => text });
}

/** Variables that had no value stand in texts as `${NAME}`: they are variables here too. */
function unsetIn(gateway: Gateway): ReadonlySet<string> {
  const entities = [...gateway.routers, ...gateway.middlewares, ...gateway.services, ...gateway.tcpMiddlewares, ...gateway.tcpServices, ...gateway.udpServices];
  const rules = [...gateway.routers, ...gateway.tcpRouters].flatMap(({ ruleText }) => ruleText.value.holes);
  return new Set([...rules, ...entities.flatMap(({ variables }) => [...variables.values()].flatMap(({ unset }) => unset))]);
}

function withVariables(text: string, names: ReadonlySet<string>): string {
  return names.size === 0 ? text : text.replace(/\$\$\{(\w+)\}/g, (whole, name: string) => (names.has(name) ? whole.slice(1) : whole));
}

/** A plain `$` is the beginning of a variable in the spec's values; its keys are taken as they are. */
function escapeDollar(text: string): string {
  return text.replaceAll('$', '$$$$');
}

const raw = (text: string): Raw => ({ kind: 'raw', text });

/** Secrets stay where they are: the variable is named again. Items that a variable may hold several of cannot be told apart here. */
const secrets: Pick<SecretForm, 'say'> = {
  say: ({ parts, expression, list }) => {
    const [first, ...more] = parts;
    if (!list) return raw(quoted(expression));
    if (more.length > 0 || first?.kind !== 'variable') return raw('');
    return raw(/^\$\{?\w+\}?$/.test(expression) ? `{ env: ${first.name} }` : `[${quoted(expression)}]`);
  },
};

function withoutComments(tree: YamlMap): YamlMap {
  return map(tree.entries.map(({ key, value }) => ({ key, value: isMap(value) ? withoutComments(value) : value })));
}

function isMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && 'kind' in value && value.kind === 'map';
}

function at(tree: YamlMap, key: string): YamlMap {
  const found = tree.entries.find((entry) => entry.key === key)?.value;
  return isMap(found) ? found : map([]);
}

/** A section whose entries are reworded, by name; none for an empty one. */
function named(key: string, from: YamlMap, words: (entry: YamlEntry) => YamlValue): readonly YamlEntry[] {
  return from.entries.length === 0 ? [] : [{ key, value: map(from.entries.map((entry) => ({ key: entry.key, value: words(entry) })).sort((a, b) => (a.key < b.key ? -1 : 1))) }];
}

const same = (entry: YamlEntry): YamlValue => entry.value;

function staticWords(tree: YamlMap): readonly YamlEntry[] {
  const own = ['entryPoints', 'certificatesResolvers'];
  const others = tree.entries.filter(({ key, value }) => !own.includes(key) && !(isMap(value) && value.entries.length === 0 && key === 'providers'));
  return [
    ...named('entryPoints', at(tree, 'entryPoints'), (entry) => (isMap(entry.value) ? entryPointWords(entry.value) : entry.value)),
    ...named('resolvers', at(tree, 'certificatesResolvers'), same),
    ...(others.length === 0 ? [] : [{ key: 'static', value: map(others) }]),
  ];
}

function dynamicWords(tree: YamlMap): readonly YamlEntry[] {
  const streams = (['tcp', 'udp'] as const).flatMap((protocol): readonly YamlEntry[] => {
    const entries = protocolWords(at(tree, protocol), protocol);
    return entries.length === 0 ? [] : [{ key: protocol, value: map(entries) }];
  });
  const tls = tree.entries.find((entry) => entry.key === 'tls')?.value;
  return [...protocolWords(at(tree, 'http'), 'http'), ...streams, ...(isMap(tls) ? [{ key: 'tls', value: tlsWords(tls) }] : [])];
}

function protocolWords(tree: YamlMap, protocol: 'http' | 'tcp' | 'udp'): readonly YamlEntry[] {
  return [
    ...named('routes', at(tree, 'routers'), (entry) => (isMap(entry.value) ? routeWords(entry.value, protocol) : entry.value)),
    ...named('services', at(tree, 'services'), (entry) => (isMap(entry.value) ? serviceWords(entry.value, protocol) : entry.value)),
    ...named('middlewares', at(tree, 'middlewares'), same),
    ...named('transports', at(tree, 'serversTransports'), same),
  ];
}
