/** An address and a port. */
export interface Place {
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A host as it stands in front of a port and in a URL: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

export function placeText({ host, port }: Place): string {
  return `${bracketed(host)}:${String(port)}`;
}

/** What hears a place, by `HOST:PORT`: what listens at the address, else at all addresses of its family. */
export function heardAtPlace<T>(listening: ReadonlyMap<string, T>, place: Place): T | undefined {
  const everywhere = place.host.includes(':') ? '::' : '0.0.0.0';
  return listening.get(placeText(place)) ?? listening.get(placeText({ host: everywhere, port: place.port }));
}
