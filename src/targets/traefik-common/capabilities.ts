import type { Capabilities, Row } from '../target.ts';

/** Said in the engine's own words: the case table runs on every form. */
const EXACT: Row<unknown> = { verdict: { kind: 'exact' }, seen: [{ version: '3.7.15', by: 'ran' }] };

/** Keys, tokens and consumers are Traefik Hub's. */
const NO_CONSUMERS: Row<unknown> = { verdict: { kind: 'unsupported', because: 'Traefik knows no consumers', help: 'let a service of yours decide (forwardAuth), use a Traefik plugin, or build this gateway for kong' }, seen: [{ version: '3.7.15', by: 'read' }] };

/** Traefik says everything that it reads; a row that is not here does not compile. */
const V37: Capabilities = {
  'rule.host': EXACT,
  'rule.hostRegexp': EXACT,
  'rule.path': EXACT,
  'rule.pathPrefix': EXACT,
  'rule.pathRegexp': EXACT,
  'rule.method': EXACT,
  'rule.header': EXACT,
  'rule.headerRegexp': EXACT,
  'rule.query': EXACT,
  'rule.queryRegexp': EXACT,
  'rule.clientIp': EXACT,
  'priority.order': EXACT,
  'priority.tie': { verdict: { kind: 'equivalent', how: 'Traefik leaves the order of overlapping rules of equal priority to chance, before and after' }, seen: [{ version: '3.7.15', by: 'ran' }] },
  'entryPoint.split': EXACT,
  'entryPoint.redirection': EXACT,
  'entryPoint.forwardedHeaders': EXACT,
  'entryPoint.encodedCharacters': EXACT,
  'entryPoint.sanitizePath': EXACT,
  'entryPoint.proxyProtocol': EXACT,
  'entryPoint.observability': EXACT,
  'middleware.addPrefix': EXACT,
  'middleware.apiKey': NO_CONSUMERS,
  'middleware.basicAuth': EXACT,
  'middleware.basicAuth.hash': EXACT,
  'middleware.basicAuth.headerField': EXACT,
  'middleware.basicAuth.usersFile': EXACT,
  'middleware.buffering.maxRequestBodyBytes': EXACT,
  'middleware.buffering.memory': EXACT,
  'middleware.buffering.maxResponseBodyBytes': EXACT,
  'middleware.buffering.retryExpression': EXACT,
  'middleware.circuitBreaker': EXACT,
  'middleware.compress': EXACT,
  'middleware.consumerLimit': NO_CONSUMERS,
  'middleware.contentType': EXACT,
  'middleware.digestAuth': EXACT,
  'middleware.encodedCharacters': EXACT,
  'middleware.errors': EXACT,
  'middleware.forwardAuth': EXACT,
  'middleware.groups': NO_CONSUMERS,
  'middleware.grpcWeb': EXACT,
  'middleware.headers.customRequest': EXACT,
  'middleware.headers.customResponse': EXACT,
  'middleware.headers.cors': EXACT,
  'middleware.headers.security': EXACT,
  'middleware.headers.allowedHosts': EXACT,
  'middleware.headers.isDevelopment': EXACT,
  'middleware.inFlightReq': EXACT,
  'middleware.ipAllowList': EXACT,
  'middleware.ipAllowList.ipStrategy': EXACT,
  'middleware.ipAllowList.rejectStatusCode': EXACT,
  'middleware.jwt': NO_CONSUMERS,
  'middleware.login': NO_CONSUMERS,
  'middleware.passTLSClientCert': EXACT,
  'middleware.plugin': EXACT,
  'middleware.rateLimit': EXACT,
  'middleware.rateLimit.sourceCriterion': EXACT,
  'middleware.rateLimit.redis': EXACT,
  'middleware.redirectRegex': EXACT,
  'middleware.redirectScheme': EXACT,
  'middleware.replacePath': EXACT,
  'middleware.replacePathRegex': EXACT,
  'middleware.retry': EXACT,
  'middleware.retry.status': EXACT,
  'middleware.stripPrefix': EXACT,
  'middleware.stripPrefixRegex': EXACT,
  'chain.order': EXACT,
  'chain.repeat': EXACT,
  'service.endpoints': EXACT,
  'service.empty': EXACT,
  'service.weights': EXACT,
  'service.strategy': EXACT,
  'service.scheme': EXACT,
  'service.preservePath': EXACT,
  'service.passHostHeader': EXACT,
  'service.sticky': EXACT,
  'service.healthCheck': EXACT,
  'service.passiveHealthCheck': EXACT,
  'service.transport': EXACT,
  'service.flushInterval': EXACT,
  'service.middlewares': EXACT,
  'service.weighted': EXACT,
  'service.weighted.sticky': EXACT,
  'service.highestRandomWeight': EXACT,
  'service.mirroring': EXACT,
  'service.failover': EXACT,
  'service.internal': EXACT,
  'tls.router': EXACT,
  'tls.certificates': EXACT,
  'tls.options': EXACT,
  'tls.resolver': EXACT,
  'tls.domains': EXACT,
  'tcp.router': EXACT,
  'tcp.hostSni': EXACT,
  'tcp.hostSniRegexp': EXACT,
  'tcp.clientIp': EXACT,
  'tcp.alpn': EXACT,
  'tcp.tls': EXACT,
  'tcp.passthrough': EXACT,
  'tcp.shared': EXACT,
  'tcp.middleware.ipAllowList': EXACT,
  'tcp.middleware.inFlightConn': EXACT,
  'tcp.weighted': EXACT,
  'tcp.proxyProtocol': EXACT,
  'udp.router': EXACT,
  'router.observability': EXACT,
  'router.defaultRule': { verdict: { kind: 'equivalent', how: 'the same rule; only the Docker provider can mark it as its own, which refuses requests that come back through the proxy' }, seen: [{ version: '3.7.15', by: 'ran' }] },
};

const RECORDED_211 = [{ version: '2.11.53', by: 'recorded' }] as const;

/** An option that 2.11 does not know: it would lose the whole file or container there. */
function since(version: string, what: string): Row<unknown> {
  return { verdict: { kind: 'unsupported', because: `${what} exists since ${version}`, help: 'use --target-version with 3.7, or leave it out' }, seen: RECORDED_211 };
}

function differs(how: string): Row<unknown> {
  return { verdict: { kind: 'approximate', differs: how }, seen: RECORDED_211 };
}

/** Paths are compared after all escapes were decoded; 3.x leaves reserved characters as they are. */
const DECODED: Row<unknown> = { verdict: { kind: 'equivalent', how: 'the same for paths without encoded reserved characters (`%2F`), which 2.11 decodes before it compares' }, seen: RECORDED_211 };
const IN_V2: Row<unknown> = { verdict: { kind: 'equivalent', how: 'written in the v2 grammar, refused where it has no words for it' }, seen: [{ version: '2.11.53', by: 'recorded' }, { version: '3.7.15', by: 'ran' }] };
const FIRST_VALUE = '2.11 looks at the first value of a repeated query parameter only';

const V211: Capabilities = {
  ...V37,
  'rule.host': IN_V2,
  'rule.hostRegexp': IN_V2,
  'rule.path': DECODED,
  'rule.pathPrefix': DECODED,
  'rule.pathRegexp': DECODED,
  'rule.header': IN_V2,
  'rule.headerRegexp': IN_V2,
  'rule.query': { ...differs(FIRST_VALUE), except: [{ title: 'v2 syntax', when: (use) => use.kind === 'queryPresent' || use.v2 === true, verdict: { kind: 'exact' } }] },
  'rule.queryRegexp': { ...differs(FIRST_VALUE), except: [{ title: 'v2 syntax', when: (use) => use.v2 === true, verdict: { kind: 'exact' } }] },
  'middleware.compress': { ...differs('2.11 writes gzip only and always answers with Vary'), except: [{ title: 'gzip only', when: (use) => use.spec.encodings.join() === 'gzip', verdict: { kind: 'exact' } }] },
  'entryPoint.observability': since('3.x', 'observability of an entry point'),
  'router.observability': since('3.x', 'observability of a router'),
  'middleware.contentType': since('3.0', 'switching the guess on'),
  'middleware.headers.cors': differs('2.11 sends `Access-Control-Max-Age: 0` without a maximum age, and `*` beside credentials'),
  'middleware.errors': { ...EXACT, seen: RECORDED_211, except: [{ title: '{url} in the query', when: (use) => use.spec.query.includes('{url}'), verdict: { kind: 'approximate', differs: '`{url}` is path and query in 2.11, the whole URL in 3.x' } }] },
  'middleware.buffering.retryExpression': differs('2.11 tries again for requests without a body too'),
  'middleware.encodedCharacters': since('3.6', 'the middleware'),
  'middleware.grpcWeb': since('3.0', 'the middleware'),
  'middleware.ipAllowList.rejectStatusCode': since('3.0', 'the option'),
  'middleware.rateLimit.redis': since('3.4', 'redis buckets'),
  'middleware.retry.status': since('3.7', 'retry by status'),
  'service.passiveHealthCheck': since('3.5', 'passive health checks'),
  'service.middlewares': since('3.7', 'middlewares on services'),
  'service.highestRandomWeight': since('3.5', 'the service kind'),
  'service.weights': since('3.0', 'a server weight'),
  'service.preservePath': since('3.2', 'the option'),
  'service.strategy': since('3.0', 'a strategy other than wrr'),
  'tcp.hostSni': IN_V2,
  'tcp.hostSniRegexp': IN_V2,
};

/** The source was read as 2.11 too: everything that it says is said again, and 3.x-only options cannot be in it. */
const V211_AGAIN: Capabilities = V37;

export const traefikFlavours = { '3.7': V37, '2.11': V211, '2.11 from 2.11': V211_AGAIN } as const;
