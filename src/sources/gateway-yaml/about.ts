/** What an option of the engine does, and how it is written: by its path, or by the end of one. */
export interface About {
  readonly description: string;
  readonly example?: unknown;
}

const about = (description: string, example?: unknown): About => ({ description, ...(example === undefined ? {} : { example }) });

/** The longest ending that fits is taken. */
export const ABOUT: Readonly<Record<string, About>> = {
  // Middlewares.
  'addPrefix.prefix': about('The path to put in front.', '/v1'),
  'basicAuth.users': about('Lines `name:hash` as htpasswd writes them; `$` is written `$$`.', ['ann:$$apr1$$abcdefgh$$abcdefghijklmnopqrstuv']),
  usersFile: about('Path of a file with such lines on the gateway host.', '/run/secrets/users'),
  realm: about('The name that a browser shows when it asks for a password.', 'staff only'),
  removeHeader: about('Keep the Authorization header from the service.', true),
  headerField: about('Header that tells the service who logged in.', 'X-User'),
  'middlewares.*.buffering': about('Reads bodies before they are sent on, and limits them.', { maxRequestBodyBytes: 2_000_000 }),
  maxRequestBodyBytes: about('Larger bodies are refused with 413.', 2_000_000),
  maxResponseBodyBytes: about('Larger answers become 500.', 2_000_000),
  memRequestBodyBytes: about('Bytes of a body kept in memory; the rest goes to disk.', 1_048_576),
  'buffering.retryExpression': about('When to send a request again.', 'IsNetworkError() && Attempts() < 2'),
  'circuitBreaker.expression': about('When to stop sending requests.', 'NetworkErrorRatio() > 0.30'),
  'middlewares.*.encodedCharacters': about('Which escaped characters a path may hold.', { allowEncodedSlash: true }),
  'middlewares.*.errors': about('Asks another service for the page of an error.', { status: ['500-599'], service: 'web', query: '/error/{status}' }),
  'errors.status': about('Statuses and ranges that get another page.', ['500-599']),
  'errors.service': about('The service that has the pages.', 'web'),
  'errors.query': about('Path of the page; `{status}` and `{url}` are filled in.', '/error/{status}'),
  statusRewrites: about('Another status for a status or range.', { '502-504': 503 }),
  'forwardAuth.address': about('The URL that is asked for each request; 2xx lets it through.', 'http://auth:9091/verify'),
  authResponseHeaders: about('Headers of the answer that the service gets.', ['X-User', 'X-Groups']),
  authRequestHeaders: about('Headers of the request that are sent on; all without it.', ['Cookie', 'Authorization']),
  trustForwardHeader: about('Believe the X-Forwarded-* headers of the request.', true),
  'middlewares.*.grpcWeb': about('Turns gRPC-Web into gRPC.', { allowOrigins: ['*'] }),
  'middlewares.*.headers': about('Adds and removes headers, answers CORS preflights, sets security headers.', { frameDeny: true, customResponseHeaders: { Server: '' } }),
  customRequestHeaders: about('Headers of the request to set; an empty value removes one.', { 'X-From': 'edge' }),
  customResponseHeaders: about('Headers of the answer to set; an empty value removes one.', { Server: '' }),
  accessControlAllowOriginList: about('Origins that may read answers; `*` for all.', ['https://shop.example']),
  accessControlAllowMethods: about('Methods that a preflight allows.', ['GET', 'POST']),
  accessControlAllowHeaders: about('Headers that a preflight allows.', ['Content-Type']),
  accessControlAllowCredentials: about('Let cookies through.', true),
  accessControlMaxAge: about('Seconds that a browser keeps a preflight.', 600),
  stsSeconds: about('Seconds for which browsers use HTTPS only.', 31_536_000),
  stsIncludeSubdomains: about('Names below this one too.', true),
  frameDeny: about('No other page may show this one in a frame.', true),
  contentTypeNosniff: about('Browsers believe the content type.', true),
  contentSecurityPolicy: about('What a page may load.', "default-src 'self'"),
  referrerPolicy: about('What browsers say about where they come from.', 'same-origin'),
  'inFlightReq.amount': about('Requests at a time.', 10),
  'middlewares.*.ipWhiteList': about('The name of ipAllowList in Traefik 2.', { sourceRange: ['10.0.0.0/8'] }),
  sourceRange: about('Addresses and networks that may come in.', ['10.0.0.0/8']),
  rejectStatusCode: about('What others get.', 403),
  ipStrategy: about('Which address of X-Forwarded-For counts.', { depth: 1 }),
  'ipStrategy.depth': about('Its place, counted from the right.', 1),
  'middlewares.*.passTLSClientCert': about('Tells the service about the client certificate.', { pem: true }),
  'rateLimit.average': about('Requests in each period; 0 for no limit.', 100),
  'rateLimit.period': about('The time that average is for.', '1s'),
  'rateLimit.burst': about('Requests that may come at once.', 200),
  sourceCriterion: about('Who is counted: by address, header or host.', { requestHeaderName: 'X-Api-Key' }),
  'middlewares.*.redirectRegex': about('Redirects to what a pattern makes of the URL.', { regex: '^https?://www\\.(.+)', replacement: 'https://$${1}' }),
  'redirectRegex.regex': about('Pattern over the whole URL.', '^https?://www\\.(.+)'),
  'redirectRegex.replacement': about('The new URL; `$${1}` is the first group.', 'https://$${1}'),
  'redirectScheme.scheme': about('The new scheme.', 'https'),
  'redirectScheme.port': about('The new port, where it is an odd one.', '8443'),
  permanent: about('Answer 301 or 308 instead of 302 or 307.', true),
  'middlewares.*.replacePathRegex': about('Sends what a pattern makes of the path.', { regex: '^/old/(.*)', replacement: '/new/$$1' }),
  'replacePathRegex.regex': about('Pattern over the path.', '^/old/(.*)'),
  'replacePathRegex.replacement': about('The path to send; `$$1` is the first group.', '/new/$$1'),
  'replacePath.path': about('The path to send instead.', '/index.html'),
  'retry.attempts': about('How often to try in all.', 3),
  initialInterval: about('Wait before the second try; it grows from there.', '100ms'),
  'stripPrefix.prefixes': about('Paths to cut off; the first that fits.', ['/api']),
  'stripPrefixRegex.regex': about('Patterns of what to cut off.', ['/v[0-9]+']),
  // Services.
  passHostHeader: about('Send the Host that the client sent.', false),
  'loadBalancer.healthCheck': about('Asks endpoints for their health; sick ones get no requests.', { path: '/health', interval: '10s' }),
  'healthCheck.path': about('The path to ask for.', '/health'),
  'healthCheck.interval': about('How often.', '10s'),
  'healthCheck.timeout': about('How long an answer may take.', '3s'),
  'loadBalancer.sticky': about('Keeps a client at one endpoint.', { cookie: { name: 'srv' } }),
  'sticky.cookie': about('The cookie that says which.', { name: 'srv', httpOnly: true }),
  'cookie.name': about('Its name.', 'srv'),
  'loadBalancer.strategy': about('How an endpoint is chosen.', 'wrr'),
  'loadBalancer.serversTransport': about('Name of an entry of `transports`.', 'internal'),
  flushInterval: about('How often an answer that is still coming is sent on.', '100ms'),
  insecureSkipVerify: about('Do not check the certificates of endpoints.', true),
  rootCAs: about('Files of authorities that endpoints are checked against.', ['/etc/gateway/ca.pem']),
  dialTimeout: about('How long a connection may take to open.', '5s'),
  responseHeaderTimeout: about('How long the head of an answer may take.', '30s'),
  forwardingTimeouts: about('How long endpoints may take.', { dialTimeout: '5s' }),
  // Entry points and TLS.
  'entryPoints.*.transport': about('Timeouts of clients and of the end.', { respondingTimeouts: { readTimeout: '60s' } }),
  'entryPoints.*.http3': about('Serve HTTP/3 over UDP too.', { advertisedPort: 443 }),
  'entryPoints.*.proxyProtocol': about('Believe the PROXY protocol of these peers.', { trustedIPs: ['10.0.0.0/8'] }),
  'entryPoints.*.forwardedHeaders': about('What `trust` says, with all options.', { trustedIPs: ['10.0.0.0/8'] }),
  trustedIPs: about('Addresses and networks that are believed.', ['10.0.0.0/8']),
  'tls.domains[n]': about('A name that the certificate is asked for.', { main: 'shop.example', sans: ['www.shop.example'] }),
  minVersion: about('The oldest version of TLS that is spoken.', 'VersionTLS12'),
};

/** What is known of the option at a path of the catalogue. */
export function aboutOption(path: string): About | undefined {
  const parts = path.split('.');
  for (let from = 0; from < parts.length; from += 1) {
    const found = ABOUT[parts.slice(from).join('.')];
    if (found !== undefined) return found;
  }
  return undefined;
}
