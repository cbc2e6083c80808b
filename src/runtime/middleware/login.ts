import type { Consumer } from '../../ir/index.ts';
import { headerOf, removeHeader } from '../headers.ts';
import { credentials } from './basic-auth.ts';
import { identify, latin1, unauthorized } from './caller.ts';
import type { Factory } from './factory.ts';

/** A consumer's name and password. */
export const login: Factory<'login'> = (spec, { consumers }) => {
  const owners = new Map(consumers.flatMap((consumer) => consumer.logins.flatMap(({ user, password }): readonly [string, { readonly consumer: Consumer; readonly password: string }][] => (password.value === undefined ? [] : [[latin1(user.value), { consumer, password: latin1(password.value) }]]))));
  return (next) =>
    function* (request, draft) {
      const given = credentials(headerOf(request.headers, 'Authorization') ?? '');
      const owner = given === undefined ? undefined : owners.get(given.user);
      if (given === undefined || owner === undefined || Buffer.from(given.password).toString('latin1') !== owner.password) return unauthorized(draft, `Basic realm="${latin1(spec.realm)}"`);
      if (!spec.keep) request.headers = removeHeader(request.headers, 'Authorization');
      return identify(request, draft, owner.consumer) ?? (yield* next(request, draft));
    };
};
