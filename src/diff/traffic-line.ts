/** Access logs that are understood: Traefik's JSON, nginx's combined form, Kong's file-log and http-log plugins. */
export const TRAFFIC_FORMATS = ['traefik-json', 'nginx-combined', 'kong-json'] as const;
export type TrafficFormat = (typeof TRAFFIC_FORMATS)[number];

/** What a line says of its request; what it does not say is absent. Values of the query are gone already. */
export interface LoggedRequest {
  readonly method: string;
  readonly target: string;
  readonly host?: string;
  readonly tls?: boolean;
  readonly entryPoint?: string;
  readonly port?: number;
  readonly clientIp?: string;
  /** It was sent with a login that was right: nobody here knows it, but what lies behind it can be asked. */
  readonly loggedIn: boolean;
}

const LONGEST_TARGET = 8192;

/** The request of one line; undefined for a line that has none. */
export function readLine(format: TrafficFormat, line: string): LoggedRequest | undefined {
  if (format === 'nginx-combined') return combined(line);
  const entry = objectOf(line);
  if (entry === undefined) return undefined;
  return format === 'traefik-json' ? traefik(entry) : kong(entry);
}

type Json = Readonly<Record<string, unknown>>;

function objectOf(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(object: Json, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value !== '' && value !== '-' ? value : undefined;
}

function traefik(entry: Json): LoggedRequest | undefined {
  const scheme = textOf(entry, 'RequestScheme');
  return request(textOf(entry, 'RequestMethod'), textOf(entry, 'RequestPath'), {
    host: textOf(entry, 'RequestHost'),
    tls: entry['TLSVersion'] !== undefined ? true : scheme === undefined ? undefined : /^(?:https|wss)$/.test(scheme),
    entryPoint: textOf(entry, 'entryPointName'),
    // The port that it logs is the one of the Host header.
    port: undefined,
    clientIp: textOf(entry, 'ClientHost'),
    loggedIn: textOf(entry, 'ClientUsername') !== undefined && entry['DownstreamStatus'] !== 401,
  });
}

function kong(entry: Json): LoggedRequest | undefined {
  const asked = entry['request'];
  if (!isJson(asked)) return undefined;
  const headers = isJson(asked['headers']) ? asked['headers'] : {};
  const url = /^(https?):\/\/(\[[^\]]*\]|[^/:?#]*)(?::(\d+))?/.exec(textOf(asked, 'url') ?? '');
  return request(textOf(asked, 'method'), textOf(asked, 'uri'), {
    host: textOf(headers, 'host') ?? url?.[2],
    tls: url === null ? undefined : url[1] === 'https',
    entryPoint: undefined,
    port: url?.[3] === undefined ? undefined : Number(url[3]),
    clientIp: textOf(entry, 'client_ip'),
    loggedIn: isJson(entry['consumer']) || isJson(entry['authenticated_entity']),
  });
}

/** `1.2.3.4 - user [time] "GET /path HTTP/1.1" 200 …`, also behind `name:port `. */
const COMBINED = /^(?:([^\s:]+):(\d{1,5}) )?(\S+) \S+ (\S+) \[[^\]]*\] "(\S+) (\S+)(?: HTTP\/[\d.]+)?" (\d{3}) /;

function combined(line: string): LoggedRequest | undefined {
  const found = COMBINED.exec(line);
  if (found === null) return undefined;
  const [, host, port, clientIp, user, method, target, status] = found;
  return request(method, unescaped(target ?? ''), { host, tls: undefined, entryPoint: undefined, port: port === undefined ? undefined : Number(port), clientIp, loggedIn: user !== '-' && status !== '401' });
}

/** nginx writes bytes that could end the field as `\x22`. */
function unescaped(text: string): string {
  return text.replace(/\\x([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

interface Rest {
  readonly host: string | undefined;
  readonly tls: boolean | undefined;
  readonly entryPoint: string | undefined;
  readonly port: number | undefined;
  readonly clientIp: string | undefined;
  readonly loggedIn: boolean;
}

function request(method: string | undefined, target: string | undefined, { host, tls, entryPoint, port, clientIp, loggedIn }: Rest): LoggedRequest | undefined {
  if (method === undefined || !/^[A-Z]{1,24}$/.test(method)) return undefined;
  if (target === undefined || !/^\/[^\s\0]*$/.test(target) || target.length > LONGEST_TARGET) return undefined;
  return {
    method,
    target: withoutValues(target),
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
    ...(tls === undefined ? {} : { tls }),
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(port === undefined ? {} : { port }),
    ...(clientIp === undefined ? {} : { clientIp }),
    loggedIn,
  };
}

/** Names of the query stay, each once, what they are set to goes. */
function withoutValues(target: string): string {
  const at = target.indexOf('?');
  if (at === -1) return target;
  const names = [...new Set(target.slice(at + 1).split('&').map((pair) => pair.split('=', 1)[0] ?? ''))].filter((name) => name !== '');
  return names.length === 0 ? target.slice(0, at) : `${target.slice(0, at)}?${names.map((name) => `${name}=`).join('&')}`;
}
