import type { RawLabel } from '../../ir/index.ts';
import type { Sourced, Text } from '../../text/index.ts';
import type { EnvEntry } from '../variables/index.ts';
import { fileEntries } from './environment.ts';
import { NO_PAIRS, entryOrigin, readPairs } from './keyed.ts';
import type { Pair, Pairs } from './keyed.ts';
import { namedFile, readText } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Value } from './value.ts';
import { get, hasHoles, itemsOf, scalarOf } from './value.ts';

export interface Labels {
  readonly labels: readonly RawLabel[];
  readonly shadowed: readonly RawLabel[];
}

const NO_LABELS: Labels = { labels: [], shadowed: [] };

/** `label_file`, `labels:` over it, and `deploy.labels` beside them (a Swarm provider reads only those). */
export function readLabels(reading: Reading, service: Value, name: string): Labels {
  const own = readPairs(get(service, 'labels'), reading.origins);
  const deploy = readPairs(get(get(service, 'deploy'), 'labels'), reading.origins);
  const file = get(service, 'label_file');
  if (file === undefined && own === NO_PAIRS && deploy === NO_PAIRS) return NO_LABELS;
  return {
    labels: [...fileLabels(reading, file, name, own), ...own.effective.map((pair) => toLabel(pair, 'service', reading)), ...deploy.effective.map((pair) => toLabel(pair, 'deploy', reading))],
    shadowed: [
      ...own.shadowed.map(({ pair, by }) => ({ ...toLabel(pair, 'service', reading), overriddenBy: by })),
      ...deploy.shadowed.map(({ pair, by }) => ({ ...toLabel(pair, 'deploy', reading), overriddenBy: by })),
    ],
  };
}

/** The last of a name counts, and only where the service itself has none. */
function fileLabels(reading: Reading, named: Value | undefined, name: string, own: Pairs): readonly RawLabel[] {
  if (named === undefined) return [];
  const entries = fileEntries(reading, named, `${name}/label_file`, () => undefined);
  noteUnread(reading, named);
  const ownKeys = new Set(own.effective.map((pair) => pair.key.value.text));
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()].filter((entry) => !ownKeys.has(entry.name)).map((entry) => fileLabel(entry, reading));
}

/** Labels of a file that is not there, or behind a variable without a value, are not known. */
function noteUnread(reading: Reading, named: Value): void {
  for (const path of itemsOf(named).flatMap((item) => scalarOf(item) ?? [])) {
    if (hasHoles(path) || readText(reading, namedFile(reading, path)) === undefined) reading.unread.push({ name: path.text, origin: path.origin });
  }
}

/** A key without a value is a label with an empty one; its place is the end of the key. */
function toLabel(pair: Pair, place: RawLabel['place'], reading: Reading): RawLabel {
  const { key, origin } = pair;
  return { key, value: pair.value === undefined ? noValue(key, reading) : inner(pair.value, reading), origin, place };
}

function noValue({ value, origin }: Sourced<Text>, reading: Reading): Sourced<Text> {
  const end = value.text.length;
  return { value: { text: '', holes: [] }, origin: reading.origins.slice(origin, end, end) };
}

function inner(text: Sourced<Text>, reading: Reading): Sourced<Text> {
  const origin = reading.origins.inner(text.origin);
  return origin === text.origin ? text : { value: text.value, origin };
}

function fileLabel(entry: EnvEntry, reading: Reading): RawLabel {
  const key = { value: { text: entry.name, holes: [] }, origin: entry.nameOrigin };
  return { key, value: { value: entry.value, origin: entry.origin }, origin: entryOrigin(entry.nameOrigin, entry.origin, reading.origins), place: 'file' };
}
