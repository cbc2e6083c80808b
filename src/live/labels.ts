import type { Container, RawLabel } from '../ir/index.ts';
import { maskSecrets } from '../diagnostics/mask.ts';
import type { ContainerFacts } from '../sources/docker/index.ts';
import type { OriginId, Text } from '../text/index.ts';
import type { LabelDrift } from './drift-document.ts';

/** Looks up where an origin is written. */
export type PlaceText = (origin: OriginId) => string;

/** Labels that Compose, Swarm and Docker Desktop write themselves. */
const OWN = /^(?:com\.docker\.|desktop\.docker\.io\/)/;
const TRAEFIK = /^traefik\./i;

/**
 * The labels of a service in git against those of one of its containers. An image brings labels of its own, so one that only
 * the container has counts where it is Traefik's.
 */
export function labelDrift(service: Container, running: ContainerFacts, place: PlaceText): readonly LabelDrift[] {
  const labels = service.labels.filter((label) => (label.place === 'deploy') === (running.task !== undefined));
  const taken = new Set<string>();
  const changed = labels.flatMap((label): readonly LabelDrift[] => {
    const found = Object.entries(running.labels).find(([key]) => matches(label.key.value, key));
    if (found === undefined) return [drift(label, label.key.value.text, null, place)];
    taken.add(found[0]);
    return matches(label.value.value, found[1]) ? [] : [drift(label, found[0], found[1], place)];
  });
  const added = Object.entries(running.labels).filter(([key]) => TRAEFIK.test(key) && !OWN.test(key) && !taken.has(key)).map(([key, value]): LabelDrift => ({ label: key, git: null, running: shown(key, value), at: place(service.origin) }));
  return [...changed, ...added].toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

/** A text with variables that have no value here matches whatever they might be. */
export function matches({ text, holes }: Text, running: string): boolean {
  if (holes.length === 0) return text === running;
  let at = 0;
  let source = '';
  for (const name of holes) {
    const mark = `\${${name}}`;
    const found = text.indexOf(mark, at);
    if (found === -1) return true;
    source += `${escaped(text.slice(at, found))}.*`;
    at = found + mark.length;
  }
  return new RegExp(`^${source}${escaped(text.slice(at))}$`, 's').test(running);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function drift(label: RawLabel, key: string, running: string | null, place: PlaceText): LabelDrift {
  const git = shown(key, label.value.value.text);
  const other = running === null ? null : shown(key, running);
  // Two secrets that look the same when hidden are said to differ.
  return { label: key, git, running: other === git ? 'another value' : other, at: place(label.origin) };
}

/** By the field on both sides, so that the old value of a secret does not show where the new one is hidden. */
function shown(key: string, value: string): string {
  if (!TRAEFIK.test(key)) return '***';
  return maskSecrets(`${key}=${value}`).slice(key.length + 1).replace(/\*{3,}/g, '***');
}
