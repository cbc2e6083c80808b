import type { Container, RawLabel } from '../../ir/index.ts';
import { staticTable } from '../keys.ts';
import type { TraefikVersion } from '../keys.ts';
import { written } from './written.ts';

/**
 * `TRAEFIK_ENTRYPOINTS_WEB_ADDRESS`: only variables that begin with a known section count; every `_` is a step
 * (paerser/env). Unknown sections are ignored without a word (ran).
 */
export function readEnvironment(environment: Container['environment'], version: TraefikVersion): readonly RawLabel[] {
  const prefixes = [...staticTable(version).children.keys()].map((name) => `TRAEFIK_${name.toUpperCase()}`);
  return environment.flatMap((variable) => {
    if (!prefixes.some((prefix) => variable.name.startsWith(prefix))) return [];
    const name = variable.name.toLowerCase().replaceAll('_', '.').replace(/^traefik\./, '');
    const value = variable.value ?? { text: `\${${variable.name}}`, holes: [variable.name] };
    return [written(name, value, { key: variable.origin, value: variable.origin })];
  });
}
