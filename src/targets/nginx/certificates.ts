import type { Routing } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';

/** A certificate by its files, and the names that it is for. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
  readonly names: readonly string[];
}

/** The first is for every name that no other has. */
export interface Chosen {
  readonly pairs: readonly Pair[];
  /** Why there is none. */
  readonly missing?: string;
}

/** The target's setting, else the default certificate of the gateway, else its only one. */
export function chosenCertificates(routing: Routing, options: TargetOptions): Chosen {
  const configured = settingPairs(options.settings['tls']);
  if (configured.length > 0) return { pairs: configured };
  const [only, ...more] = routing.certificates;
  const byDefault = storeDefault(routing);
  if (more.length > 0 || (byDefault !== undefined && only !== undefined)) return { pairs: [], missing: 'there are several certificates, and only their own content tells which names each is for' };
  if (byDefault !== undefined) return { pairs: [byDefault] };
  if (only === undefined) return { pairs: [], missing: 'Traefik makes a self-signed certificate or gets one by ACME; nginx does neither' };
  return { pairs: [{ certificate: only.certFile, key: only.keyFile, names: [] }] };
}

function storeDefault({ tlsStores }: Routing): Pair | undefined {
  const raw = tlsStores.find(({ ref }) => ref.name === 'default')?.raw;
  return pairOf(member(raw, 'defaultcertificate'), 'certfile', 'keyfile');
}

/** `tls: {certificate, key}`, or `tls: {certificates: [{certificate, key, names}]}`. */
function settingPairs(tls: unknown): readonly Pair[] {
  const one = pairOf(tls, 'certificate', 'key');
  if (one !== undefined) return [one];
  const list = member(tls, 'certificates');
  return Array.isArray(list) ? list.flatMap((item) => pairOf(item, 'certificate', 'key') ?? []) : [];
}

function pairOf(value: unknown, certificateField: string, keyField: string): Pair | undefined {
  const [certificate, key, names] = [member(value, certificateField), member(value, keyField), member(value, 'names')];
  if (typeof certificate !== 'string' || typeof key !== 'string') return undefined;
  return { certificate, key, names: Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [] };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([field]) => field.toLowerCase() === name)?.[1];
}
