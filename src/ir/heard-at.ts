/** Every address of IPv4, and every one of IPv6. */
const EVERYWHERE = ['0.0.0.0', '::'] as const;

/** What Go's net.IP takes for unspecified, in all its spellings. */
const UNSPECIFIED = /^(?:(?:::ffff:)?0\.0\.0\.0|(?:0*:)+0*)?$/i;

/**
 * The addresses that an entry point is heard at, IPv6 without brackets. Whatever the unspecified address is written as
 * (nothing, `0.0.0.0`, `[::]`), Traefik hears both families, TCP and UDP; of `localhost` it takes the IPv4 address alone
 * (ran on 3.7.15; Go's `favoriteAddrFamily` and `firstFavoriteAddr`).
 */
export function heardAt({ host }: { readonly host: string }): readonly string[] {
  const address = host.replace(/^\[|\]$/g, '');
  if (UNSPECIFIED.test(address)) return EVERYWHERE;
  return [address.toLowerCase() === 'localhost' ? '127.0.0.1' : address];
}
