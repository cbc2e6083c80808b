import type { Mount } from '../../ir/index.ts';
import type { OriginId, Text } from '../../text/index.ts';
import { isAbsolute, join, relativeTo } from './paths.ts';
import type { Reporter } from './report.ts';
import type { ScalarValue, Value } from './value.ts';
import { get, itemsOf, scalarOf, scalarsOf, truth } from './value.ts';
import { textOf } from '../variables/index.ts';

const NO_MOUNTS: readonly Mount[] = [];

/** `volumes:` (short and long) and `tmpfs:` of a service; of one target the last entry takes effect. */
export function readMounts(service: Value, folder: string, reporter: Reporter, name: string): readonly Mount[] {
  const volumes = itemsOf(get(service, 'volumes'));
  const tmpfs = scalarsOf(get(service, 'tmpfs'));
  if (volumes.length === 0 && tmpfs.length === 0) return NO_MOUNTS;
  const unique = new Map<string, Mount>();
  for (const item of volumes) {
    const mount = item.kind === 'mapping' ? longMount(item, folder) : shortMount(item, folder);
    if (mount === undefined) reporter.report({ rule: 'compose-schema', message: 'a volume needs a target path', origin: item.origin, symbol: `${name}/volumes`, why: 'Compose refuses the file' });
    else unique.set(mount.target, mount);
  }
  for (const scalar of tmpfs) {
    const [target = ''] = scalar.text.split(':');
    if (!unique.has(target)) unique.set(target, { kind: 'tmpfs', source: undefined, target, readOnly: false, origin: scalar.origin });
  }
  return [...unique.values()];
}

interface Field {
  readonly from: number;
  readonly to: number;
}

/** `[SOURCE:]TARGET[:OPTIONS]`; the colon of `C:\` splits nothing (compose-go `format.ParseVolume`). */
function shortMount(item: Value, folder: string): Mount | undefined {
  const scalar = scalarOf(item);
  if (scalar === undefined || scalar.text === '') return undefined;
  const fields = scalar.text.length < 3 ? [{ from: 0, to: scalar.text.length }] : split(scalar.text);
  if (fields.length > 3 || fields.some((field) => field.from === field.to)) return undefined;
  const text = (field: Field | undefined): string => (field === undefined ? '' : scalar.text.slice(field.from, field.to));
  const [first, second, third] = fields;
  const readOnly = text(third).split(',').includes('ro');
  if (second === undefined) return { kind: 'volume', source: undefined, target: clean(text(first)), readOnly: false, origin: item.origin };
  const source = first === undefined ? undefined : textOf(scalar, first.from, first.to);
  const kind = source === undefined ? 'volume' : kindOf(source);
  return { kind, source: source === undefined ? undefined : placed(source, kind, scalar, folder), target: clean(text(second)), readOnly, origin: item.origin };
}

function split(text: string): readonly Field[] {
  const fields: Field[] = [];
  let from = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    const drive = at - from === 1 && /\p{L}/u.test(text[from] ?? '');
    if (drive) continue;
    fields.push({ from, to: at });
    from = at + 1;
  }
  fields.push({ from, to: text.length });
  return fields;
}

/** A source that begins with an unset variable may be either. */
function kindOf(source: Text): Mount['kind'] {
  if (source.holes.length > 0 && source.text.startsWith('$')) return 'other';
  return /^[./~]/.test(source.text) || source.text.startsWith('\\\\') || /^\p{L}:/u.test(source.text) ? 'bind' : 'volume';
}

/** Docker cleans a target: `/data/` is `/data`. */
function clean(target: string): string {
  return target.startsWith('/') ? join('/', target) : target;
}

/** A relative source of an included or extended file is rewritten to be relative to the project's folder. */
function placed(source: Text, kind: Mount['kind'], scalar: ScalarValue, folder: string): Text {
  if (kind !== 'bind' || scalar.folder === undefined || scalar.folder === folder || isAbsolute(source.text) || source.text.startsWith('~')) return source;
  const path = relativeTo(folder, join(scalar.folder, source.text));
  return { ...source, text: path.startsWith('.') ? path : `./${path}` };
}

const KINDS = new Set(['bind', 'volume', 'tmpfs']);

function longMount(item: Value, folder: string): Mount | undefined {
  const target = scalarOf(get(item, 'target'));
  if (target === undefined) return undefined;
  const type = scalarOf(get(item, 'type'))?.text ?? 'volume';
  const kind = isKind(type) ? type : 'other';
  const scalar = scalarOf(get(item, 'source'));
  const source = scalar === undefined ? undefined : placed(textOf(scalar), kind, scalar, folder);
  return { kind, source, target: clean(target.text), readOnly: truth(get(item, 'read_only')) === true, origin: originOf(item) };
}

function isKind(type: string): type is 'bind' | 'volume' | 'tmpfs' {
  return KINDS.has(type);
}

function originOf(item: Value): OriginId {
  return item.origin;
}
