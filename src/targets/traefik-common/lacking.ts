import type { Diagnostic } from '../../diagnostics/index.ts';
import type { YamlValue } from '../../text/index.ts';
import { childKey, keyTable } from '../../traefik-config/keys.ts';
import type { ByForm, KeyNode } from '../../traefik-config/keys.ts';
import type { Placed } from './collect.ts';
import type { TraefikVersion } from './version.ts';

/**
 * Options that the version asked for does not know, or does not read in this form: by the engine's own list of options.
 * One of them would cost the whole file or container, so none is left out silently.
 */
export function lacking(target: string, placed: readonly Placed[], version: TraefikVersion, form: keyof ByForm): readonly Diagnostic[] {
  return placed.flatMap((item) => {
    const section = at(keyTable(version), item.section, form);
    const key = section?.kind === 'map' ? section.entry : section?.kind === 'items' ? section.item : undefined;
    const missing = key === undefined ? [item.section.join('.')] : unknownIn(key, item.value, form);
    return missing.map((path) => refusal(target, item, path, version, form));
  });
}

function at(root: KeyNode, path: readonly string[], form: keyof ByForm): KeyNode | undefined {
  return path.reduce<KeyNode | undefined>((node, name) => (node?.kind === 'object' ? settable(childKey(node, name, form), form) : undefined), root);
}

function settable(key: KeyNode | undefined, form: keyof ByForm): KeyNode | undefined {
  return key?.settable[form] === true && !key.internal ? key : undefined;
}

const NONE: readonly string[] = [];

/** Paths below a value, made where there are any. */
function unknownIn(key: KeyNode, value: YamlValue, form: keyof ByForm): readonly string[] {
  if (typeof value !== 'object') return NONE;
  if (isList(value)) return key.kind === 'items' ? value.flatMap((item) => unknownIn(key.item, item, form)) : NONE;
  if (value.kind === 'raw' || (key.kind !== 'map' && key.kind !== 'object')) return NONE;
  return value.entries.flatMap(({ key: name, value: below }) => {
    const child = key.kind === 'map' ? key.entry : settable(childKey(key, name, form), form);
    return child === undefined ? [name] : unknownIn(child, below, form).map((path) => `${name}.${path}`);
  });
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

const FORMS: Readonly<Record<keyof ByForm, string>> = { file: 'files', label: 'labels', kv: 'keys' };

function refusal(target: string, item: Placed, path: string, version: TraefikVersion, form: keyof ByForm): Diagnostic {
  const elsewhere = version === '2.11' && at(keyTable('3.7'), item.section, form) !== undefined;
  return {
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: item.origin }, symbol: `${target}/option ${item.symbol} ${path}`,
    message: `Traefik ${version} has no option "${path}" in ${FORMS[form]}`,
    why: `it would refuse ${form === 'label' ? 'the container' : 'the configuration'} because of it`,
    help: elsewhere ? `leave the option out, or use --target-version ${target}=3.7` : 'define the entity in a file of the file provider',
  };
}

