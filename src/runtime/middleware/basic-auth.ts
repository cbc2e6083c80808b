import type { HeaderList } from '../../ir/index.ts';
import { encodeUtf8 } from '../../rule-lang/index.ts';
import { headerOf, removeHeader, setExact } from '../headers.ts';
import { respond, type Draft, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { rememberingCheck } from './password.ts';
import type { Factory } from './factory.ts';

/** `name:hash` users; a later line of the same name wins. Files are the reader's business: their lines come in `users`. */
export const basicAuth: Factory<'basicAuth'> = (spec) => {
  const users = new Map(spec.users.flatMap(splitUser));
  const check = rememberingCheck();
  const challenge = `Basic realm="${spec.realm === '' ? 'traefik' : encodeUtf8(spec.realm)}"`;
  return (next) =>
    function* (request, draft) {
      const login = credentials(headerOf(request.headers, 'Authorization') ?? '');
      const hash = login === undefined ? '' : (users.get(login.user) ?? '');
      if (login === undefined || hash === '' || !check(login.password, hash)) return unauthorized(draft, challenge);
      pass(request, login.user, spec.headerField, spec.removeHeader);
      return yield* next(request, draft);
    };
};

function splitUser(line: string): [string, string][] {
  const [user, hash, ...rest] = line.split(':');
  return user === undefined || hash === undefined || rest.length > 0 ? [] : [[Buffer.from(user).toString('latin1'), hash]];
}

/** Go's Request.BasicAuth: the word Basic in any case, strict base64, split at the first colon. */
export function credentials(header: string): { readonly user: string; readonly password: Uint8Array } | undefined {
  const encoded = /^basic (.*)$/is.exec(header)?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(0x3a);
  return colon === -1 ? undefined : { user: bytes.toString('latin1', 0, colon), password: bytes.subarray(colon + 1) };
}

/** 401 with the same body for basic and digest (ran). */
export function unauthorized(draft: Draft, challenge: string): RuntimeResponse {
  const fields: HeaderList = [['Content-Type', 'text/plain'], ['WWW-Authenticate', challenge]];
  return respond(draft, 401, fields, '401 Unauthorized\n');
}

/** The user's name into headerField, under the spelling of the configuration (ran), and Authorization away. */
export function pass(request: RuntimeRequest, user: string, headerField: string, removeAuthorization: boolean): void {
  if (headerField !== '') request.headers = setExact(removeHeader(request.headers, headerField), headerField, user);
  if (removeAuthorization) request.headers = removeHeader(request.headers, 'Authorization');
}
