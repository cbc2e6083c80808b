import type { RouterTls, Routing } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import type { CertificatePlan, NodePlan } from './plan.ts';
import { confValue, plainHost } from './quote.ts';
import type { Place, Report } from './report.ts';
import { nodeOptions, optionsOf } from './tls-options.ts';

/** What TLS adds to a node. */
export interface NodeTls {
  readonly conf: NodePlan['conf'];
  readonly http2: boolean;
  readonly certificates: readonly CertificatePlan[];
}

export const NO_TLS: NodeTls = { conf: [], http2: true, certificates: [] };

/** A router that speaks TLS. */
export interface TlsUser extends Place {
  readonly tls?: RouterTls;
}

/** Versions and ciphers are settings of the node, so all its routers must want the same. */
export function nodeTls(routing: Routing, options: TargetOptions, users: readonly TlsUser[], injected: 'nginx_proxy_' | 'nginx_sproxy_', report: Report): NodeTls {
  const [first] = users;
  if (first === undefined) return NO_TLS;
  const chosen = optionsOf(routing, first.tls);
  for (const user of users) {
    if (optionsOf(routing, user.tls) !== chosen) report.unsupported('different TLS options on one node', { origin: user.tls?.options?.origin ?? user.origin, symbol: user.symbol }, 'TLS versions and ciphers are settings of the whole node', 'give the routers with other options an entry point of their own');
  }
  const settings = nodeOptions(chosen, injected);
  if ('unsupported' in settings) report.unsupported('these TLS options', chosen ?? first, settings.unsupported);
  const { conf, certificates } = certificatesOf(routing, options, first, report);
  return 'unsupported' in settings ? { conf, http2: true, certificates } : { conf: [...conf, ...settings.conf], http2: settings.http2, certificates };
}

interface Pair {
  readonly certificate: string;
  readonly key: string;
  readonly names: readonly string[];
}

/**
 * The first certificate is the node's own, a pair of files in kong.conf. Those for other names are entities: these hold the
 * text itself, so it is taken from the environment when the node starts.
 */
function certificatesOf(routing: Routing, { settings }: TargetOptions, place: Place, report: Report): Pick<NodeTls, 'conf' | 'certificates'> {
  const [first, ...others] = chosenPairs(routing, settings['tls'], report);
  if (first === undefined) return { conf: [], certificates: [] };
  const [cert, key] = [confValue(first.certificate), confValue(first.key)];
  const at = routing.certificates[0] ?? place;
  if (cert === undefined || key === undefined || `${cert}${key}`.includes(',')) report.unquotable('certificate path', { origin: at.origin, symbol: 'tls.certificates' }, 'kong.conf takes the path of a file; certificates written into the configuration are not copied');
  return { conf: [['ssl_cert', cert ?? ''], ['ssl_cert_key', key ?? '']], certificates: others.flatMap((pair, index) => fromEnvironment(pair, index + 2, place, report)) };
}

function chosenPairs(routing: Routing, setting: unknown, report: Report): readonly Pair[] {
  const configured = settingPairs(setting);
  if (configured.length > 0) return configured;
  const [only, second] = routing.certificates;
  const byDefault = pairOf(member(routing.tlsStores.find(({ ref }) => ref.name === 'default')?.raw, 'defaultcertificate'), 'certfile', 'keyfile');
  const more = second ?? (byDefault === undefined ? undefined : only);
  if (more !== undefined) report.unsupported('several certificates', { origin: more.origin, symbol: 'tls.certificates' }, 'only their own content tells which names each is for', 'name them in the setting tls of this target: certificates with certificate, key and names');
  if (byDefault !== undefined) return [byDefault];
  return only === undefined ? [] : [{ certificate: only.certFile, key: only.keyFile, names: [] }];
}

function fromEnvironment({ certificate, names }: Pair, number: number, place: Place, report: Report): readonly CertificatePlan[] {
  const wanted = names.map((name) => name.toLowerCase());
  if (wanted.length === 0 || wanted.some((name) => plainHost(name.replace(/^\*\./, '')) === undefined)) {
    report.unquotable('certificate name', { origin: place.origin, symbol: 'targets.kong.tls' }, 'every certificate but the first is for host names, with `*.` at most');
    return [];
  }
  const variable = `gateway-certificate-${String(number)}`;
  const shown = variable.toUpperCase().replaceAll('-', '_');
  report.note('target-deferred-secret', `the certificate for ${wanted.map((name) => `"${name}"`).join(', ')} is not written: the node reads it from "${shown}" and "${shown}_KEY"`, { origin: place.origin, symbol: `tls ${variable}` }, 'an entity of Kong holds the text of a certificate, not the name of a file', `set them to the content of ${JSON.stringify(certificate)} and of its key`);
  return [{ cert: `{vault://env/${variable}}`, key: `{vault://env/${variable}-key}`, names: wanted }];
}

/** `tls: {certificate, key}`, or `tls: {certificates: [{certificate, key, names}]}`. */
function settingPairs(setting: unknown): readonly Pair[] {
  const one = pairOf(setting, 'certificate', 'key');
  const list = member(setting, 'certificates');
  return one === undefined ? (Array.isArray(list) ? list.flatMap((item) => pairOf(item, 'certificate', 'key') ?? []) : []) : [one];
}

function pairOf(value: unknown, certificateField: string, keyField: string): Pair | undefined {
  const [certificate, key, names] = [member(value, certificateField), member(value, keyField), member(value, 'names')];
  if (typeof certificate !== 'string' || typeof key !== 'string') return undefined;
  return { certificate, key, names: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [] };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([field]) => field.toLowerCase() === name)?.[1] : undefined;
}
