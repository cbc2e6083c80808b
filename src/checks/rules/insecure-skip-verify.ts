import type { OriginId } from '../../text/index.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { web } from '../support/examples.ts';
import { middlewaresOf, optionAt, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const rule: LintRule = {
  id: 'insecure-skip-verify',
  meta: {
    summary: 'certificates that are not checked',
    why: 'With insecureSkipVerify any certificate is good enough: whoever sits between the proxy and the server can answer in its place.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    bad: [web('towards the login service', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.forwardauth.address=https://auth.example.com', 'traefik.http.middlewares.auth.forwardauth.tls.insecureskipverify=true', '                                                                 ^^^^ insecure-skip-verify')],
    good: [web('with an authority of its own', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.middlewares.auth.forwardauth.address=https://auth.example.com')],
  },
  check: (context) => reportModel(context, (resolved) => [...fromStatic(resolved), ...fromTransports(resolved), ...fromForwardAuth(resolved)]),
};
export default rule;

function finding(origin: OriginId, symbol: string, what: string): ModelFinding {
  return { origin, symbol, message: `${what} does not check certificates`, label: 'any certificate is good enough', help: 'name the authority in rootCAs (tls.ca for forwardAuth) instead' };
}

function fromTransports(resolved: ResolvedGateway): readonly ModelFinding[] {
  return resolved.gateway.transports.filter((transport) => transport.insecureSkipVerify).map((transport) => finding(optionAt(transport, 'insecureSkipVerify'), `${transport.symbol}.insecureSkipVerify`, `the serversTransport "${transport.ref.name}"`));
}

function fromForwardAuth(resolved: ResolvedGateway): readonly ModelFinding[] {
  return middlewaresOf(resolved, 'forwardAuth').filter(({ spec }) => spec.tls?.insecureSkipVerify === true).map(({ middleware }) => finding(optionAt(middleware, 'forwardAuth.tls.insecureSkipVerify'), `${middleware.symbol}.forwardAuth.tls.insecureSkipVerify`, `the middleware "${middleware.ref.name}"`));
}

function fromStatic(resolved: ResolvedGateway): readonly ModelFinding[] {
  const { static: config } = resolved.gateway.proxy;
  if (config === 'unknown') return [];
  return [...config.places].filter(([path]) => /^(?:tcp)?serverstransport\.(?:tls\.)?insecureskipverify$/i.test(path) && isTrue(config.raw, path)).map(([path, origin]) => finding(origin, path, 'the default serversTransport'));
}

function isTrue(raw: unknown, path: string): boolean {
  let at: unknown = raw;
  for (const step of path.split('.')) {
    if (typeof at !== 'object' || at === null) return false;
    at = Object.entries(at).find(([key]) => key.toLowerCase() === step.toLowerCase())?.[1];
  }
  return String(at) === 'true';
}
