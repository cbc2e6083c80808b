import type { Problem, StaticConfig } from '../../ir/index.ts';
import { goQuote } from '../../rule-lang/go-quote.ts';
import { knownLeaf, leafAt, objectAt, objectBelow, type ConfigObject } from '../tree.ts';
import { toProblems, type Found } from './found.ts';

/** Values with which 3.7 starts and that it then leaves out with a line in its log (ran). */
export function ignoredValues(root: ConfigObject, config: StaticConfig, symbol: string): readonly Problem[] {
  const ignored = [...redirectionsToNowhere(root), ...logs(root), ...internalEntryPoints(root, config), ...skippedResolvers(root), ...httpProvider(root), ...halfCertificates(root), ...influxWithoutTarget(root)];
  return toProblems(ignored, 'nothing', symbol);
}

/** `scheme: https` and nothing to go to. */
function redirectionsToNowhere(root: ConfigObject): readonly Found[] {
  return [...(objectAt(root, 'entryPoints')?.entries ?? [])].flatMap(([name, node]) => {
    const found = objectBelow(node, 'http', 'redirections', 'entryPoint');
    if (found === undefined || (leafAt(found, 'to')?.value ?? '') !== '') return [];
    return [{ path: `entryPoints.${name}.http.redirections.entryPoint`, origin: found.origin, subject: 'redirections.entryPoint', says: 'Unable to create redirection: the entry point or the port is missing' }];
  });
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'panic', 'disabled'];
const FORMATS = ['common', 'json', 'genericCLF'];

function logs(root: ConfigObject): readonly Found[] {
  const level = knownLeaf(leafAt(objectAt(root, 'log'), 'level'));
  const format = knownLeaf(leafAt(objectAt(root, 'accessLog'), 'format'));
  const badLevel = level !== undefined && !/^-?\d*$/.test(String(level.value)) && !LEVELS.includes(String(level.value).toLowerCase()) ? [level] : [];
  const badFormat = format !== undefined && !FORMATS.includes(String(format.value)) ? [format] : [];
  return [
    ...badLevel.map(({ value, origin }) => ({ path: 'log.level', origin, subject: String(value), says: 'Unspecified or invalid log level, setting the level to default (ERROR)...', candidates: LEVELS })),
    ...badFormat.map(({ value, origin }) => ({ path: 'accessLog.format', origin, subject: String(value), says: `Unsupported access log format: ${goQuote(String(value))}, defaulting to common format instead.`, candidates: FORMATS })),
  ];
}

/** Where the engine answers for itself: an entry point that is not there, or takes UDP, has no such answers. */
function internalEntryPoints(root: ConfigObject, config: StaticConfig): readonly Found[] {
  const tcp = config.entryPoints.filter(({ udp }) => !udp).map(({ name }) => name);
  const challenges = [...(objectAt(root, 'certificatesResolvers')?.entries ?? [])].map(([name, node]) => ({ node: objectBelow(node, 'acme', 'httpChallenge'), path: `certificatesResolvers.${name}.acme.httpChallenge` }));
  const users = [...challenges, ...[['ping'], ['metrics', 'prometheus']].map((path) => ({ node: objectBelow(root, ...path), path: path.join('.') }))];
  return users.flatMap(({ node, path }) => {
    const leaf = knownLeaf(leafAt(node, 'entryPoint'));
    const name = String(leaf?.value ?? '');
    if (leaf === undefined || name === '' || tcp.includes(name) || leafAt(node, 'manualRouting')?.value === true) return [];
    return [{ path: `${path}.entryPoint`, origin: leaf.origin, subject: name, says: "EntryPoint doesn't exist", candidates: tcp }];
  });
}

/** Durations with which a resolver is left out of the list. */
function skippedResolvers(root: ConfigObject): readonly Found[] {
  return [...(objectAt(root, 'certificatesResolvers')?.entries ?? [])].flatMap(([name, node]): readonly Found[] => {
    const acme = objectAt(node, 'acme');
    const days = knownLeaf(leafAt(acme, 'certificatesDuration'));
    const path = `certificatesResolvers.${name}.acme`;
    if (days !== undefined && Number(days.value) < 1) return [{ path: `${path}.certificatesDuration`, origin: days.origin, subject: String(days.value), says: 'cannot manage certificates with duration lower than 1 hour' }];
    const [whole, header] = [knownLeaf(leafAt(acme, 'clientTimeout')), knownLeaf(leafAt(acme, 'clientResponseHeaderTimeout'))];
    const shorter = whole ?? header;
    if (shorter === undefined || Number(whole?.value ?? 120_000) >= Number(header?.value ?? 30_000)) return [];
    return [{ path: `${path}.clientTimeout`, origin: shorter.origin, subject: shorter.text.text, says: 'clientTimeout must be at least clientResponseHeaderTimeout' }];
  });
}

function httpProvider(root: ConfigObject): readonly Found[] {
  const found = objectBelow(root, 'providers', 'http');
  return found === undefined || (leafAt(found, 'endpoint')?.value ?? '') !== '' ? [] : [{ path: 'providers.http', origin: found.origin, subject: 'providers.http', says: 'non-empty endpoint is required' }];
}

/** Who talks to another server with a certificate of its own: with half of one it does not begin to. */
const CLIENTS = [...['docker', 'swarm', 'http', 'redis'].map((name) => ['providers', name]), ['metrics', 'otlp', 'grpc'], ['metrics', 'otlp', 'http']];

function halfCertificates(root: ConfigObject): readonly Found[] {
  return CLIENTS.flatMap((path) => {
    const tls = objectBelow(root, ...path, 'tls');
    const written = ['cert', 'key'].filter((name) => (leafAt(tls, name)?.value ?? '') !== '');
    const [name] = written;
    const leaf = name === undefined || written.length > 1 ? undefined : knownLeaf(leafAt(tls, name));
    return leaf === undefined ? [] : [{ path: [...path, 'tls', name].join('.'), origin: leaf.origin, subject: leaf.text.text, says: 'both TLS cert and key must be defined' }];
  });
}

function influxWithoutTarget(root: ConfigObject): readonly Found[] {
  const found = objectBelow(root, 'metrics', 'influxDB2');
  const lacks = found !== undefined && ['token', 'org', 'bucket'].some((name) => (leafAt(found, name)?.value ?? '') === '');
  return lacks ? [{ path: 'metrics.influxDB2', origin: found.origin, subject: 'metrics.influxDB2', says: 'token, org or bucket property is missing' }] : [];
}
