import type { LintRule } from '../rule.ts';
import { compose, web } from '../support/examples.ts';
import { namedEntryPoints } from '../support/entry-points.ts';
import { reportModel } from '../support/model.ts';

const PROXY = ['services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker.exposedbydefault=false', '      - --entrypoints.web.address=:80', '      - --entrypoints.web.http.redirections.entrypoint.to=websecure', '      - --entrypoints.websecure.address=:443', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;

const rule: LintRule = {
  id: 'redirect-shadows',
  meta: {
    summary: 'a router on an entry point that sends everybody away',
    why: 'An entry point with a redirection answers every request itself, before any router: the redirection has nearly the highest priority there is. A router that only listens there never answers.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [compose('only on the port that redirects', ...PROXY, '      - traefik.http.routers.web.entrypoints=web', '#                                            ^^^ redirect-shadows')],
    good: [compose('on the port that is redirected to', ...PROXY, '      - traefik.http.routers.web.entrypoints=websecure', '      - traefik.http.routers.web.tls=true'), web('no redirection', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      resolved.gateway.routers.flatMap((router) => {
        const uses = namedEntryPoints(router, resolved);
        const [first] = uses;
        if (first === undefined || uses.some(({ entryPoint }) => entryPoint.redirection === undefined || router.priority.value > entryPoint.redirection.priority)) return [];
        const { redirection, name } = first.entryPoint;
        return [{
          origin: first.origin,
          symbol: `${router.symbol} entry points`,
          message: `router "${router.ref.name}" never answers: entry point "${name}" sends every request to "${redirection?.to ?? ''}"`,
          label: 'redirects everything',
          related: redirection === undefined ? [] : [{ origin: redirection.origin, label: 'the redirection' }],
          help: `attach the router to "${redirection?.to ?? ''}"`,
        }];
      }),
    ),
};
export default rule;
