import { containerSymbol, refName } from '../../ir/index.ts';
import type { Container, Gateway, RawLabel, Router, RuleExpr } from '../../ir/index.ts';
import { DEFAULT_RULE, defaultRule } from '../../resolve/docker/default-rule.ts';
import { containerName } from '../../resolve/docker/servers.ts';
import { parseRule } from '../../rule-lang/index.ts';
import type { EngineVersion } from '../../rule-lang/index.ts';
import { known } from '../../text/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../../text/index.ts';

/** A router that somebody declared, whatever the engine made of it. */
export interface Subject {
  /** `api`; absent where a container has only the default rule, or labels that cannot be read. */
  readonly name: string | undefined;
  readonly entity?: Router;
  readonly container?: Container;
  readonly rule?: RuleExpr;
  readonly ruleText: string;
  readonly origin: OriginId;
}

const ROUTER_LABEL = /^traefik\.http\.routers\.([^.]+)\.(.+)$/i;

/** Routers by their labels, routers of files, and containers without a readable router. */
export function subjectsOf(gateway: Gateway, version: EngineVersion, origins: Origins): readonly Subject[] {
  // Symbols begin with the container's path.
  const containers = new Map(gateway.fates.map(({ container }): [string, Container] => [containerSymbol(container), container]).toReversed());
  const entities = gateway.routers.map((entity): Subject => {
    const container = containers.get(entity.symbol.split(' ')[0] ?? '');
    // A rule that does not parse stands as one that never matches.
    const readable = entity.rule.kind === 'constant' ? {} : { rule: entity.rule };
    return { name: entity.ref.name, entity, ...readable, ruleText: entity.ruleText.value.text, origin: entity.origin, ...(container === undefined ? {} : { container }) };
  });
  const taken = new Set(entities.map(({ name, container }) => subjectKey(name, container)));
  const labelled = gateway.fates.flatMap(({ container, fate }) => (fate.kind === 'served' ? declared(container) : [...declared(container), ...bare(container, gateway)]));
  return [...entities, ...labelled.filter(({ name, container }) => name === undefined || !taken.has(subjectKey(name, container))).map((one) => parsed(one, gateway, version, origins))];
}

function subjectKey(name: string | undefined, container: Container | undefined): string {
  return `${name?.toLowerCase() ?? ''}\0${container === undefined ? '' : containerSymbol(container)}`;
}

interface Declared {
  readonly name: string | undefined;
  readonly container: Container;
  readonly text: Sourced<Text>;
}

/** One per router name in the labels. */
function declared(container: Container): readonly Declared[] {
  const routers = new Map<string, Declared>();
  for (const label of container.labels) {
    const [, name, option] = ROUTER_LABEL.exec(label.key.value.text) ?? [];
    if (name === undefined || option === undefined) continue;
    const key = name.toLowerCase();
    if (option.toLowerCase() === 'rule') routers.set(key, { name, container, text: label.value });
    else if (!routers.has(key)) routers.set(key, { name, container, text: { value: known(''), origin: label.origin } });
  }
  return [...routers.values()];
}

/** A container that is not served, as a whole: its default rule where it names no router, and what else its labels say. */
function bare(container: Container, { proxy }: Gateway): readonly Declared[] {
  if (!container.labels.some(isTraefik) && proxy.container === container) return [];
  if (container.labels.some(({ key }) => ROUTER_LABEL.test(key.value.text))) return [{ name: undefined, container, text: { value: known(''), origin: container.origin } }];
  const template = proxy.static === 'unknown' || proxy.static.docker === undefined ? DEFAULT_RULE : proxy.static.docker.defaultRule;
  const labels = new Map(container.labels.map(({ key, value }) => [key.value.text, value.value]));
  const made = defaultRule(template, { name: `${container.id.service}-${container.id.stack}`, containerName: containerName(container), labels });
  return [{ name: undefined, container, text: { value: made.kind === 'rule' ? made.rule : known(''), origin: container.origin } }];
}

function isTraefik({ key }: RawLabel): boolean {
  return /^traefik\./i.test(key.value.text);
}

function parsed({ name, container, text }: Declared, { proxy }: Gateway, version: EngineVersion, origins: Origins): Subject {
  const syntax = proxy.static === 'unknown' ? (version === '2.11' ? 'v2' : 'v3') : proxy.static.defaultRuleSyntax;
  const { rule } = text.value.text === '' ? {} : parseRule(text, syntax, version, origins);
  return { name, container, ruleText: text.value.text, origin: text.origin, ...(rule === undefined ? {} : { rule }) };
}

/** `router api@docker`, `container shop/api`. */
export function subjectText({ name, entity, container }: Subject): string {
  if (entity !== undefined) return `router ${refName(entity.ref)}`;
  return name === undefined ? `container ${container === undefined ? '' : containerSymbol(container)}` : `router ${name}`;
}

/** Whether its rule speaks of this host; of a whole container, any label that is no router's. */
export function mentions({ name, ruleText, container }: Subject, host: string): boolean {
  if (host === '') return false;
  if (name !== undefined || container === undefined) return quotedIn(ruleText, host);
  return quotedIn(ruleText, host) || container.labels.some((label) => isTraefik(label) && !ROUTER_LABEL.test(label.key.value.text) && quotedIn(label.value.value.text, host));
}

/** Whether a label of the whole container has this name as a part: `traefik.http.rotuers.api.rule`. */
export function spells({ name, container }: Subject, wanted: string): boolean {
  const [bare = ''] = wanted.toLowerCase().split('@');
  return name === undefined && container?.labels.some((label) => isTraefik(label) && label.key.value.text.toLowerCase().split('.').includes(bare)) === true;
}

function quotedIn(text: string, host: string): boolean {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(host); at !== -1; at = lower.indexOf(host, at + 1)) {
    const [before = '', after = ''] = [lower[at - 1], lower[at + host.length]];
    if (!/[a-z0-9.-]/.test(before) && !/[a-z0-9.-]/.test(after)) return true;
  }
  return false;
}
