import type { Middleware, MiddlewareKind, SpecOf } from '../../ir/index.ts';
import type { Wrapper } from '../effect.ts';
import { addPrefix } from './add-prefix.ts';
import { apiKey } from './api-key.ts';
import { basicAuth } from './basic-auth.ts';
import { buffering } from './buffering.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import { compress } from './compress.ts';
import { consumerLimit } from './consumer-limit.ts';
import { contentType } from './content-type.ts';
import { digestAuth } from './digest-auth.ts';
import { encodedCharacters } from './encoded-characters.ts';
import { errors } from './errors.ts';
import type { Factories, Factory, Surroundings } from './factory.ts';
import { forwardAuth } from './forward-auth.ts';
import { grpcWeb } from './grpc-web.ts';
import { groups } from './groups.ts';
import { headers } from './headers.ts';
import { inFlightReq } from './in-flight-req.ts';
import { ipAllowList } from './ip-allow-list.ts';
import { jwt } from './jwt.ts';
import { login } from './login.ts';
import { passTLSClientCert } from './pass-tls-client-cert.ts';
import { rateLimit } from './rate-limit.ts';
import { redirectRegex } from './redirect-regex.ts';
import { redirectScheme } from './redirect-scheme.ts';
import { replacePath } from './replace-path.ts';
import { replacePathRegex } from './replace-path-regex.ts';
import { retry } from './retry.ts';
import { stripPrefix } from './strip-prefix.ts';
import { stripPrefixRegex } from './strip-prefix-regex.ts';
import { unsupported } from './unsupported.ts';

/** Every kind of middleware; a kind that cannot run says why. */
const FACTORIES: Factories = {
  addPrefix,
  apiKey,
  basicAuth,
  buffering,
  // A routing holds chains expanded in place.
  chain: () => (next) => next,
  circuitBreaker,
  compress,
  consumerLimit,
  contentType,
  digestAuth,
  encodedCharacters,
  errors,
  forwardAuth,
  groups,
  grpcWeb,
  headers,
  inFlightReq,
  ipAllowList,
  jwt,
  login,
  passTLSClientCert,
  plugin: (spec) => unsupported(`the plugin "${spec.name}" runs only in Traefik`),
  rateLimit,
  redirectRegex,
  redirectScheme,
  replacePath,
  replacePathRegex,
  retry,
  stripPrefix,
  stripPrefixRegex,
};

export function buildMiddleware(middleware: Middleware, around: Omit<Surroundings, 'middleware'>): Wrapper {
  const { kind } = middleware.spec;
  if (kind !== 'plugin' && around.refused.has(kind)) return unsupported(`the middleware ${kind} runs only in Traefik`);
  return build(middleware.spec, { ...around, middleware });
}

/** One correlated call for all kinds. */
function build<K extends MiddlewareKind>(spec: SpecOf<K>, around: Surroundings): Wrapper {
  const factory: Factory<K> = FACTORIES[spec.kind];
  return factory(spec, around);
}
