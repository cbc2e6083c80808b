import { parse } from 'yaml';
import type { BuiltTarget } from '../../src/index.ts';
import { containersOf } from './cases.ts';
import type { Case } from './cases.ts';
import type { FakeContainer } from './docker-container.ts';
import { isJsonObject, objectAt } from './json.ts';

/** Labels of an override file by service; two dollars are one, as for Compose. */
export function overrideLabels(text: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const services = objectAt(parse(text), 'services');
  return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, textsOf(objectAt(service, 'labels'))]));
}

function textsOf(labels: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value).replaceAll('$$', '$')]));
}

/** The containers of a case after `docker compose -f compose.yaml -f compose.override.yml`: later labels win by key. */
export function overriddenContainers(one: Case, caseIndex: number, built: BuiltTarget): readonly FakeContainer[] {
  return containersOf(one, caseIndex).map((container) => {
    const folder = one.stacks.length === 1 ? '' : `${container.composeProject ?? ''}/`;
    const file = built.files?.find(({ path }) => path === `${folder}compose.override.yml`);
    const labels = file === undefined ? {} : overrideLabels(file.text)[container.composeService ?? ''];
    return { ...container, labels: { ...container.labels, ...labels } };
  });
}

/** The same without the labels of the source that Traefik routes by: what the override says must stand for itself. */
export function aloneContainers(one: Case, caseIndex: number, built: BuiltTarget): readonly FakeContainer[] {
  const own = new Map(containersOf(one, caseIndex).map((container) => [container.name, container.labels]));
  return overriddenContainers(one, caseIndex, built).map((container) => {
    const before = own.get(container.name) ?? {};
    const written = writtenFor(container, one, built);
    const kept = Object.entries(before).filter(([key]) => !/^traefik\.(?:http|tcp|udp|tls)\./i.test(key));
    return { ...container, labels: { ...Object.fromEntries(kept), ...written } };
  });
}

function writtenFor(container: FakeContainer, one: Case, built: BuiltTarget): Readonly<Record<string, string>> {
  const folder = one.stacks.length === 1 ? '' : `${container.composeProject ?? ''}/`;
  const file = built.files?.find(({ path }) => path === `${folder}compose.override.yml`);
  const labels: unknown = file === undefined ? {} : overrideLabels(file.text)[container.composeService ?? ''];
  return isJsonObject(labels) ? Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)])) : {};
}
