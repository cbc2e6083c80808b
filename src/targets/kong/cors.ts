import type { Middleware, SpecOf } from '../../ir/index.ts';
import type { PluginPlan } from './plan.ts';
import type { Report } from './report.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];
/** Origins that no browser sends: with a second one in the list a wrong origin gets no header, as in Traefik (ran). */
const IMPOSSIBLE = ['http://never.invalid', 'http://never2.invalid'];

/** The cors plugin; what it would refuse or send as something else is reported. */
export function corsPlugin(spec: SpecOf<'headers'>, middleware: Middleware, report: Report): PluginPlan {
  const checked = (option: keyof SpecOf<'headers'>, values: readonly string[], fits: (value: string) => boolean, why: string): readonly string[] => {
    if (!values.every(fits)) report.unquotable('cors value', { origin: middleware.places.get(`headers.${option}`) ?? middleware.origin, symbol: `${middleware.symbol} ${option}` }, why);
    return values;
  };
  const list = checked('accessControlAllowOriginList', spec.accessControlAllowOriginList, (value) => /^(?:\*|[A-Za-z0-9.:/-]+)$/.test(value), 'an origin is a scheme, a host and a port: other characters make it a pattern in Kong');
  const patterns = checked('accessControlAllowOriginListRegex', spec.accessControlAllowOriginListRegex, isPattern, 'Kong reads a PCRE pattern that holds for the whole origin');
  const origins = [...list, ...patterns];
  return {
    name: 'cors',
    config: {
      origins: origins.length === 0 ? IMPOSSIBLE : origins.length === 1 && origins[0] !== '*' ? [...origins, ...IMPOSSIBLE.slice(0, 1)] : origins,
      ...given('methods', checked('accessControlAllowMethods', spec.accessControlAllowMethods, (value) => METHODS.includes(value), `Kong knows ${METHODS.join(', ')}`)),
      ...given('headers', checked('accessControlAllowHeaders', spec.accessControlAllowHeaders, isToken, 'a header name holds letters, digits and `-`')),
      ...given('exposed_headers', checked('accessControlExposeHeaders', spec.accessControlExposeHeaders, isToken, 'a header name holds letters, digits and `-`')),
      credentials: spec.accessControlAllowCredentials,
      ...(spec.accessControlMaxAge === 0 ? {} : { max_age: spec.accessControlMaxAge }),
    },
  };
}

function given(name: string, values: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return values.length === 0 ? {} : { [name]: values };
}

function isToken(value: string): boolean {
  return value === '*' || /^[A-Za-z0-9_-]+$/.test(value);
}

/** Both sides must have anchors: Kong always matches the whole origin, Traefik anywhere. */
function isPattern(value: string): boolean {
  if (!/^\^[ -~]*\$$/.test(value)) return false;
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
