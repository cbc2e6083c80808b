/** `kong.conf`: `name = value` lines, `#` starts a comment unless escaped as `\#`. */
export type KongConf = ReadonlyMap<string, string>;

export function parseConf(text: string): KongConf {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z0-9_]+)\s*=\s*((?:\\#|[^#])*)/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    settings.set(match[1], match[2].trim().replaceAll('\\#', '#'));
  }
  return settings;
}

export interface KongListener {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean;
  readonly udp: boolean;
}

/** The listeners of `proxy_listen`: address, port and flags. */
export function proxyListeners(conf: KongConf): readonly KongListener[] {
  return listeners(conf.get('proxy_listen') ?? '0.0.0.0:8000, 0.0.0.0:8443 ssl');
}

/** The listeners of `stream_listen`. */
export function streamListeners(conf: KongConf): readonly KongListener[] {
  return listeners(conf.get('stream_listen') ?? 'off');
}

function listeners(value: string): readonly KongListener[] {
  return value.split(',').flatMap((entry) => {
    const [address = '', ...flags] = entry.trim().split(/\s+/);
    const colon = address.lastIndexOf(':');
    const port = Number(address.slice(colon + 1));
    return colon === -1 || !Number.isInteger(port) ? [] : [{ host: address.slice(0, colon), port, ssl: flags.includes('ssl'), udp: flags.includes('udp') }];
  });
}
