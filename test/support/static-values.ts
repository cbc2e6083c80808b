/** What real Traefik 3.7.15 did with a value that decodes: it did not start, or it started and said so in its log. */
export interface StaticValue {
  readonly id: string;
  readonly value: unknown;
  /** The words of the engine; none = it starts and serves as written. */
  readonly exits?: string;
  readonly says?: string;
}

const web = (options: unknown): unknown => ({ entryPoints: { web: options } });
const udp = (options: unknown): unknown => ({ entryPoints: { dns: options } });
const acme = (options: Readonly<Record<string, unknown>>): unknown => ({ certificatesResolvers: { le: { acme: { storage: 'acme.json', ...options } } } });
const PROXY = 'error while building entryPoint web: building listener: error creating proxy protocol listener';
const SERVER = 'error while building entryPoint web: creating HTTP server';
const NO_PATH = 'API basePath must be a valid absolute URL path';

/** Found by random configurations; one of each kind. */
export const STATIC_VALUES: readonly StaticValue[] = [
  { id: 'PROXY protocol from nobody', value: web({ proxyProtocol: { trustedIPs: [] } }), exits: `${PROXY}: no trusted IPs provided` },
  { id: 'PROXY protocol from no address', value: web({ proxyProtocol: { trustedIPs: ['10.0.0.0/33'] } }), exits: `${PROXY}: parsing CIDR trusted IPs <nil>: invalid CIDR address: 10.0.0.0/33` },
  { id: 'PROXY protocol from everybody', value: web({ proxyProtocol: { insecure: true, trustedIPs: ['x'] } }) },
  { id: 'two trusted addresses in one', value: web({ forwardedHeaders: { insecure: true, trustedIPs: ['10.0.0.0/8, 1.1.1.1'] } }), exits: `${SERVER}: parsing CIDR trusted IPs <nil>: invalid CIDR address: 10.0.0.0/8, 1.1.1.1` },
  { id: 'trusted addresses of UDP', value: udp({ forwardedHeaders: { trustedIPs: ['x'] }, proxyProtocol: { trustedIPs: ['x'] } }) },
  { id: 'no timeout for UDP', value: udp({ udp: { timeout: 0 } }), exits: 'error while building entryPoint dns: error creating listener: timeout should be greater than zero' },
  { id: 'a UDP timeout of TCP', value: web({ udp: { timeout: -5 } }) },
  { id: 'a strategy in capitals', value: web({ http: { aliasHeadersStrategy: 'Reject' } }), exits: `${SERVER}: invalid aliasHeadersStrategy value "Reject"` },
  { id: 'no strategy', value: web({ http: { aliasHeadersStrategy: '', underscoreHeadersStrategy: 'delete' } }) },
  { id: 'fewer than no streams', value: web({ http2: { maxConcurrentStreams: -1 } }), exits: `${SERVER}: max concurrent streams value must be greater than or equal to zero` },
  { id: 'a negative port of HTTP/3', value: web({ http3: { advertisedPort: -1 } }), exits: 'error while building entryPoint web: creating HTTP3 server: advertised port must be greater than or equal to zero' },
  { id: 'a base path without slash', value: { api: { basePath: 'x' } }, exits: NO_PATH },
  { id: 'a base path with a query', value: { api: { basePath: '/x?' } }, exits: NO_PATH },
  { id: 'a base path of allowed characters', value: { api: { basePath: '//a-b_c.d~e:9/' } } },
  { id: 'an unknown provider goes first', value: { providers: { precedence: ['File', 'KubernetesIngress'] } }, exits: 'provider "kubernetesingress" is not a valid provider name' },
  { id: 'providers in order', value: { providers: { precedence: ['kubernetes', 'Swarm', 'file', 'docker', 'http', 'rest', 'knative', 'ecs', 'nomad', 'redis'] } } },
  { id: 'a provider of no plugin', value: { providers: { plugin: { a: { b: 'c' } } } }, exits: 'plugin: failed to build provider: unknown plugin type: a' },
  { id: 'logs by OTLP', value: { log: { otlp: {} } }, exits: 'setting up logger: the experimental OTLPLogs feature must be enabled to use OTLP logging' },
  { id: 'access logs by OTLP', value: { accessLog: { otlp: { serviceName: 'x' } } }, exits: 'the experimental OTLPLogs feature must be enabled to use OTLP access logging' },
  { id: 'logs by OTLP as an experiment', value: { experimental: { otlpLogs: true }, log: { otlp: { serviceName: 'x' } } } },
  { id: 'Knative', value: { providers: { knative: { publicService: { name: 'x' } } } }, exits: 'the experimental Knative feature must be enabled to use the Knative provider' },
  { id: 'nowhere to keep certificates', value: acme({ storage: '', tlsChallenge: {} }), exits: 'unable to initialize certificates resolver "le" with no storage location for the certificates' },
  { id: 'certificates for no time', value: acme({ certificatesDuration: 0, tlsChallenge: {} }), says: 'cannot manage certificates with duration lower than 1 hour' },
  { id: 'less time for all than for headers', value: acme({ clientTimeout: '1s', tlsChallenge: {} }), says: 'clientTimeout must be at least clientResponseHeaderTimeout' },
  { id: 'a challenge on no entry point', value: acme({ httpChallenge: { entryPoint: 'nope' } }), says: "EntryPoint doesn't exist" },
  { id: 'a ping on no entry point', value: { ping: { entryPoint: 'nope' } }, says: "EntryPoint doesn't exist" },
  { id: 'a ping of our own', value: { ping: { entryPoint: 'nope', manualRouting: true } } },
  { id: 'a redirection to nowhere', value: web({ http: { redirections: { entryPoint: { scheme: 'https' } } } }), says: 'Unable to create redirection: the entry point or the port is missing' },
  { id: 'a redirection to a port that is none', value: web({ http: { redirections: { entryPoint: { to: ':x' } } } }), says: "'to' entry point field references a non-existing entry point: :x" },
  { id: 'a redirection to a port', value: web({ http: { redirections: { entryPoint: { to: ':99999' } } } }) },
  { id: 'an access log in no format', value: { accessLog: { format: 'JSON' } }, says: 'Unsupported access log format: "JSON", defaulting to common format instead.' },
  { id: 'a level that is none', value: { log: { level: 'warning' } }, says: 'Unspecified or invalid log level, setting the level to default (ERROR)...' },
  { id: 'a level in capitals', value: { log: { level: 'ERROR' } } },
  { id: 'an HTTP provider of nothing', value: { providers: { http: { pollInterval: '5s' } } }, says: 'non-empty endpoint is required' },
  { id: 'Docker with half of a certificate', value: { providers: { docker: { tls: { cert: 'cert.pem' } } } }, says: 'both TLS cert and key must be defined' },
  { id: 'Swarm with half of a certificate', value: { providers: { swarm: { tls: { key: 'key.pem', insecureSkipVerify: true } } } }, says: 'both TLS cert and key must be defined' },
  { id: 'metrics for no bucket', value: { metrics: { influxDB2: { token: 'x', org: 'y' } } }, says: 'token, org or bucket property is missing' },
];

/** The value among what every configuration of the test needs. */
export function withStaticValue(value: unknown, base: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return base;
  return Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(value)])].map((key) => {
    const [ours, theirs] = [base[key], value[key]];
    return [key, isRecord(ours) && isRecord(theirs) ? withStaticValue(theirs, ours) : (theirs ?? ours)];
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
