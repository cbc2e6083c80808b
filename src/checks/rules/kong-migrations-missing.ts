import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';
import { kongContainers, runsMigrations, variable } from '../support/proxies.ts';

const KONG = ['services:', '  db:', '    image: postgres:17', '  kong:'] as const;
const NODE = ['    image: kong:3.9', '    environment:', '      KONG_DATABASE: postgres', '      KONG_PG_HOST: db'] as const;

const rule: LintRule = {
  id: 'kong-migrations-missing',
  meta: {
    summary: 'Kong with a database that nobody prepares',
    why: 'A node refuses to start on a database without its tables. A one-shot job runs "kong migrations bootstrap" once, and each node waits for it.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [compose('no job', ...KONG, '# ^^^^ kong-migrations-missing', ...NODE)],
    good: [
      compose('a job', ...KONG, ...NODE, '  migrate:', '    image: kong:3.9', '    command: kong migrations bootstrap', '    environment:', '      KONG_DATABASE: postgres', '      KONG_PG_HOST: db'),
      compose('no database', 'services:', '  kong:', '    image: kong:3.9', '    environment:', '      KONG_DATABASE: "off"'),
    ],
  },
  check(context) {
    const all = containersOf(context);
    if (all.some(runsMigrations)) return;
    for (const { container } of kongContainers(context)) {
      const database = variable(container, 'KONG_DATABASE')?.value?.text ?? 'postgres';
      const host = variable(container, 'KONG_PG_HOST')?.value?.text;
      // A database outside of the stacks may be prepared already.
      if (database !== 'postgres' || !all.some((other) => other.id.service === host)) continue;
      reportFound(context, {
        origin: container.origin,
        symbol: `${containerSymbol(container)} migrations`,
        message: `"${container.id.service}" uses the database "${host ?? ''}", and no service runs its migrations`,
        label: 'refuses to start on an empty database',
        help: 'add a service with the command "kong migrations bootstrap", and let the nodes depend on it with service_completed_successfully',
      });
    }
  },
};
export default rule;
