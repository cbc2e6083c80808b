import type { Document } from 'yaml';
import { yamlPackage } from '../text/yaml/package.ts';
import type { Ack } from './acks.ts';

export type AcksRead = { readonly kind: 'read'; readonly acks: readonly Ack[] } | { readonly kind: 'invalid'; readonly message: string };

const FIELDS = ['fingerprint', 'class', 'shows', 'reason', 'expires'] as const;
type Fields = Readonly<Record<(typeof FIELDS)[number], string>>;

/** Reads `.gateway/acks.yaml`. Every entry has to be whole: one that is not understood must not let anything pass. */
export function readAcks(path: string, text: string): AcksRead {
  const { LineCounter, parseDocument } = yamlPackage();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe' });
  const [error] = document.errors;
  if (error !== undefined) return { kind: 'invalid', message: `${path} is no YAML: ${error.message.split('\n')[0] ?? ''}` };
  const list = document.contents === null ? [] : entriesOf(document);
  if (list === undefined) return { kind: 'invalid', message: `${path} needs a list "acks:" and nothing else` };
  const acks: Ack[] = [];
  for (const { value, offset } of list) {
    const at = `${path}:${String(lines.linePos(offset).line)}`;
    const wrong = problemOf(value);
    if (wrong !== undefined || !isEntry(value)) return { kind: 'invalid', message: `${at}: ${wrong ?? 'no acknowledgement'}` };
    acks.push({ ...value, at });
  }
  const twice = acks.find(({ fingerprint }, index) => acks.findIndex((one) => one.fingerprint === fingerprint) !== index);
  return twice === undefined ? { kind: 'read', acks } : { kind: 'invalid', message: `${twice.at}: the fingerprint ${twice.fingerprint} stands there twice` };
}

interface Entry {
  readonly value: unknown;
  readonly offset: number;
}

function entriesOf(document: Document.Parsed): readonly Entry[] | undefined {
  const { contents } = document;
  if (!yamlPackage().isMap(contents) || contents.items.length !== 1) return undefined;
  const list = contents.get('acks', true);
  if (!yamlPackage().isSeq(list)) return undefined;
  return list.items.map((item) => (yamlPackage().isMap(item) ? { value: item.toJSON() as unknown, offset: item.range?.[0] ?? 0 } : { value: undefined, offset: 0 }));
}

function isEntry(value: unknown): value is Fields {
  return problemOf(value) === undefined;
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'an acknowledgement is a mapping';
  const texts = new Map<string, unknown>(Object.entries(value));
  const missing = FIELDS.find((field) => typeof texts.get(field) !== 'string' || String(texts.get(field)).trim() === '');
  if (missing !== undefined) return `an acknowledgement needs "${missing}"`;
  const unknown = [...texts.keys()].find((key) => !FIELDS.some((field) => field === key));
  if (unknown !== undefined) return `an acknowledgement has no "${unknown}"`;
  return isDay(String(texts.get('expires'))) ? undefined : `"expires" is a day as in 2027-01-31, got "${String(texts.get('expires'))}"`;
}

/** A day of the calendar, written so that the order of texts is the order of days. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The file's text with more entries, or with other ones for fingerprints that stand there; comments stay. */
export function withAcks(text: string, more: readonly Omit<Ack, 'at'>[]): string {
  const document = yamlPackage().parseDocument(text.trim() === '' ? 'acks: []\n' : text, { schema: 'failsafe' });
  const list = document.get('acks', true);
  if (!yamlPackage().isSeq(list)) throw new Error('an acknowledgement file without its list');
  list.flow = false;
  for (const { fingerprint, class: id, shows, reason, expires } of more) {
    list.items = list.items.filter((item) => !yamlPackage().isMap(item) || item.get('fingerprint') !== fingerprint);
    list.items.push(document.createNode({ fingerprint, class: id, shows, reason, expires }));
  }
  return document.toString({ lineWidth: 0 });
}
