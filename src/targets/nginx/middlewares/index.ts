import { assertNever } from '../../../text/index.ts';
import type { ChainState, Site, Step } from '../chain.ts';
import { basicAuth, forwardAuth } from './auth.ts';
import { passTlsClientCert } from './client-certificate.ts';
import { buffering, compress, encodedCharacters, retry } from './content.ts';
import { headers } from './headers.ts';
import { inFlightReq, ipAllowList, rateLimit } from './limits.ts';
import { addPrefix, replacePath, replacePathRegex, stripPrefix, stripPrefixRegex } from './paths.ts';
import { redirectRegex, redirectScheme } from './redirects.ts';

/** What a middleware makes of the chain so far. Kinds that judge refuses change nothing: nothing is written with them. */
export function step(site: Site, state: ChainState): Step {
  const { spec } = site.middleware;
  switch (spec.kind) {
    case 'addPrefix': return addPrefix(site, state, spec);
    case 'basicAuth': return basicAuth(site, state, spec);
    case 'buffering': return buffering(site, state, spec);
    case 'compress': return compress(site, state, spec);
    case 'encodedCharacters': return encodedCharacters(site, state, spec);
    case 'forwardAuth': return forwardAuth(site, state, spec);
    case 'headers': return headers(site, state, spec);
    case 'inFlightReq': return inFlightReq(site, state, spec);
    case 'ipAllowList': return ipAllowList(site, state, spec);
    case 'passTLSClientCert': return passTlsClientCert(site, state, spec);
    case 'rateLimit': return rateLimit(site, state, spec);
    case 'redirectRegex': return redirectRegex(site, state, spec);
    case 'redirectScheme': return redirectScheme(site, state, spec);
    case 'replacePath': return replacePath(site, state, spec);
    case 'replacePathRegex': return replacePathRegex(site, state, spec);
    case 'retry': return retry(site, state, spec);
    case 'stripPrefix': return stripPrefix(site, state, spec);
    case 'stripPrefixRegex': return stripPrefixRegex(site, state, spec);
    case 'apiKey': case 'chain': case 'consumerLimit': case 'groups': case 'jwt': case 'login': case 'contentType': case 'circuitBreaker': case 'digestAuth': case 'errors': case 'grpcWeb': case 'plugin': return { state };
    default: return assertNever(spec);
  }
}
