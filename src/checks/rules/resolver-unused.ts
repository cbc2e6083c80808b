import type { LintRule } from '../rule.ts';
import { beside, web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';

const rule: LintRule = {
  id: 'resolver-unused',
  meta: {
    summary: 'a certificate resolver that nothing asks',
    why: 'A declared resolver gets no certificate by itself: a router or an entry point has to name it. The routers with TLS serve the self-signed default certificate until then.',
    category: 'suspicious',
    severity: 'info',
    blocking: false,
    needs: ['static'],
    bad: [beside('TLS without the resolver', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.routers.web.entrypoints=websecure', '      - traefik.http.routers.web.tls=true', '#                                ^^^ resolver-unused')],
    good: [web('named', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.certresolver=letsencrypt')],
  },
  check: (context) =>
    reportModel(context, (resolved) => {
      const { proxy, routers, tcpRouters, certificates, tlsStores } = resolved.gateway;
      if (proxy.static === 'unknown' || certificates.length > 0 || tlsStores.length > 0) return [];
      const all = [...routers, ...tcpRouters];
      const points = proxy.static.entryPoints.some(({ tls }) => tls?.resolver !== undefined);
      const [resolver] = proxy.static.resolvers;
      const bare = all.find(({ tls }) => tls !== undefined && tls.resolver === undefined && !tls.passthrough);
      if (resolver === undefined || bare?.tls === undefined || points || all.some(({ tls }) => tls?.resolver !== undefined)) return [];
      return [{ origin: bare.tls.origin, symbol: `${bare.symbol} resolver`, message: `no router names the certificate resolver "${resolver.value}"`, label: 'self-signed certificate', related: [{ origin: resolver.origin, label: 'declared here' }], help: `add traefik.http.routers.${bare.ref.name}.tls.certresolver=${resolver.value}` }];
    }),
};
export default rule;
