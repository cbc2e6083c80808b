import type { EntryPoint } from '../../ir/index.ts';
import { ipRange } from './ip-range.ts';
import { directive, type Statement } from './plan.ts';

/** Peers whose PROXY header is believed, everybody's where it is `insecure`: the address in it is that of the client from here on. */
export function peerStatements({ proxyProtocol }: EntryPoint): readonly Statement[] {
  if (proxyProtocol === undefined) return [];
  const ranges = proxyProtocol.insecure ? ['0.0.0.0/0', '::/0'] : proxyProtocol.trustedIPs.flatMap((range) => ipRange(range) ?? []);
  return [...ranges.map((range) => directive('set_real_ip_from', range)), ...(ranges.length === 0 ? [] : [directive('real_ip_header', 'proxy_protocol')])];
}
