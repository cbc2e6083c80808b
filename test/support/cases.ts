import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ProbeInput } from './engine-ask.ts';
import type { FakeContainer } from './docker-container.ts';
import { isJsonObject, objectAt, stringAt } from './json.ts';

/** A case: a Compose file, a static configuration by name, and requests. The decisions beside it are recorded from real Traefik. */
export interface Case {
  readonly name: string;
  readonly folder: string;
  readonly composePath: string;
  readonly staticPath: string;
  readonly services: readonly CaseService[];
  readonly requests: readonly CaseRequest[];
}
export interface CaseService {
  readonly name: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
}
export interface CaseRequest {
  /** As written in requests.yaml: what a failing test shows. */
  readonly text: string;
  readonly probe: ProbeInput;
}

export const CASES_FOLDER = 'fixtures/cases';

/** All cases, by name. */
export function readCases(): readonly Case[] {
  return readdirSync(CASES_FOLDER).filter((name) => !name.startsWith('_')).sort().map(readCase);
}

function readCase(name: string): Case {
  const folder = join(CASES_FOLDER, name);
  const composePath = join(folder, 'compose.yaml');
  const wanted: unknown = parse(readFileSync(join(folder, 'requests.yaml'), 'utf8'));
  const requests = isJsonObject(wanted) && Array.isArray(wanted['requests']) ? wanted['requests'].map(String) : [];
  const compose: unknown = parse(readFileSync(composePath, 'utf8'));
  return {
    name, folder, composePath,
    staticPath: join(CASES_FOLDER, '_static', `${stringAt(wanted, 'static')}.yml`),
    services: Object.entries(objectAt(compose, 'services')).map(([service, value]) => readService(service, value)),
    requests: requests.map((text) => ({ text, probe: readRequest(text) })),
  };
}

/** Read on its own, not with the product's reader: both must say the same. */
function readService(name: string, value: unknown): CaseService {
  const list = isJsonObject(value) && Array.isArray(value['labels']) ? value['labels'].map(String) : [];
  const expose = isJsonObject(value) && Array.isArray(value['expose']) ? value['expose'].map(String) : [];
  const labels = Object.fromEntries(list.map((label) => [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1).replaceAll('$$', '$')]));
  return { name, port: Number(expose[0]), labels };
}

/** `METHOD [https:][ENTRYPOINT:]HOST TARGET [| Name: value]… [| body: text] [from IP]`; host `-` = none sent. */
export function readRequest(text: string): ProbeInput {
  const [head = '', ...parts] = text.split(' | ');
  const match = /^(\S+) (https:)?(?:(web|alt|websecure):)?(\S+) (\S+?)(?: from (\S+))?$/.exec(head.trim());
  if (match === null) throw new Error(`no request: ${text}`);
  const [, method = '', https, entryPoint = 'web', host = '', target = '', clientIp] = match;
  const body = parts.find((part) => part.startsWith('body: '))?.slice('body: '.length);
  const headers = parts.filter((part) => !part.startsWith('body: ')).map((part): readonly [string, string] => {
    const at = part.indexOf(':');
    return [part.slice(0, at), part.slice(at + 1).trim()];
  });
  return {
    entryPoint, method, target: Buffer.from(target, 'utf8').toString('latin1'), host: host === '-' ? null : host, headers,
    tls: https === undefined ? false : { sni: host === '-' ? null : host.replace(/:\d+$/, '') },
    ...(host === '-' ? { httpVersion: '1.0' as const } : {}),
    ...(body === undefined ? {} : { body }),
    ...(clientIp === undefined ? {} : { clientIp }),
  };
}

/** The loopback address of a service: its own for every service of every case, so that all can stand side by side. */
export function addressOf(caseIndex: number, serviceIndex: number): string {
  return `127.1.${String(caseIndex)}.${String(serviceIndex + 1)}`;
}

/** The containers that Docker would list for a case. */
export function containersOf(one: Case, caseIndex: number): readonly FakeContainer[] {
  return one.services.map((service, index) => ({
    name: `case-${service.name}-1`, labels: service.labels, ports: [`${String(service.port)}/tcp`],
    networks: { case_default: addressOf(caseIndex, index) }, composeProject: 'case', composeService: service.name,
  }));
}

/** A service on a low port is a dead one: nothing listens there. */
export function listens(service: CaseService): boolean {
  return service.port > 1024;
}

/** Backend by `host:port`, without the dead ones. */
export function backendNames(one: Case, caseIndex: number): ReadonlyMap<string, string> {
  return new Map(one.services.flatMap((service, at) => (listens(service) ? [[`${addressOf(caseIndex, at)}:${String(service.port)}`, service.name] as const] : [])));
}
