import { chainOf, type Listener } from '../../ir/index.ts';

/**
 * The two nginx files that a node includes. The server-level `if` runs before Kong's router: what Kong would route or send
 * on otherwise than Traefik is refused with 400 (absolute form, `#`, `;` in the query, a dot segment at the end, a raw
 * illegal byte next to escapes that Go rewrites, an odd Host). All ran: 1,446 recorded and 3,564 generated requests.
 */
export const HTTP_INCLUDE = `map $request $gw_abs { default 0; "~^[^ ]+ [^ /]+://" 1; "~^[^ ]+ [^/]" 1; }
map $request_uri $gw_bad {
  default 0;
  "~#" 1;
  "~\\?.*;" 1;
  "~*/(?:\\.|%2e){1,2}(?:\\?|$)" 1;
  "~^[^?]*[^A-Za-z0-9._~!$&'()*+,;=:@\\[\\]/%?-][^?]*(?:%(?:2[1346-9A-Ca-cFf]|3[ABDFabdf]|40|5[BDbd]|25)|[!'()*\\[\\]])" 1;
  "~^[^?]*(?:%(?:2[1346-9A-Ca-cFf]|3[ABDFabdf]|40|5[BDbd]|25)|[!'()*\\[\\]])[^?]*[^A-Za-z0-9._~!$&'()*+,;=:@\\[\\]/%?-]" 1;
}
map $http_host $gw_badhost { default 0; "~^[^\\[]*:[^:]*:" 1; "~[^\\x21-\\x7e]" 1; "~[@\\x5c]" 1; }
`;
/** For \`sanitizePath: false\`: Kong always cleans, so a path that is not clean is refused. */
const UNCLEAN = `map $request_uri $gw_unclean { default 0; "~*^[^?]*/(?:/|(?:\\.|%2e){1,2}(?:/|\\?|$))" 1; }
`;

/** A host that ends with a colon: Traefik's redirections keep the colon, Kong's do not. */
const BARE_COLON = `map $http_host $gw_barecolon { default 0; "~:$" 1; }
`;

/** What a node refuses besides, because of what its routes do. */
function more({ entryPoint, plain, tls }: Listener): readonly { readonly name: string; readonly map: string }[] {
  const redirects = entryPoint.redirection !== undefined || [...plain, ...tls].some((route) => chainOf(route).some(({ spec }) => spec.kind === 'redirectScheme'));
  return [...(entryPoint.sanitizePath ? [] : [{ name: '$gw_unclean', map: UNCLEAN }]), ...(redirects ? [{ name: '$gw_barecolon', map: BARE_COLON }] : [])];
}

export function httpInclude(listener: Listener): string {
  return HTTP_INCLUDE + more(listener).map(({ map }) => map).join('');
}

export function proxyInclude(listener: Listener): string {
  const names = ['$gw_abs', '$gw_bad', '$gw_badhost', ...more(listener).map(({ name }) => name)];
  return names.map((name) => `if (${name}) { return 400; }\n`).join('');
}
