/** A request target as nginx takes it apart. */
export interface RequestTarget {
  /** `$request_uri`; of the absolute form what stands behind the authority. */
  readonly unparsed: string;
  /** `$uri`: decoded once and completely, dot segments and double slashes gone. */
  readonly uri: string;
  /** `$args`: ends at `#`. */
  readonly args: string;
  /** Something in the path was escaped. */
  readonly quoted: boolean;
  /** Host of the absolute form, without port. */
  readonly host: string | undefined;
  /** The target had a path of its own. */
  readonly hasPath: boolean;
}

/** ngx_http_parse_request_line and ngx_http_parse_complex_uri; undefined = 400. */
export function parseTarget(target: string, mergeSlashes: boolean): RequestTarget | undefined {
  if (/[\0-\x20\x7f]/.test(target)) return undefined;
  const split = target.startsWith('/') ? { rest: target, host: undefined } : absolute(target);
  if (split === undefined) return undefined;
  const { rest, host } = split;
  const hasPath = rest.startsWith('/');
  const parsed = complexUri(hasPath ? rest : `/${rest}`, mergeSlashes);
  return parsed === undefined ? undefined : { ...parsed, unparsed: rest, host, hasPath };
}

/** The host of the absolute form; undefined = the target has none. */
export function hostOfTarget(target: string): string | undefined {
  return absolute(target)?.host;
}

/** `scheme://host[:port]`; without a path `$uri` is a slash. */
function absolute(target: string): { readonly rest: string; readonly host: string } | undefined {
  const match = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(\[[A-Za-z0-9:._~!$&'()*+,;=-]*\]|[A-Za-z0-9.-]*)(?::[0-9]*)?/.exec(target);
  if (match === null) return undefined;
  const rest = target.slice(match[0].length);
  if (rest !== '' && rest[0] !== '/' && rest[0] !== '?') return undefined;
  return { rest: rest === '' ? '/' : rest, host: match[1] ?? '' };
}

type State = 'usual' | 'slash' | 'dot' | 'dotDot';

interface Output {
  text: string;
  quoted: boolean;
}

function complexUri(source: string, mergeSlashes: boolean): { readonly uri: string; readonly args: string; readonly quoted: boolean } | undefined {
  const mark = source.indexOf('?');
  const path = mark < 0 ? source : source.slice(0, mark);
  // Nothing to decode and nothing to climb.
  return /[%#]|\/[/.]/.test(path) ? parsedUri(source, mergeSlashes) : { uri: path, args: mark < 0 ? '' : (source.slice(mark + 1).split('#', 1)[0] ?? ''), quoted: false };
}

function parsedUri(source: string, mergeSlashes: boolean): { readonly uri: string; readonly args: string; readonly quoted: boolean } | undefined {
  const out: Output = { text: '', quoted: false };
  let state: State = 'usual';
  let at = 0;
  let args = '';
  for (; at < source.length; at += 1) {
    let char = source[at] ?? '';
    if (char === '?') {
      args = source.slice(at + 1).split('#', 1)[0] ?? '';
      break;
    }
    if (char === '#') break;
    let literal = false;
    if (char === '%') {
      const digits = /^[0-9A-Fa-f]{2}/.exec(source.slice(at + 1, at + 3))?.[0];
      if (digits === undefined || digits === '00') return undefined;
      char = String.fromCharCode(Number.parseInt(digits, 16));
      literal = char === '%' || char === '#' || char === '?';
      out.quoted = true;
      at += 2;
    }
    const after: State | undefined = literal ? usual(out, char) : step(out, state, char, mergeSlashes);
    if (after === undefined) return undefined;
    state = after;
  }
  if (state === 'dot') out.text = out.text.slice(0, -1);
  if (state === 'dotDot' && !climb(out)) return undefined;
  return { uri: out.text, args, quoted: out.quoted };
}

function usual(out: Output, char: string): State {
  out.text += char;
  return 'usual';
}

function step(out: Output, state: State, char: string, mergeSlashes: boolean): State | undefined {
  if (char === '/') {
    if (state === 'dot') out.text = out.text.slice(0, -1);
    else if (state === 'dotDot') return climb(out) ? 'slash' : undefined;
    else if (state === 'usual' || !mergeSlashes) out.text += char;
    return 'slash';
  }
  if (char === '.' && (state === 'slash' || state === 'dot')) {
    out.text += char;
    return state === 'slash' ? 'dot' : 'dotDot';
  }
  return usual(out, char);
}

/** Takes `x/..` away; false above the root. */
function climb(out: Output): boolean {
  const before = out.text.slice(0, -3);
  const slash = before.lastIndexOf('/');
  if (slash < 0) return false;
  out.text = before.slice(0, slash + 1);
  return true;
}

/** `ngx_escape_uri` of a changed path: since 1.21.1 also `" < > \ ^ { | }` and the backquote. */
export function escapeUri(text: string): string {
  return text.replace(/[\0-\x20"#%<>?\\^`{|}\x7f-\xff]/g, escapeByte);
}

/** `ngx_escape_uri` of a capture that goes into arguments. */
export function escapeArgs(text: string): string {
  return text.replace(/[\0-\x20"#%&+;<>?\\^`{|}\x7f-\xff]/g, escapeByte);
}

function escapeByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
