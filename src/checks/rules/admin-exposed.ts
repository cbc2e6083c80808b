import { containerSymbol } from '../../ir/index.ts';
import type { Container } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { withoutQuotes } from '../support/edits.ts';
import { compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { isOpen, knownProxies, kongContainers, variable } from '../support/proxies.ts';

const KONG = ['services:', '  kong:', '    image: kong:3.9', '    environment:', '      KONG_DATABASE: "off"'] as const;

const rule: LintRule = {
  id: 'admin-exposed',
  meta: {
    summary: 'an administration port that is open to everybody',
    why: "Kong's Admin API has no password: who reaches it owns the gateway. Traefik's insecure API shows every router, middleware and address without asking for anything.",
    category: 'security',
    severity: 'error',
    blocking: false,
    bad: [
      compose("Kong's Admin API", ...KONG, '      KONG_ADMIN_LISTEN: 0.0.0.0:8001', '    ports:', '      - "8000:8000"', '      - "8001:8001"', '#        ^^^^^^^^^ admin-exposed'),
      compose("Traefik's insecure API", 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --api.insecure=true', '      - --providers.docker.exposedbydefault=false', '      - --entrypoints.web.address=:80', '    ports:', '      - "80:80"', '      - "8080:8080"', '#        ^^^^^^^^^ admin-exposed', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro'),
    ],
    good: [
      compose('only for this machine', ...KONG, '      KONG_ADMIN_LISTEN: 0.0.0.0:8001', '    ports:', '      - "8000:8000"', '      - "127.0.0.1:8001:8001"'),
      compose('listening inside only', ...KONG, '    ports:', '      - "8000:8000"', '      - "8001:8001"'),
    ],
  },
  check(context) {
    traefik(context);
    for (const { container } of kongContainers(context)) kong(context, container);
  },
};
export default rule;

function traefik(context: LintContext): void {
  for (const { container, config } of knownProxies(context)) {
    if (config.api?.insecure !== true || container === undefined) continue;
    const port = config.entryPoints.find((entryPoint) => entryPoint.name === 'traefik')?.port ?? 8080;
    for (const mapping of container.ports.filter((one) => isOpen(one) && one.container === port)) {
      reportFound(context, {
        origin: withoutQuotes(context, mapping.origin),
        symbol: `${containerSymbol(container)} ports ${String(mapping.published)}`,
        severity: 'warning',
        message: `the insecure API of "${container.id.service}" is open on port ${String(mapping.published)}`,
        label: 'dashboard and API without a password',
        related: [{ origin: config.api.origin, label: 'api.insecure' }],
        help: 'bind it to 127.0.0.1, or route api@internal with authentication and without api.insecure',
      });
    }
  }
}

function kong(context: LintContext, container: Container): void {
  const gui = openPorts(container, 'KONG_ADMIN_GUI_LISTEN', '0.0.0.0:8002, 0.0.0.0:8445 ssl');
  for (const mapping of container.ports.filter(isOpen)) {
    const api = openPorts(container, 'KONG_ADMIN_LISTEN', '127.0.0.1:8001').includes(mapping.container);
    if (!api && !gui.includes(mapping.container)) continue;
    reportFound(context, {
      origin: withoutQuotes(context, mapping.origin),
      symbol: `${containerSymbol(container)} ports ${String(mapping.published)}`,
      severity: api ? 'error' : 'warning',
      message: `${api ? 'the Admin API' : 'Kong Manager'} of "${container.id.service}" is open on port ${String(mapping.published)}`,
      label: api ? 'full control without a password' : 'open to everybody',
      help: 'bind it to 127.0.0.1, or do not publish it',
    });
  }
}

/** The ports of a `*_LISTEN` variable that are not bound to loopback. */
function openPorts(container: Container, name: string, standard: string): readonly number[] {
  const value = variable(container, name)?.value;
  if (value !== undefined && value.holes.length > 0) return [];
  return (value?.text ?? standard).split(',').flatMap((part) => {
    const found = /^\s*(\S+):(\d+)/.exec(part);
    return found === null || /^(?:127\.|localhost|\[::1\])/.test(found[1] ?? '') ? [] : [Number(found[2])];
  });
}
