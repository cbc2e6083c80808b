import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { replaceFix, writtenAt } from '../support/edits.ts';
import { compose } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { isProxy, reportFound } from '../support/model.ts';

const rule: LintRule = {
  id: 'socket-writable',
  meta: {
    summary: 'the Docker socket mounted read-write',
    why: 'Whoever breaks into the proxy reaches the Docker API through the socket, and with it the machine. Read-only keeps the file from being replaced; a socket proxy that lets only reading requests through does the rest.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    fix: 'safe',
    bad: [compose('read-write', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker.exposedbydefault=false', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock', '#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ socket-writable')],
    good: [compose('read-only', 'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker.exposedbydefault=false', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro')],
  },
  check(context) {
    for (const container of containersOf(context)) {
      if (!isProxy(container, context)) continue;
      for (const mount of container.mounts) {
        if (!mount.target.endsWith('/docker.sock') || mount.readOnly) continue;
        const written = writtenAt(context, mount.origin);
        reportFound(context, {
          origin: mount.origin,
          symbol: `${containerSymbol(container)} volumes ${mount.target}`,
          message: `"${container.id.service}" has the Docker socket read-write`,
          label: 'add ":ro"',
          help: 'mount it read-only, or use a socket proxy',
          ...(written !== undefined && /^[^\s:]+:[^\s:]+$/.test(written) ? replaceFix(context, mount.origin, written, `${written}:ro`) : {}),
        });
      }
    }
  },
};
export default rule;
