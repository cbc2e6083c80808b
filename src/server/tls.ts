import type { TLSSocket, TlsOptions as NodeTlsOptions } from 'node:tls';
import { refKey, type Listener, type Routing, type TcpRoute } from '../ir/index.ts';
import { hostNames, tlsNames } from '../runtime/index.ts';
import { certificateStore, type KeyPair } from './certificates.ts';
import { tlsSettings, type ReadFile, type TlsSettings, type TlsSettingsRead } from './tls-settings.ts';

/** What a client is shown, and what it must show. */
export interface TlsFace {
  readonly options: NodeTlsOptions;
  /** Asked after the handshake. */
  readonly admits: (socket: TLSSocket) => boolean;
}

/** The TLS side of an entry point in one configuration; undefined = the connection is closed in its handshake. */
export interface Tls {
  readonly http: (serverName: string) => TlsFace | undefined;
  readonly tcp: (route: TcpRoute, serverName: string) => TlsFace | undefined;
}

export interface Certificates {
  readonly pairs: readonly KeyPair[];
  /** For names that none of them covers. */
  readonly fallback: KeyPair;
  readonly readFile: ReadFile;
}

/** One TLS side for each listener; faces are made once, so that servers can be kept by them. */
export function tlsSides(routing: Routing, certificates: Certificates): ReadonlyMap<string, Tls> {
  const certificateFor = certificateStore(certificates.pairs);
  const faces = faceMaker(routing, certificates);
  return new Map(routing.listeners.map((listener) => {
    const { ofServerName } = tlsNames(listener);
    const ordered = orderedNames(listener);
    const face = (options: string, serverName: string): TlsFace | undefined => {
      if (serverName.endsWith('.')) return undefined;
      return faces(options, certificateFor(serverName), ordered.has(serverName.toLowerCase()));
    };
    const ofRoute = ({ tls }: TcpRoute): string => (tls?.options === undefined || tls.options.value.name === 'default' ? '' : refKey(tls.options.value));
    return [listener.entryPoint.name, { http: (serverName) => face(ofServerName(serverName), serverName), tcp: (route, serverName) => face(ofRoute(route), serverName) }] as const;
  }));
}

/** Names for which a certificate resolver would have a certificate. */
function orderedNames({ tls }: Listener): ReadonlySet<string> {
  const routes = tls.filter((route) => route.tls?.resolver !== undefined);
  return new Set(routes.flatMap((route) => [...hostNames(route.rule), ...(route.tls?.domains ?? []).flatMap(({ main, sans }) => [main, ...sans])]).map((name) => name.toLowerCase()));
}

function faceMaker(routing: Routing, { fallback, readFile }: Certificates): (options: string, pair: KeyPair | undefined, ordered: boolean) => TlsFace | undefined {
  const settings = new Map<string, TlsSettingsRead>(routing.tlsOptions.map(({ ref, raw }) => [ref.name === 'default' ? '' : refKey(ref), tlsSettings(raw, readFile)]));
  if (!settings.has('')) settings.set('', tlsSettings({}, readFile));
  const made = new Map<string, TlsFace>();
  return (options, pair, ordered) => {
    const wanted = settings.get(options);
    if (wanted === undefined || 'broken' in wanted || (wanted.strict && pair === undefined && !ordered)) return undefined;
    const shown = pair ?? fallback;
    const key = `${options} ${shown.cert}`;
    const known = made.get(key) ?? faceOf(wanted, shown);
    made.set(key, known);
    return known;
  };
}

function faceOf({ node, client }: TlsSettings, pair: KeyPair): TlsFace {
  return {
    options: { ...node, ...pair, requestCert: client !== 'none', rejectUnauthorized: client === 'verified' },
    admits: (socket) => {
      if (client !== 'any' && client !== 'ifGiven') return true;
      const shown = Object.keys(socket.getPeerCertificate()).length > 0;
      return client === 'any' ? shown : !shown || socket.authorized;
    },
  };
}

/** Options that cannot be had: their names are answered by nobody. */
export function brokenOptions({ tlsOptions }: Routing, readFile: ReadFile): readonly string[] {
  return tlsOptions.flatMap(({ ref, raw }) => {
    const read = tlsSettings(raw, readFile);
    return 'broken' in read ? [`TLS options ${ref.name}: ${read.broken}, so connections for them are closed`] : [];
  });
}
