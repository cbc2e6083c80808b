import { containerSymbol } from '../../ir/index.ts';
import type { Container } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { beside, compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { knownProxies } from '../support/proxies.ts';

const rule: LintRule = {
  id: 'socket-missing',
  meta: {
    summary: 'a proxy that cannot reach Docker',
    why: 'The Docker provider reads containers through a socket. Where it is not mounted Traefik starts, retries for ever and serves nothing from labels.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [compose('no socket', 'services:', '  traefik:', '# ^^^^^^^ socket-missing', '    image: traefik:v3.7', '    command:', '      - --providers.docker=true', '      - --entrypoints.web.address=:80')],
    good: [
      beside('the socket is mounted', '  web:', '    image: example/web:1'),
      compose('another endpoint', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker.endpoint=tcp://socket-proxy:2375', '      - --providers.docker.exposedbydefault=false', '      - --entrypoints.web.address=:80'),
    ],
  },
  check(context) {
    for (const { container, config } of knownProxies(context)) {
      const path = socketPath(config.docker?.endpoint);
      if (container === undefined || config.docker === undefined || path === undefined || hasMount(container, path)) continue;
      reportFound(context, {
        origin: container.origin,
        symbol: containerSymbol(container),
        message: `"${container.id.service}" reads labels from Docker, but ${path} is not mounted`,
        label: 'no Docker socket',
        why: 'Traefik retries for ever: no router from a label is served',
        help: `add the volume /var/run/docker.sock:${path}:ro, or set providers.docker.endpoint`,
      });
    }
  },
};
export default rule;

/** Undefined for an endpoint that is no socket. */
function socketPath(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined || endpoint === '') return '/var/run/docker.sock';
  return endpoint.startsWith('unix://') ? endpoint.slice('unix://'.length) : undefined;
}

/** `/var/run` is a link to `/run` in the images; a mounted folder may hold the socket. */
function hasMount(container: Container, path: string): boolean {
  const real = (name: string): string => name.replace(/^\/var\/run(?=\/|$)/, '/run').replace(/\/$/, '');
  const wanted = real(path);
  return container.mounts.some((mount) => wanted === real(mount.target) || wanted.startsWith(`${real(mount.target)}/`));
}
