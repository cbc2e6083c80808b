import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { kongContainers, runsMigrations, variable } from '../support/proxies.ts';

const rule: LintRule = {
  id: 'kong-file-unread',
  meta: {
    summary: 'a declarative file that Kong does not read',
    why: 'KONG_DECLARATIVE_CONFIG only counts without a database. KONG_DATABASE is postgres unless it says otherwise: the node connects to Postgres and none of the routes in the file exist. The other way round, KONG_PG_ settings are dead when the database is off.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [
      compose('the database is still on', 'services:', '  kong:', '    image: kong:3.9.1', '    environment:', '      KONG_DECLARATIVE_CONFIG: /kong/kong.yml', '#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kong-file-unread'),
      compose('settings of a database that is off', 'services:', '  kong:', '    image: kong:3.9.1', '    environment:', '      KONG_DATABASE: "off"', '      KONG_PG_HOST: db', '#     ^^^^^^^^^^^^^^^^ kong-file-unread'),
    ],
    good: [compose('no database', 'services:', '  kong:', '    image: kong:3.9.1', '    environment:', '      KONG_DATABASE: "off"', '      KONG_DECLARATIVE_CONFIG: /kong/kong.yml')],
  },
  check(context) {
    for (const { container } of kongContainers(context)) {
      if (runsMigrations(container)) continue;
      const database = variable(container, 'KONG_DATABASE');
      if (database?.value !== undefined && database.value.holes.length > 0) continue;
      const off = database?.value?.text === 'off';
      const declared = variable(container, 'KONG_DECLARATIVE_CONFIG');
      const symbol = containerSymbol(container);
      if (!off && declared !== undefined) reportFound(context, { origin: declared.origin, symbol: `${symbol} KONG_DECLARATIVE_CONFIG`, message: `"${container.id.service}" has a database and does not read this file`, help: 'add KONG_DATABASE: "off"' });
      for (const setting of off ? container.environment.filter(({ name }) => /^KONG_PG_/.test(name)) : []) reportFound(context, { origin: setting.origin, symbol: `${symbol} ${setting.name}`, message: `${setting.name} has no effect: the database of "${container.id.service}" is off`, help: 'remove it, or KONG_DATABASE: "off"' });
    }
  },
};
export default rule;
