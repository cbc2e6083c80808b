import type { Container } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import { reportMissing } from './fragment.ts';
import type { Files, Missing, What } from './fragment.ts';
import type { Finding, Reporter } from './report.ts';
import type { Entry, MappingValue, Value } from './value.ts';
import { entriesOf, get, itemsOf, layersOf, present, scalarOf } from './value.ts';

/** What Compose refuses although every value has the right form (compose-go `loader/validate.go`), for services that start. */
export function checkConsistency(model: MappingValue, containers: readonly Container[], files: Files, reporter: Reporter): void {
  const services = sectionOf(model, 'services');
  const known: Known = { service: services, network: sectionOf(model, 'networks'), config: sectionOf(model, 'configs'), secret: sectionOf(model, 'secrets'), volume: sectionOf(model, 'volumes') };
  const missing = containers.flatMap((container): readonly Missing[] => {
    const entry = services.get(container.id.service);
    if (entry === undefined) return [];
    checkService(container, entry, reporter);
    return [undeclaredNetworks(container), undefinedNames(entry, known), withoutImage(container, entry)].flat();
  });
  reportMissing(missing, known, files, reporter);
  checkContents(model, reporter);
}

function withoutImage(container: Container, entry: Entry): readonly Missing[] {
  if (container.image !== undefined || container.hasBuild || present(entry.value, 'provider') !== undefined) return [];
  return [{ what: 'image', key: entry.key, service: entry.key, origin: entry.keyOrigin, field: '' }];
}

function undeclaredNetworks({ id, networks }: Container): readonly Missing[] {
  return networks.filter((use) => !use.declared && !use.key.includes('${')).map(({ key, origin }) => ({ what: 'network', key, service: id.service, origin, field: `networks/${key}` }));
}

const CONTENTS: Readonly<Record<string, readonly string[]>> = { configs: ['file', 'environment', 'content'], secrets: ['file', 'environment'] };

/** A config or secret says exactly one place to take its content from. */
function checkContents(model: MappingValue, reporter: Reporter): void {
  for (const [section, fields] of Object.entries(CONTENTS)) {
    for (const entry of entriesOf(get(model, section))) {
      const count = fields.filter((field) => get(entry.value, field) !== undefined).length;
      if (count === 1 || (count === 0 && (get(entry.value, 'driver') ?? get(entry.value, 'external')) !== undefined)) continue;
      const message = `"${entry.key}" needs exactly one of ${fields.map((field) => `"${field}"`).join(', ')}`;
      reporter.report({ rule: 'compose-schema', message, origin: entry.keyOrigin, symbol: `${section}/${entry.key}`, why: 'Compose refuses the file' });
    }
  }
}

function checkTest(service: Entry, refuse: (origin: OriginId, message: string) => void): void {
  const test = get(get(service.value, 'healthcheck'), 'test');
  const first = test?.kind === 'sequence' ? scalarOf(test.items[0]) : undefined;
  if (first === undefined || first.text.includes('$') || ['CMD', 'CMD-SHELL', 'NONE'].includes(first.text)) return;
  refuse(first.origin, 'the list of a health check must begin with "CMD", "CMD-SHELL" or "NONE"');
}

function checkService(container: Container, entry: Entry, reporter: Reporter): void {
  const name = entry.key;
  const refuse = (finding: Pick<Finding, 'message' | 'origin' | 'help'> & { readonly field: string }): void => {
    const { field, ...rest } = finding;
    reporter.report({ rule: 'compose-schema', symbol: `${name}/${field}`, why: 'Compose refuses the file', ...rest });
  };
  if (container.replicas > 1 && container.containerName !== undefined) {
    refuse({ message: `service "${name}" has ${String(container.replicas)} replicas and one container name`, origin: container.containerName.origin, field: 'container_name', help: 'remove "container_name"' });
  }
  checkTest(entry, (origin, message) => refuse({ message, origin, field: 'healthcheck' }));
}

type Known = Readonly<Record<Exclude<What, 'image'>, ReadonlyMap<string, Entry>>>;

function undefinedNames({ key: service, value }: Entry, known: Known): readonly Missing[] {
  const listed = (what: Exclude<What, 'image'>, field: string, read: (value: Value) => Names): readonly Missing[] => {
    const found = get(value, field);
    return found === undefined ? [] : read(found).filter(({ key }) => !known[what].has(key) && !key.includes('$')).map((name) => ({ what, field, service, ...name }));
  };
  return [...listed('service', 'depends_on', names), ...listed('config', 'configs', sources), ...listed('secret', 'secrets', sources), ...listed('volume', 'volumes', volumes)];
}

type Names = readonly { readonly key: string; readonly origin: OriginId }[];

const NO_ENTRIES: ReadonlyMap<string, Entry> = new Map();

function sectionOf(model: MappingValue, section: string): ReadonlyMap<string, Entry> {
  const value = get(model, section);
  return value?.kind === 'mapping' ? value.entries : NO_ENTRIES;
}

function names(value: Value | undefined): Names {
  const keys = layersOf(value).flatMap((layer) => entriesOf(layer).map((entry) => ({ key: entry.key, origin: entry.keyOrigin })));
  return [...keys, ...itemsOf(value).flatMap((item) => scalarOf(item) ?? []).map((scalar) => ({ key: scalar.text, origin: scalar.origin }))];
}

function sources(value: Value | undefined): Names {
  return itemsOf(value).flatMap((item) => scalarOf(item) ?? scalarOf(get(item, 'source')) ?? []).map((scalar) => ({ key: scalar.text, origin: scalar.origin }));
}

/** Named volumes only; a path or an anonymous volume needs no declaration. */
function volumes(value: Value | undefined): Names {
  return itemsOf(value).flatMap((item): Names => {
    const short = scalarOf(item);
    if (short === undefined) return scalarOf(get(item, 'type'))?.text === 'volume' ? sources({ kind: 'sequence', items: [item], origin: item.origin }) : [];
    const [source = '', target] = short.text.split(':');
    return target === undefined || !/^[A-Za-z0-9][A-Za-z0-9_.-]+$/.test(source) ? [] : [{ key: source, origin: short.origin }];
  });
}
