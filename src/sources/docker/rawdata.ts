import type { Diagnostic } from '../../diagnostics/index.ts';
import { maskEngineWords } from '../../diagnostics/mask.ts';
import type { OriginId, Origins } from '../../text/index.ts';
import { SourceFile } from '../../text/index.ts';
import { parseYaml, yamlGet } from '../../text/yaml/index.ts';
import type { YamlEntry, YamlMapping, YamlNode } from '../../text/yaml/index.ts';
import { decodeTree } from '../../traefik-config/file-decode.ts';
import { yamlValue } from '../../traefik-config/file-value.ts';
import type { FileEntry, FileMapping } from '../../traefik-config/file-value.ts';
import { keyTable } from '../../traefik-config/keys.ts';
import type { ConfigObject } from '../../traefik-config/tree.ts';

/** What an engine says that it runs: the entities of each provider, and what it holds against them. */
export interface RawdataRead {
  readonly file: SourceFile;
  /** A dynamic configuration per provider, `docker` before `file`; what the engine disabled is left out of it. */
  readonly providers: readonly { readonly namespace: string; readonly root: ConfigObject }[];
  readonly diagnostics: readonly Diagnostic[];
  readonly routers: number;
}

const SECTIONS: readonly (readonly [string, 'http' | 'tcp' | 'udp', string])[] = [
  ['routers', 'http', 'routers'],
  ['services', 'http', 'services'],
  ['middlewares', 'http', 'middlewares'],
  ['tcpRouters', 'tcp', 'routers'],
  ['tcpServices', 'tcp', 'services'],
  ['tcpMiddlewares', 'tcp', 'middlewares'],
  ['udpRouters', 'udp', 'routers'],
  ['udpServices', 'udp', 'services'],
];

/** Members that are the engine's own remarks, no options. */
const REMARKS = new Set(['status', 'using', 'usedBy', 'error', 'serverStatus', 'provider', 'name', 'type', 'deniedEncodedPathCharacters']);

interface Entity {
  readonly protocol: 'http' | 'tcp' | 'udp';
  readonly section: string;
  readonly name: string;
  readonly namespace: string;
  readonly origin: OriginId;
  readonly value: YamlMapping;
}

/** Reads what `/api/rawdata` answers; a text that is something else is one finding. */
export function readRawdata(path: string, text: string, version: '3.7' | '2.11', origins: Origins): RawdataRead {
  const file = new SourceFile(path, text);
  const { root, problems } = parseYaml(file, origins);
  const [first] = problems;
  const sections = SECTIONS.filter(([key]) => yamlGet(root, key)?.kind === 'mapping');
  if (root === undefined || first !== undefined || sections.length === 0) {
    const message = first?.message ?? 'this is not what /api/rawdata answers: it has neither routers nor services';
    const diagnostic: Diagnostic = { rule: 'engine-error', severity: 'error', blocking: true, message, at: { origin: first?.origin ?? origins.span(path, 0, 0) }, symbol: path };
    return { file, providers: [], diagnostics: [diagnostic], routers: 0 };
  }
  const entities = sections.flatMap(([key, protocol, section]) => entitiesIn(yamlGet(root, key), protocol, section));
  const diagnostics = entities.flatMap((entity) => saidOf(entity, path));
  const served = entities.filter(({ value }) => textOf(value, 'status') !== 'disabled');
  const namespaces = [...new Set(served.map(({ namespace }) => namespace))].toSorted();
  const providers = namespaces.map((namespace) => {
    const tree = treeOf(served.filter((entity) => entity.namespace === namespace), root.origin);
    const { root: decoded, mistakes } = decodeTree(tree, { origins, table: keyTable(version) });
    for (const { origin, subject, node } of mistakes) diagnostics.push({ rule: 'engine-error', severity: 'warning', blocking: false, message: `"${subject}" is not known here, so it is left out`, at: { origin }, symbol: `${path} ${node.path ?? node.name}` });
    return { namespace, root: decoded };
  });
  return { file, providers, diagnostics, routers: served.filter(({ section }) => section === 'routers').length };
}

/** `web@docker`; what the engine made itself (`api@internal`) is nobody's configuration. */
function entitiesIn(node: YamlNode | undefined, protocol: Entity['protocol'], section: string): readonly Entity[] {
  if (node?.kind !== 'mapping') return [];
  return node.entries.flatMap(({ key, value }): readonly Entity[] => {
    const at = key.text.lastIndexOf('@');
    const namespace = key.text.slice(at + 1);
    return at <= 0 || namespace === 'internal' || value.kind !== 'mapping' ? [] : [{ protocol, section, name: key.text.slice(0, at), namespace, origin: key.origin, value }];
  });
}

function textOf(node: YamlNode, key: string): string {
  const found = yamlGet(node, key);
  return found?.kind === 'scalar' ? found.text : '';
}

/** What the engine holds against an entity: one finding for each of its words. */
function saidOf({ protocol, section, name, namespace, origin, value }: Entity, path: string): readonly Diagnostic[] {
  const status = textOf(value, 'status');
  const errors = yamlGet(value, 'error');
  const words = errors?.kind === 'sequence' ? errors.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : [])) : [];
  if (words.length === 0 && status !== 'disabled') return [];
  const isDown = status === 'disabled';
  const kind = section.slice(0, -1);
  const what = protocol === 'http' ? kind : `${protocol.toUpperCase()} ${kind}`;
  return (words.length === 0 ? ['it gives no reason'] : words).map((word) => ({
    rule: 'engine-error',
    severity: isDown ? 'error' : 'warning',
    blocking: isDown,
    message: `Traefik ${isDown ? 'disabled' : 'complains of'} the ${what} "${name}@${namespace}": ${maskEngineWords(word)}`,
    why: isDown ? (kind === 'router' ? 'requests that it is for go to another router or get 404' : `a router that uses it is disabled as well`) : 'it serves, but not as written',
    at: { origin },
    symbol: `${path} ${protocol}.${section}.${name}@${namespace}`,
  }));
}

function treeOf(entities: readonly Entity[], origin: OriginId): FileMapping {
  const protocols = [...new Set(entities.map(({ protocol }) => protocol))];
  return mapping(protocols.map((protocol) => {
    const own = entities.filter((entity) => entity.protocol === protocol);
    const sections = [...new Set(own.map(({ section }) => section))];
    return entry(protocol, origin, mapping(sections.map((section) => entry(section, origin, mapping(own.filter((entity) => entity.section === section).map((entity) => entry(entity.name, entity.origin, options(entity.value))), origin))), origin));
  }), origin);
}

function options(value: YamlMapping): FileMapping {
  const isOption = ({ key }: YamlEntry): boolean => !REMARKS.has(key.text);
  return mapping(value.entries.filter(isOption).map((one) => entry(one.key.text, one.key.origin, yamlValue(one.value))), value.origin);
}

function mapping(entries: readonly FileEntry[], origin: OriginId): FileMapping {
  return { kind: 'mapping', entries, origin };
}

function entry(key: string, origin: OriginId, value: FileEntry['value']): FileEntry {
  return { key, origin, value };
}
