import { distance, suggest } from '../diagnostics/index.ts';
import type { Loss, ProblemHint } from '../ir/index.ts';
import { asciiLower } from './go-text.ts';
import { childKey, staticTable } from './keys.ts';
import type { TraefikVersion } from './keys.ts';

/** A label that looks like Traefik's and is outside every prefix that it reads: no error, no log (ran). */
export interface StrayLabel {
  readonly kind: 'label-root-unknown' | 'label-not-for-labels';
  /** The part of the key that is wrong. */
  readonly from: number;
  readonly to: number;
  readonly candidates: readonly string[];
  readonly context: string;
  readonly hint?: ProblemHint;
  readonly loss: Loss;
}

const SECTIONS = ['http', 'tcp', 'udp', 'tls', 'enable', 'docker', 'swarm'];
const V1 = new Set(['frontend', 'frontends', 'backend', 'backends', 'port', 'protocol', 'weight', 'domain', 'tags']);

/** Says what is wrong with a key that no decode reads; undefined for labels that are none of Traefik's business. */
export function strayLabel(key: string, version: TraefikVersion, allowed: readonly string[]): StrayLabel | undefined {
  if (allowed.includes(key)) return undefined;
  const [root = '', second = '', third = ''] = key.split('.');
  if (asciiLower(root) === 'traefik') return key.includes('.') ? strayBelowRoot(root.length + 1, second, third, version) : undefined;
  if (/^traefik[_-](?:http|tcp|udp|enable|docker)(?:[_-]|$)/i.test(root) && !key.includes('.')) {
    return { kind: 'label-root-unknown', from: 0, to: key.length, candidates: [key.replaceAll(/[_-]/g, '.')], context: 'label root', hint: 'underscore', loss: 'requests' };
  }
  return isNearRoot(root, second) ? { kind: 'label-root-unknown', from: 0, to: root.length, candidates: ['traefik'], context: 'label root', loss: 'requests' } : undefined;
}

/** `treafik.http`, `trafik.enable`; two letters off only where the next part is Traefik's too. */
function isNearRoot(root: string, second: string): boolean {
  const away = distance(asciiLower(root), 'traefik', 2);
  if (away > 2 || second === '') return false;
  const known = SECTIONS.includes(asciiLower(second)) || V1.has(asciiLower(second));
  return known || (away === 1 && suggest(second, SECTIONS) !== undefined);
}

function strayBelowRoot(from: number, second: string, third: string, version: TraefikVersion): StrayLabel | undefined {
  const lower = asciiLower(second);
  const place = { from, to: from + second.length };
  if (lower === 'swarm') return undefined;
  if (lower === 'tls') return strayTls(from + second.length + 1, third, place);
  if (V1.has(lower) || V1.has(asciiLower(third))) return { kind: 'label-root-unknown', ...place, candidates: [], context: 'label root', hint: 'v1-label', loss: 'requests' };
  if (childKey(staticTable(version), second, 'label') !== undefined) return { kind: 'label-root-unknown', ...place, candidates: [], context: 'label root', hint: 'static-option', loss: 'nothing' };
  const near = suggest(second, SECTIONS) !== undefined;
  return { kind: 'label-root-unknown', ...place, candidates: SECTIONS, context: 'label root', loss: near ? 'requests' : 'nothing' };
}

/** Of `tls` labels only `stores.default` is read. */
function strayTls(from: number, third: string, second: { readonly from: number; readonly to: number }): StrayLabel {
  const known = /^(?:options|stores|certificates)(?:\[|$)/i.test(third);
  if (known) return { kind: 'label-not-for-labels', from, to: from + third.length, candidates: [], context: `tls.${asciiLower(third.replace(/\[.*/, ''))}`, loss: 'nothing' };
  if (third === '') return { kind: 'label-root-unknown', ...second, candidates: [], context: 'label root', loss: 'nothing' };
  return { kind: 'label-root-unknown', from, to: from + third.length, candidates: ['stores'], context: 'tls', loss: 'nothing' };
}
