import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Container, Gateway, RawLabel, Ref } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import { map } from '../../text/index.ts';
import type { YamlMap, YamlValue } from '../../text/index.ts';
import { keyTable } from '../../traefik-config/keys.ts';
import type { KeyNode } from '../../traefik-config/keys.ts';
import type { TargetOptions } from '../target.ts';
import type { Placed } from '../traefik-common/collect.ts';
import type { TraefikVersion } from '../traefik-common/version.ts';
import { expressionText, literalText, yamlText } from './compose-text.ts';
import type { Declared } from './declared.ts';
import { flatten } from './flatten.ts';
import type { PlannedLabel, PlannedService } from './plan.ts';
import { forContainer } from './servers.ts';

interface Work {
  readonly options: TargetOptions;
  readonly version: TraefikVersion;
}
export interface ContainerLabels {
  readonly service?: PlannedService;
  readonly diagnostics: readonly Diagnostic[];
}

/** The labels of one container: its own entities, under the spelling that the source has for them. */
export function labelsOf(container: Container, declared: Declared, work: Work): ContainerLabels {
  const diagnostics: Diagnostic[] = [...unknownSwitches(container, work)];
  const written = new Map<string, string>();
  const spelling = new Map(container.labels.map((label) => [label.key.value.text.toLowerCase(), label.key.value.text]));
  for (const item of declared.by(container)) {
    if (item.ref === undefined) continue;
    const flat = flatten(keyOf(item, work.version), treeOf(item, item.ref, { container, declared, gateway: work.options.gateway }), ['traefik', ...item.section, item.name]);
    if (!flat.ok) diagnostics.push(refusal(item, flat.path, flat.because));
    else for (const label of flat.labels) put(written, spelling, label.path.join('.'), label.text);
  }
  if (written.size === 0) return { diagnostics };
  const replaces = isOtherVersion(work) && leftOver(container, written).length > 0;
  const kept = replaces ? restated(container, written, work) : { labels: [], diagnostics: [] };
  const labels = [...kept.labels, ...[...written].map(([key, text]) => ({ key, text: yamlText(text) }))].sort((a, b) => (a.key < b.key ? -1 : 1));
  const place = container.labels.some((label) => label.place === 'deploy') && isSwarm(work.options.gateway) ? 'deploy' : 'service';
  return { service: { name: container.id.service, place, replaces, labels }, diagnostics: [...diagnostics, ...kept.diagnostics] };
}

function put(written: Map<string, string>, spelling: ReadonlyMap<string, string>, key: string, text: string): void {
  written.set(spelling.get(key.toLowerCase()) ?? key, text);
}

function keyOf(item: Placed, version: TraefikVersion): KeyNode {
  let key: KeyNode | undefined = keyTable(version);
  for (const part of item.section) key = key?.kind === 'object' ? key.children.get(part) : undefined;
  if (key?.kind !== 'map') throw new Error(`no section ${item.section.join('.')}`);
  return key.entry;
}

/** The default rule is left to the provider: it marks such a router, and a rule of the same text would not be one. */
function treeOf(item: Placed, ref: Ref, said: { readonly container: Container; readonly declared: Declared; readonly gateway: Gateway }): YamlValue {
  if (ref.kind === 'service') return forContainer(item.value, said.declared.services.get(refKey(ref)), said.container, said.gateway);
  const router = ref.kind === 'router' && ref.protocol === 'http' ? said.declared.routers.get(refKey(ref)) : undefined;
  if (router?.defaultRule !== true || !isMap(item.value)) return item.value;
  return map(item.value.entries.filter((entry) => entry.key !== 'rule' && entry.key !== 'ruleSyntax'));
}

function isMap(value: YamlValue): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value) && 'entries' in value;
}

function isOtherVersion({ options, version }: Work): boolean {
  return options.sourceVersion !== undefined && options.sourceVersion !== version;
}

function isSwarm(gateway: Gateway): boolean {
  return gateway.proxy.static !== 'unknown' && gateway.proxy.static.docker?.swarm === true;
}

const ROUTING = /^traefik\.(?:http|tcp|udp|tls)(?:\.|$)/i;

/** Routing labels of the source that are not written anew: a default by another version's count, or without effect there. */
function leftOver(container: Container, written: ReadonlyMap<string, string>): readonly RawLabel[] {
  return container.labels.filter((label) => ROUTING.test(label.key.value.text) && !written.has(label.key.value.text));
}

/** All other labels once more, since nothing of the source stays. */
function restated(container: Container, written: ReadonlyMap<string, string>, { options }: Work): { readonly labels: readonly PlannedLabel[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const labels = container.labels.filter((label) => !ROUTING.test(label.key.value.text) && !written.has(label.key.value.text)).flatMap((label): readonly PlannedLabel[] => {
    const text = labelText(label, options);
    if (text === undefined) diagnostics.push(notRestated(label, container));
    return text === undefined ? [] : [{ key: label.key.value.text, text: yamlText(text) }];
  });
  return { labels, diagnostics };
}

function labelText(label: RawLabel, { origins, files }: TargetOptions): string | undefined {
  const { value, origin } = label.value;
  if (value.holes.length === 0 && (value.from ?? []).length === 0) return literalText(value.text);
  const span = origins.firstSpan(origin);
  const written = span === undefined ? '' : (files.get(span.file)?.text.slice(span.start, span.end) ?? '');
  const { text } = expressionText(written);
  return text === '' ? undefined : text;
}

function notRestated(label: RawLabel, container: Container): Diagnostic {
  return {
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: label.origin }, symbol: `traefik-labels/label ${container.id.stack}/${container.id.service} ${label.key.value.text}`,
    message: 'this label cannot be repeated in the override file', why: 'it holds a variable in a form whose text depends on its quotes', help: 'write the value without quotes, or set the variable in a label of its own',
  };
}

/** Switches of one version: 2.11 skips a container that has one of the others. */
function unknownSwitches(container: Container, { version }: Work): readonly Diagnostic[] {
  if (version !== '2.11') return [];
  return container.labels.filter((label) => /^traefik\.(?:docker\.allownonrunning|swarm\..*)$/i.test(label.key.value.text)).map((label): Diagnostic => ({
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: label.key.origin }, symbol: `traefik-labels/label ${container.id.stack}/${container.id.service} ${label.key.value.text}`,
    message: `Traefik 2.11 has no label "${label.key.value.text}"`, why: 'it would skip the container because of it', help: 'remove the label, or use --target-version traefik-labels=3.7',
  }));
}

function refusal(item: Placed, path: string, because: string): Diagnostic {
  return {
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: item.origin }, symbol: `traefik-labels/option ${item.symbol} ${path}`,
    message: `labels cannot say "${path}"`, why: because, help: 'define it in a file of the file provider: traefik builds one',
  };
}
