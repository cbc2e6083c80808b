import { complexUriIsValid } from './complex-uri.ts';

/** What nginx 1.25 (inside Kong 3.9) makes of a request target before any Lua runs. */
export interface RequestLine {
  /** `$request_uri`: for the absolute form the part after the authority. */
  readonly uri: string;
  /** `$args`: the query up to a `#`. */
  readonly args: string;
  readonly isArgs: boolean;
  readonly absolute: boolean;
}

/** The split target, or undefined where nginx answers 400 itself. */
export function readTarget(target: string): RequestLine | undefined {
  if (target === '' || /[\0-\x20\x7f]/.test(target)) return undefined;
  const rest = target.startsWith('/') ? target : afterAuthority(target);
  if (rest === undefined) return undefined;
  const path = pathOf(rest);
  if (!complexUriIsValid(path)) return undefined;
  const hash = rest.indexOf('#');
  const question = rest.indexOf('?');
  const hasArgs = question !== -1 && (hash === -1 || question < hash);
  const args = hasArgs ? (rest.slice(question + 1).split('#')[0] ?? '') : '';
  return { uri: rest, args, isArgs: args !== '', absolute: !target.startsWith('/') };
}

function pathOf(uri: string): string {
  const end = uri.search(/[?#]/);
  return end === -1 ? uri : uri.slice(0, end);
}

/** `scheme://host[:port]` as ngx_http_parse_request_line takes it; `http://h?x` leaves `?x` as the whole target. */
function afterAuthority(target: string): string | undefined {
  const match = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:\[[A-Za-z0-9:._~!$&'()*+,;=-]*\]|[A-Za-z0-9.-]+)(?::[0-9]*)?/.exec(target);
  if (match === null) return undefined;
  const rest = target.slice(match[0].length);
  if (rest === '') return '/';
  return rest.startsWith('/') || rest.startsWith('?') ? rest : undefined;
}
