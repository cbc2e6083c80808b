/** `user:secret` under the hashes that Traefik knows. */
export const USERS = ['sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', 'ap:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/'] as const;
/** MD5 of `dig:traefik:secret`; nobody logs in with it here, because a nonce is good once. */
export const DIGEST_USER = 'dig:traefik:87c3a72fbb7d2b618c7e5b197b5d3ff6';
