import { containerSymbol } from '../../ir/index.ts';
import { suggest } from '../../diagnostics/index.ts';
import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { kongNames } from '../support/kong-env.ts';
import { reportFound } from '../support/model.ts';
import { kongContainers } from '../support/proxies.ts';

const HEAD = ['services:', '  kong:', '    image: kong:3.4', '    environment:', '      KONG_DATABASE: "off"'] as const;

const rule: LintRule = {
  id: 'kong-env-unknown',
  meta: {
    summary: 'a KONG_ variable that Kong does not know',
    why: 'Kong reads a setting from the variable of its name and ignores all others without a message, kong check included. The setting keeps its default.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [compose('a variable of old versions', ...HEAD, '      KONG_PROXY_LISTEN_SSL: 0.0.0.0:8443', '#     ^^^^^^^^^^^^^^^^^^^^^ kong-env-unknown')],
    good: [compose('known names, and directives for nginx', ...HEAD, '      KONG_PROXY_LISTEN: 0.0.0.0:8000, 0.0.0.0:8443 ssl', '      KONG_NGINX_HTTP_CLIENT_BODY_BUFFER_SIZE: 8k')],
  },
  check(context) {
    for (const { container, tag } of kongContainers(context)) {
      const known = kongNames(tag);
      for (const { name, origin } of container.environment) {
        if (!name.startsWith('KONG_') || known.has(name)) continue;
        const meant = NOW[name] ?? suggest(name, known.names);
        reportFound(context, {
          origin: nameOrigin(context.origins, origin, name),
          symbol: `${containerSymbol(container)} ${name}`,
          message: `Kong has no setting "${name}"${meant === undefined || NOW[name] !== undefined ? '' : `, did you mean "${meant}"?`}`,
          label: 'ignored',
          help: NOW[name] === undefined ? (meant === undefined ? 'remove it' : `write "${meant}"`) : `add it to ${meant ?? ''} as "0.0.0.0:PORT ssl"`,
        });
      }
    }
  },
};
export default rule;

/** Settings that became part of others. */
const NOW: Readonly<Record<string, string>> = { KONG_PROXY_LISTEN_SSL: 'KONG_PROXY_LISTEN', KONG_ADMIN_LISTEN_SSL: 'KONG_ADMIN_LISTEN' };

/** The name at the beginning of the entry. */
function nameOrigin(origins: Parameters<LintRule['check']>[0]['origins'], origin: Parameters<typeof origins.slice>[0], name: string): typeof origin {
  const span = origins.firstSpan(origin);
  return span === undefined ? origin : origins.span(span.file, span.start, Math.min(span.end, span.start + name.length));
}
