import { suggest } from '../../diagnostics/index.ts';
import type { Container } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { Finding, Reporter } from './report.ts';
import type { Entry, MappingValue, Value } from './value.ts';
import { entriesOf, get, itemsOf, layersOf, present, scalarOf } from './value.ts';

/** What Compose refuses although every value has the right form (compose-go `loader/validate.go`), for services that start. */
export function checkConsistency(model: MappingValue, containers: readonly Container[], reporter: Reporter): void {
  const services = new Map(entriesOf(get(model, 'services')).map((entry) => [entry.key, entry]));
  const known: Known = { service: new Set(services.keys()), config: keysOf(model, 'configs'), secret: keysOf(model, 'secrets'), volume: keysOf(model, 'volumes') };
  for (const container of containers) {
    const entry = services.get(container.id.service);
    if (entry !== undefined) checkService(container, entry, known, reporter);
  }
  checkContents(model, reporter);
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

function checkService(container: Container, entry: Entry, known: Known, reporter: Reporter): void {
  const name = entry.key;
  const refuse = (finding: Pick<Finding, 'message' | 'origin' | 'help' | 'label'> & { readonly field: string }): void => {
    const { field, ...rest } = finding;
    reporter.report({ rule: 'compose-schema', symbol: field === '' ? name : `${name}/${field}`, why: 'Compose refuses the file', ...rest });
  };
  if (container.image === undefined && !container.hasBuild && present(entry.value, 'provider') === undefined) {
    refuse({ message: `service "${name}" has neither "image" nor "build"`, origin: entry.keyOrigin, field: '' });
  }
  if (container.replicas > 1 && container.containerName !== undefined) {
    refuse({ message: `service "${name}" has ${String(container.replicas)} replicas and one container name`, origin: container.containerName.origin, field: 'container_name', help: 'remove "container_name"' });
  }
  checkTest(entry, (origin, message) => refuse({ message, origin, field: 'healthcheck' }));
  for (const missing of undefinedNames(entry.value, known)) {
    const meant = suggest(missing.key, known[missing.what]);
    refuse({ message: `service "${name}" uses the ${missing.what} "${missing.key}", which no file declares`, origin: missing.origin, field: missing.field, ...(meant === undefined ? {} : { label: `did you mean "${meant}"?` }) });
  }
}

type What = 'service' | 'config' | 'secret' | 'volume';
type Known = Readonly<Record<What, ReadonlySet<string>>>;

interface Missing {
  readonly what: What;
  readonly key: string;
  readonly origin: OriginId;
  readonly field: string;
}

function undefinedNames(service: Value, known: Known): readonly Missing[] {
  const named = [
    ...listed('service', 'depends_on', service, names),
    ...listed('config', 'configs', service, sources),
    ...listed('secret', 'secrets', service, sources),
    ...listed('volume', 'volumes', service, volumes),
  ];
  return named.filter((use) => !known[use.what].has(use.key) && !use.key.includes('$'));
}

type Names = readonly { readonly key: string; readonly origin: OriginId }[];

function listed(what: What, field: string, service: Value, read: (value: Value | undefined) => Names): readonly Missing[] {
  return read(get(service, field)).map((name) => ({ what, field, ...name }));
}

function keysOf(model: MappingValue, section: string): ReadonlySet<string> {
  return new Set(entriesOf(get(model, section)).map((entry) => entry.key));
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
