import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Routing } from '../../ir/index.ts';
import { map } from '../../text/index.ts';
import type { Raw, YamlEntry, YamlMap } from '../../text/index.ts';
import { keyTable } from '../../traefik-config/keys.ts';
import type { KeyNode } from '../../traefik-config/keys.ts';
import type { Lowered, TargetOptions } from '../target.ts';
import { collect } from '../traefik-common/collect.ts';
import type { Placed } from '../traefik-common/collect.ts';
import { formOf } from '../traefik-common/form.ts';
import { lostOnUpgrade } from '../traefik-common/gaps.ts';
import { unprintable, unsayableRules } from '../traefik-common/refusals.ts';
import { staticTree } from '../traefik-common/static.ts';
import { unknownVersion, writtenVersion } from '../traefik-common/version.ts';
import type { TraefikVersion } from '../traefik-common/version.ts';
import { flatten } from './flatten.ts';
import { keyNames } from './names.ts';
import type { KvPlan, PlannedKey } from './plan.ts';

const TARGET = 'traefik-kv';
/** A store cannot read variables of the proxy: an empty raw text is refused when it is flattened. */
const UNREADABLE: Raw = { kind: 'raw', text: '' };
const NO_SECRETS = { say: () => UNREADABLE };

/** Everything that the gateway serves as keys below one root. */
export function lower(routing: Routing, options: TargetOptions): Lowered<KvPlan> {
  const version = writtenVersion(options.version);
  if (version === undefined) return { diagnostics: [unknownVersion(TARGET, options, routing)] };
  const names = keyNames(options.gateway);
  const { placed, unsayable } = collect(options.gateway, routing, formOf(options, { version, names, secrets: NO_SECRETS }));
  const { keys, diagnostics } = keysOf(placed, version, rootKey(options));
  const empty = emptyValues(keys, placed, rootKey(options), options.settings['provider'] === 'redis');
  const refused = [...empty.filter((diagnostic) => diagnostic.blocking), ...unprintable(TARGET, placed), ...unsayableRules(TARGET, unsayable), ...diagnostics, ...lostOnUpgrade(TARGET, options.gateway, options.sourceVersion, version)];
  if (refused.length > 0) return { diagnostics: refused };
  const own = providerOf(options);
  const tree = own === undefined ? undefined : staticTree(options.gateway, routing, { names, version, own, namespace: '' });
  const plan = { keys, redis: empty.length === 0, secret: options.inlineSecrets, ...(tree === undefined ? {} : { static: tree }) };
  return { plan, diagnostics: [...empty, ...(own === undefined ? storeNote(routing) : [])] };
}

function rootKey({ settings }: TargetOptions): string {
  const wanted = settings['rootKey'];
  return typeof wanted === 'string' && wanted !== '' ? wanted.replace(/\/+$/, '') : 'traefik';
}

function keysOf(placed: readonly Placed[], version: TraefikVersion, root: string): { readonly keys: readonly PlannedKey[]; readonly diagnostics: readonly Diagnostic[] } {
  const keys: PlannedKey[] = [];
  const diagnostics: Diagnostic[] = [];
  let certificates = 0;
  for (const item of placed) {
    const name = item.section[1] === 'certificates' ? String(certificates++) : item.name;
    const flat = flatten(entryOf(item, version), item.value, [root, ...item.section, name].join('/'));
    if (flat.ok) keys.push(...flat.keys);
    else diagnostics.push(refusal(item, flat.path, flat.because, version));
  }
  return { keys: keys.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)), diagnostics };
}

/** An empty header value takes a header away: without its key the header would stay. */
function emptyValues(keys: readonly PlannedKey[], placed: readonly Placed[], root: string, redis: boolean): readonly Diagnostic[] {
  return keys.filter((key) => key.value === '').flatMap(({ key }): readonly Diagnostic[] => {
    const item = placed.find((one) => key.startsWith(`${[root, ...one.section, one.name].join('/')}/`));
    if (item === undefined) return [];
    return [{
      rule: redis ? 'target-unsupported' : 'target-store', severity: redis ? 'error' : 'note', blocking: redis, at: { origin: item.origin }, symbol: `${TARGET}/store ${item.symbol} ${key}`,
      message: `Traefik loses the key "${key}" in Redis, so ${redis ? 'it cannot be written' : 'no Redis dump is written'}`, why: 'its value is empty', help: 'use etcd, or keep the entity in a file of the file provider',
    }];
  });
}

function entryOf(item: Placed, version: TraefikVersion): KeyNode {
  let key: KeyNode | undefined = keyTable(version);
  for (const part of item.section) key = key?.kind === 'object' ? key.children.get(part) : undefined;
  if (key?.kind === 'items') return key.item;
  if (key?.kind !== 'map') throw new Error(`no section ${item.section.join('.')}`);
  return key.entry;
}

const STORES: readonly string[] = ['consul', 'etcd', 'redis', 'zooKeeper'];

/** The store: of the settings, else of the static configuration, whose own providers are kept. */
function providerOf({ settings, gateway }: TargetOptions): readonly YamlEntry[] | undefined {
  const wanted = settings['provider'];
  if (typeof wanted === 'string' && STORES.includes(wanted)) return [{ key: wanted, value: providerTree(settings) }];
  const { static: found } = gateway.proxy;
  const providers = found === 'unknown' || !isTree(found.raw) ? undefined : found.raw['providers'];
  return isTree(providers) && STORES.some((store) => store in providers) ? [] : undefined;
}

function providerTree(settings: Readonly<Record<string, unknown>>): YamlMap {
  const { endpoints } = settings;
  const list = Array.isArray(endpoints) ? endpoints.map(String) : [];
  return map([...(list.length === 0 ? [] : [{ key: 'endpoints', value: list }]), ...(typeof settings['rootKey'] === 'string' ? [{ key: 'rootKey', value: settings['rootKey'] }] : [])]);
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function storeNote(routing: Routing): readonly Diagnostic[] {
  const origin = routing.listeners[0]?.entryPoint.origin;
  if (origin === undefined) return [];
  return [{
    rule: 'target-store', severity: 'note', blocking: false, at: { origin }, symbol: `${TARGET} providers`,
    message: 'no key-value store is named, so only its keys are written, no static configuration', help: 'name it: targets: {traefik-kv: {provider: etcd, endpoints: [HOST:PORT]}}',
  }];
}

function refusal(item: Placed, path: string, because: string, version: TraefikVersion): Diagnostic {
  const secret = because.includes('variable');
  return {
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: item.origin }, symbol: `${TARGET}/option ${item.symbol} ${path}`,
    message: `keys for Traefik ${version} cannot say "${path}"`, why: because, help: secret ? 'use usersFile where there is one, or --inline-secrets' : 'keep the entity in a file of the file provider: traefik builds one',
  };
}
