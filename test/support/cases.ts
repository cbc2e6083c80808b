import { readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { readRequest } from './case-request.ts';
import type { ProbeInput } from './engine-ask.ts';
import type { FakeContainer } from './docker-container.ts';
import type { BackendSpec } from './echo-backend.ts';
import { isJsonObject, objectAt, stringAt, stringsAt } from './json.ts';
import { certificateFolder } from './test-certificate.ts';

/** A case: Compose files, a static configuration by name, and requests. The decisions beside it are recorded from real Traefik. */
export interface Case {
  readonly name: string;
  /** Its place among all cases: gives its backends addresses of their own. */
  readonly index: number;
  readonly folder: string;
  readonly stacks: readonly CaseStack[];
  readonly staticPath: string;
  /** Files of the file provider. */
  readonly dynamic: readonly string[];
  /** Features that a target may approximate: its decisions are compared all the same. */
  readonly allow: readonly string[];
  readonly services: readonly CaseService[];
  readonly requests: readonly CaseRequest[];
}
export interface CaseStack {
  readonly name: string;
  readonly files: readonly string[];
}
export interface CaseService {
  readonly stack: string;
  readonly name: string;
  readonly port: number;
  readonly udp: boolean;
  readonly replicas: number;
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
  return readdirSync(CASES_FOLDER).filter((name) => !name.startsWith('_')).sort().map((name, index) => readCase(name, index));
}

/**
 * `requests.yaml`: `static` and `requests`, and where they differ from one stack `case` in `compose.yaml`: `stacks` (name to files),
 * `effective` (what Compose makes of them, as `docker compose config` prints it), `dynamic`, `allow`. In labels and dynamic files
 * `${WEB_IP}` is the address of the service `web`: for what takes a URL and no service.
 */
export function readCase(name: string, index: number, root = CASES_FOLDER): Case {
  const folder = join(root, name);
  const wanted = readYaml(join(folder, 'requests.yaml'));
  const given = Object.entries(objectAt(wanted, 'stacks'));
  const stacks = (given.length === 0 ? [['case', ['compose.yaml']] as const] : given).map(([stack, files]) => ({ name: stack, files: strings(files).map((file) => join(folder, file)) }));
  const effective = stringAt(wanted, 'effective');
  const services = stacks.flatMap((stack) => readServices(stack.name, effective === '' ? (stack.files[0] ?? '') : join(folder, effective)));
  return {
    name, index, folder, stacks,
    staticPath: join(CASES_FOLDER, '_static', `${stringAt(wanted, 'static')}.yml`),
    dynamic: stringsAt(wanted, 'dynamic').map((file) => join(folder, file)),
    allow: stringsAt(wanted, 'allow'),
    services,
    requests: stringsAt(wanted, 'requests').map((text) => ({ text, probe: readRequest(fill(text, stickyVariables(services, index))) })),
  };
}

function readYaml(path: string): unknown {
  return parse(readFileSync(path, 'utf8'));
}

function strings(value: unknown): readonly string[] {
  return stringsAt({ value }, 'value');
}

/** Read on its own, not with the product's reader: both must say the same. */
function readServices(stack: string, path: string): readonly CaseService[] {
  return Object.entries(objectAt(readYaml(path), 'services')).map(([name, value]) => {
    const [port, protocol] = isJsonObject(value) && Array.isArray(value['expose']) ? String(value['expose'][0]).split('/') : [];
    const replicas = objectAt(value, 'deploy')['replicas'];
    return { stack, name, port: Number(port ?? 80), udp: protocol === 'udp', replicas: typeof replicas === 'number' ? replicas : 1, labels: labelsOf(value) };
  });
}

function labelsOf(service: unknown): Readonly<Record<string, string>> {
  const list = stringsAt(service, 'labels').map((label) => [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1)] as const);
  const mapping = Object.entries(objectAt(service, 'labels')).map(([key, value]) => [key, String(value)] as const);
  return Object.fromEntries([...list, ...mapping].map(([key, value]) => [key, value.replaceAll('$$', '$')]));
}

/** The loopback address of a replica: its own for every service of every case, so that all can stand side by side. */
export function addressOf(caseIndex: number, serviceIndex: number, replica = 0): string {
  return `127.${String(1 + (caseIndex >> 8))}.${String(caseIndex & 255)}.${String(serviceIndex + 1 + 50 * replica)}`;
}

interface Placed {
  readonly service: CaseService;
  readonly replica: number;
  readonly address: string;
}

/** Every replica of every service. */
export function placesOf(one: Case, caseIndex: number): readonly Placed[] {
  return one.services.flatMap((service, at) => Array.from({ length: service.replicas }, (_, replica) => ({ service, replica, address: addressOf(caseIndex, at, replica) })));
}

/** `WEB_IP` by service: the address of its first replica. `FILES` is the folder of the case, `CERTS` one with `a.pem`, `a.key`, `b.pem`, `b.key`. */
export function addressVariables(one: Case, caseIndex: number): ReadonlyMap<string, string> {
  return new Map([...one.services.map(({ name }, at): [string, string] => [variableOf(name, 'IP'), addressOf(caseIndex, at)]), ['FILES', resolve(one.folder)], ['CERTS', certificateFolder()]]);
}

/** `WEB_STICKY`: what a sticky cookie of Traefik says for the first replica of `web`. */
function stickyVariables(services: readonly CaseService[], caseIndex: number): ReadonlyMap<string, string> {
  const digest = (address: string, port: number): string => createHash('sha256').update(`http://${address}:${String(port)}`).digest('hex').slice(0, 16);
  return new Map(services.map(({ name, port }, at) => [variableOf(name, 'STICKY'), digest(addressOf(caseIndex, at), port)]));
}

function variableOf(service: string, what: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_${what}`;
}

/** Fills in addresses where a text asks for them. */
export function fill(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{([A-Z0-9_]+_(?:IP|STICKY)|FILES|CERTS)\}/g, (whole, name: string) => variables.get(name) ?? whole);
}

function filled(labels: Readonly<Record<string, string>>, variables: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, fill(value, variables)]));
}

/** The containers that Docker would list for a case. */
export function containersOf(one: Case, caseIndex: number): readonly FakeContainer[] {
  const addresses = addressVariables(one, caseIndex);
  return placesOf(one, caseIndex).map(({ service, replica, address }) => ({
    name: `${service.stack}-${service.name}-${String(replica + 1)}`, labels: filled(service.labels, addresses), ports: [`${String(service.port)}/${service.udp ? 'udp' : 'tcp'}`],
    networks: { [`${service.stack}_default`]: address }, composeProject: service.stack, composeService: service.name,
  }));
}

/** The ports of services that speak TLS, or HTTP/2 without it. */
const SPOKEN: Readonly<Record<number, 'tls' | 'h2c'>> = { 8443: 'tls', 8082: 'h2c' };

function spoken({ udp, port }: CaseService): Pick<BackendSpec, 'speaks'> {
  const speaks = udp ? 'udp' : SPOKEN[port];
  return speaks === undefined ? {} : { speaks };
}

/** Backends to start for a case: named by case and service. A service on a low port is a dead one: nothing listens there. */
export function backendsOf(one: Case, caseIndex: number): readonly BackendSpec[] {
  return placesOf(one, caseIndex).filter(({ service }) => service.port > 1024).map(({ service, replica, address }) => ({ name: `${one.name}/${backendName(service, replica)}`, address, port: service.port, ...spoken(service) }));
}

/** Backend by `host:port`, without the dead ones. */
export function backendNames(one: Case, caseIndex: number): ReadonlyMap<string, string> {
  return new Map(backendsOf(one, caseIndex).map(({ name, address = '', port = 0 }) => [`${address}:${String(port)}`, name.slice(one.name.length + 1)]));
}

/** Which replica takes a request is left to chance: decisions mask the number. */
function backendName(service: CaseService, replica: number): string {
  return service.replicas === 1 ? service.name : `${service.name}#${String(replica + 1)}`;
}

/** What a case uses that decides which differences a verdict declares. */
export interface Traits {
  /** stripPrefix or stripPrefixRegex. */
  readonly cutsPrefixes: boolean;
  /** A rule on a header. */
  readonly readsHeaders: boolean;
  /** Endpoints of HTTP/2 without TLS. */
  readonly speaksHttp2: boolean;
}

export function traitsOf({ services, dynamic }: Case): Traits {
  const labels = services.flatMap((service) => Object.entries(service.labels).map(([key, value]) => `${key}=${value}`));
  const texts = [...labels, ...dynamic.map((file) => readFileSync(file, 'utf8'))];
  return { cutsPrefixes: texts.some((text) => /\bstripprefix(?:regex)?\b/i.test(text)), readsHeaders: texts.some((text) => /\bheaders?(?:regexp)?\([`"\\]/i.test(text)), speaksHttp2: texts.some((text) => /\bscheme=h2c\b|h2c:\/\//.test(text)) };
}
