import type { Finding, Loaded, LoadedGateway, Report, Route, Routing } from '../index.ts';
import type { KeyPair } from '../server/index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Prepared } from './input.ts';
import type { SourceOptions } from './options.ts';
import { withUserFiles } from './serve-users.ts';
import { remembering } from './watch.ts';
import { sayReport } from './say.ts';
import { unknownName } from './words.ts';

/** One reading of the files: what could be served, or what stands against it. */
export interface ReadServed {
  readonly api: typeof import('../index.ts');
  readonly loaded: Loaded;
  readonly gateway: LoadedGateway;
  readonly routing: Routing;
  readonly routers: number;
  readonly certificates: readonly KeyPair[];
  readonly defaultCertificate?: KeyPair;
  readonly readFile: (path: string) => string | undefined;
  /** What is answered with an error because nobody here can do it. */
  readonly notServed: readonly string[];
  /** What is served otherwise than the engine would. */
  readonly notes: readonly string[];
  readonly report: Report;
  readonly blocking: readonly Finding[];
  /** Places that were looked at. */
  readonly asked: ReadonlySet<string>;
}

/** Reads, checks and resolves one gateway. Throws CommandError where there is nothing to serve. */
export async function readServed({ input }: Prepared, flags: { readonly mock?: boolean }): Promise<ReadServed> {
  const [api, { brokenOptions, unpacked, unservable }] = await Promise.all([import('../index.ts'), import('../server/index.ts')]);
  const { host, asked } = remembering(input.host);
  const loaded = api.load({ ...input, host });
  if (!api.hasInput(loaded)) throw new CommandError(EXIT.environment, 'no Compose file and no gateway.yaml was found', 'Name a file or a folder: gateway serve path/to/compose.yml');
  for (const { option, name, known } of api.unknownOverrides(loaded, input.overrides)) throw unknownName(`--${option}: there is no "${name}"`, name, known, 'There is');
  const [gateway, ...more] = loaded.gateways;
  const resolved = gateway?.resolved[0];
  if (gateway === undefined || resolved === undefined || more.length > 0) throw new CommandError(EXIT.usage, 'one gateway at a time', `Pick one: -g ${loaded.gateways.map(({ name }) => name).join(' or -g ')}`);
  const { routing, notes: missing } = withUserFiles(api.applyOverrides(resolved.gateway, resolved.routing, input.overrides).routing, host);
  // A build to no target at all: only what stands against any.
  const { diagnostics } = api.build(loaded, { targets: [], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: input.overrides });
  const report = api.toReport('gateway.serve/1', [...diagnostics, ...api.serveRefusals(routing)], [], loaded);
  const blocking = report.findings.filter((finding) => finding.blocking && !(flags.mock === true && finding.rule === 'port-missing'));
  const { notes, ...shown } = readCertificates(routing, host);
  return { api, loaded, gateway, routing, routers: countRouters(routing), ...shown, readFile: host.readFile, notServed: [...notServed(routing, unservable), ...brokenOptions(routing, host.readFile)], notes: [...notes, ...missing, ...unpacked(routing)], report, blocking, asked };
}

export function sayFindings(context: Context, flags: SourceOptions, { api, report }: ReadServed): void {
  sayReport(context, flags, api, report, true);
}

function countRouters(routing: Routing): number {
  return new Set(routing.listeners.flatMap(({ plain, tls, tcp }) => [...plain, ...tls, ...tcp].map(({ router }) => `${router.name}@${router.namespace}`))).size;
}

/** Files that are not here (they are in a container) leave a certificate of our own, and say so. */
function readCertificates(routing: Routing, host: Prepared['host']): { readonly certificates: readonly KeyPair[]; readonly defaultCertificate?: KeyPair; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const read = ({ certFile, keyFile }: { readonly certFile: string; readonly keyFile: string }): readonly KeyPair[] => {
    const [cert, key] = [host.readFile(certFile), host.readFile(keyFile)];
    if (cert !== undefined && key !== undefined) return [{ cert, key }];
    notes.push(`the certificate ${certFile} is not here: its names get one made for this run`);
    return [];
  };
  const certificates = routing.certificates.flatMap(read);
  const [defaultCertificate] = defaultFiles(routing).flatMap(read);
  const resolvers = new Set(routing.listeners.flatMap(({ tls }) => tls.flatMap((route) => (route.tls?.resolver === undefined ? [] : [route.tls.resolver.value]))));
  for (const name of resolvers) notes.push(`certificate resolver ${name} is not asked: its names get a certificate made for this run`);
  return { certificates, ...(defaultCertificate === undefined ? {} : { defaultCertificate }), notes };
}

/** `tls.stores.default.defaultCertificate`. */
function defaultFiles({ tlsStores }: Routing): readonly { readonly certFile: string; readonly keyFile: string }[] {
  return tlsStores.filter(({ ref }) => ref.name === 'default').flatMap(({ raw }) => {
    const found = entry(raw, 'defaultCertificate');
    const [certFile, keyFile] = [entry(found, 'certFile'), entry(found, 'keyFile')];
    return typeof certFile === 'string' && typeof keyFile === 'string' ? [{ certFile, keyFile }] : [];
  });
}

function entry(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** Middlewares and services that cannot run here: their routes answer 501. */
function notServed(routing: Routing, unservable: (route: Route) => string | undefined): readonly string[] {
  const chains = routing.listeners.flatMap(({ plain, tls }) => [...plain, ...tls]);
  return [...new Set(chains.flatMap((route) => {
    const found = unservable(route);
    return found === undefined ? [] : [`router ${route.router.name}: ${found}, so it answers 501`];
  }))];
}
