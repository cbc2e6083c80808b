import type { OriginId } from '../../text/index.ts';
import { loadDocuments } from './load.ts';
import { merge, through } from './merge.ts';
import { folderOf, isRemote, join } from './paths.ts';
import { mergingIn, leaveUnread } from './reading.ts';
import type { Reading } from './reading.ts';
import type { Lookup } from '../variables/index.ts';
import type { Entry, MappingValue, Value } from './value.ts';
import { get, hasHoles, scalarOf } from './value.ts';

interface Site {
  /** The file that the services stand in. */
  readonly path: string;
  readonly lookup: Lookup;
  readonly folder: string;
}

interface Services extends Site {
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Puts the service that each `extends` names underneath (compose-go `loader/extends.go`). */
export function applyExtends(reading: Reading, model: MappingValue, site: Site): MappingValue {
  const services = model.entries.get('services');
  if (services === undefined || services.value.kind !== 'mapping') return model;
  if (![...services.value.entries.values()].some(({ value }) => get(value, 'extends') !== undefined)) return model;
  const from: Services = { ...site, entries: services.value.entries };
  const entries = new Map([...from.entries].map(([name, entry]) => [name, { ...entry, value: extended(reading, name, from, []) ?? entry.value }]));
  return { ...model, entries: new Map([...model.entries, ['services', { ...services, value: { ...services.value, entries } }]]) };
}

/** Longer chains than anyone writes; each hop costs stack and memory. */
const MAX_TRAIL = 50;

/** A service with all that it extends; undefined when there is nothing of that name. */
function extended(reading: Reading, name: string, from: Services, trail: readonly string[]): Value | undefined {
  const service = from.entries.get(name)?.value;
  const reference = referenceOf(service);
  if (service?.kind !== 'mapping' || reference === undefined || reading.extendsEnded) return service;
  const key = `${from.path}\0${name}`;
  if (trail.includes(key) || trail.length >= MAX_TRAIL) return circle(reading, { name, origin: reference.origin, deep: !trail.includes(key) }, service);
  const base = baseOf(reading, name, reference, from, [...trail, key]);
  const own = { ...service, entries: new Map([...service.entries].filter(([field]) => field !== 'extends')) };
  if (base?.kind !== 'mapping') return own;
  const source = through(base, reference.origin, reading.origins);
  return source.kind === 'mapping' ? merge(source, own, ['services', name], mergingIn(reading)) : own;
}

interface Reference {
  readonly service: string;
  readonly file?: string;
  readonly origin: OriginId;
  /** Its file or its name is a variable without a value. */
  readonly open: boolean;
}

function referenceOf(service: Value | undefined): Reference | undefined {
  const value = get(service, 'extends');
  const short = scalarOf(value);
  if (short !== undefined) return { service: short.text, origin: short.origin, open: hasHoles(short) };
  const name = scalarOf(get(value, 'service'));
  if (name === undefined) return undefined;
  const file = scalarOf(get(value, 'file'));
  return { service: name.text, origin: name.origin, open: hasHoles(name) || (file !== undefined && hasHoles(file)), ...(file === undefined ? {} : { file: file.text }) };
}

function baseOf(reading: Reading, name: string, reference: Reference, from: Services, trail: readonly string[]): Value | undefined {
  if (reference.open) return leaveUnread(reading, reference.file ?? reference.service, reference.origin);
  const services = reference.file === undefined ? from : servicesOf(reading, reference.file, from);
  if (services === undefined) return missing(reading, name, reference, `there is no file "${reference.file ?? ''}"`);
  if (!services.entries.has(reference.service)) {
    return missing(reading, name, reference, `there is no service "${reference.service}"${reference.file === undefined ? '' : ` in "${reference.file}"`}`);
  }
  return extended(reading, reference.service, services, trail);
}

/** The services of another file, each still with its own `extends`; its paths are relative to that file. */
function servicesOf(reading: Reading, file: string, from: Services): Services | undefined {
  if (isRemote(file)) return undefined;
  const path = join(from.folder, file);
  const folder = folderOf(path);
  const documents = loadDocuments(reading, path, { lookup: from.lookup, folder });
  if (documents === undefined) return undefined;
  const [first, ...rest] = documents;
  const model = first === undefined ? undefined : rest.reduce((base, over) => merge(base, over, [], mergingIn(reading)), first);
  const services = get(model, 'services');
  return { path, folder, lookup: from.lookup, entries: services?.kind === 'mapping' ? services.entries : new Map() };
}

function missing(reading: Reading, name: string, reference: Reference, message: string): undefined {
  leaveUnread(reading, reference.file ?? reference.service, reference.origin);
  const remote = reference.file !== undefined && isRemote(reference.file);
  reading.reporter.report({
    rule: 'compose-file-missing',
    message: remote ? `the remote file "${reference.file ?? ''}" was not read` : message,
    origin: reference.origin,
    symbol: `${name}/extends`,
    severity: remote ? 'note' : 'error',
    blocking: !remote,
    why: `what service "${name}" takes from it is not known`,
  });
  return undefined;
}

interface Circle {
  readonly name: string;
  readonly origin: OriginId;
  readonly deep: boolean;
}

function circle(reading: Reading, { name, origin, deep }: Circle, service: Value): Value {
  if (deep) {
    reading.extendsEnded = true;
    reading.broken = true;
  }
  const message = deep ? `service "${name}" stands at the end of too many "extends"` : `service "${name}" extends itself`;
  reading.reporter.report({ rule: 'compose-schema', message, origin, symbol: `${name}/extends`, blocking: true, why: deep ? 'this chain is not followed to its end' : 'Compose refuses the file: circular reference' });
  return service;
}
