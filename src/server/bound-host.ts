import { heardAt } from '../ir/index.ts';

/** The host that Node binds; undefined = all addresses of both families, or those of IPv4 where the kernel has no other. */
export function boundHost(at: { readonly host: string }): string | undefined {
  const [host, ...more] = heardAt(at);
  return more.length > 0 ? undefined : host;
}
