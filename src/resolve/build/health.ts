import { refKey, refName } from '../../ir/index.ts';
import type { Problem } from '../../ir/index.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import { unknownAt } from '../convert/places.ts';
import { isAbsolute } from '../convert/service.ts';
import { quoted } from '../names.ts';
import { goDuration } from '../../traefik-config/go-values.ts';
import { leafAt, objectBelow, textAt } from '../../traefik-config/tree.ts';
import type { Declared } from '../types.ts';
import { ownProblem, type World } from './world.ts';

interface Finding {
  readonly key: string;
  readonly says: string;
  readonly loss: Problem['loss'];
}

/**
 * Health checks that are not made, or not as written. The service stays enabled in the API all the same; with an absolute
 * path 3.7 finds every server down and answers 503 (ran).
 */
export function checkHealth(all: readonly Declared[], world: World): void {
  for (const declared of all) {
    if (declared.ref.kind !== 'service' || declared.ref.protocol !== 'http') continue;
    const health = objectBelow(declared.node, 'loadBalancer', 'healthCheck');
    if (health === undefined) continue;
    const { variables } = provenance(declared.node);
    for (const { key, says, loss } of findings(declared, health, world)) {
      const path = `loadBalancer.healthCheck.${key}`;
      if (unknownAt(variables, path)) continue;
      const origin = leafAt(health, key)?.origin ?? health.origin;
      world.problems.report(`service-invalid|${refKey(declared.ref)}|${path}`, { ...ownProblem(declared, 'service-invalid', says, origin, path), subject: path, loss });
    }
  }
}

function findings(declared: Declared, health: Declared['node'], world: World): readonly Finding[] {
  const name = refName(declared.ref);
  const path = textAt(health, 'path');
  const out: Finding[] = [];
  if (world.version === '2.11') {
    if (path === '') return [{ key: 'path', says: `Ignoring heath check configuration for '${name}': no path provided`, loss: 'nothing' }];
    if (isAbsolute(path)) return [{ key: 'path', says: `Ignoring heath check configuration for '${name}': path must not be an absolute URL, got ${path}`, loss: 'nothing' }];
    for (const key of ['interval', 'timeout'] as const) out.push(...textDuration(health, key, name));
    return out;
  }
  if (path !== '' && isAbsolute(path)) out.push({ key: 'path', says: `health check path must be a relative URL, got: ${quoted(path)}`, loss: 'requests' });
  for (const [key, word] of [['interval', 'interval'], ['unhealthyInterval', 'unhealthy interval'], ['timeout', 'timeout']] as const) {
    const value = leafAt(health, key)?.value;
    if (value !== undefined && Number(value) <= 0) out.push({ key, says: `Health check ${word} smaller than zero, default value will be used instead.`, loss: 'nothing' });
  }
  return out;
}

/** 2.11 reads these as Go durations only here; a bare number is none. */
function textDuration(health: Declared['node'], key: 'interval' | 'timeout', name: string): readonly Finding[] {
  const text = textAt(health, key);
  if (text === '') return [];
  const parsed = goDuration(text);
  const place = key === 'interval' ? `for '${name}'` : `for backend '${name}'`;
  if (!parsed.ok) return [{ key, says: `Illegal health check ${key} ${place}: ${parsed.error}`, loss: 'nothing' }];
  if (parsed.value > 0) return [];
  return [{ key, says: key === 'interval' ? `Health check interval smaller than zero for service '${name}'` : `Health check timeout smaller than zero for backend '${name}'`, loss: 'nothing' }];
}
