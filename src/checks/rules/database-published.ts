import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { replaceFix, withoutQuotes, writtenAt } from '../support/edits.ts';
import { compose } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';
import { imageOf, isOpen } from '../support/proxies.ts';

const rule: LintRule = {
  id: 'database-published',
  meta: {
    summary: 'a database port that is open to everybody',
    why: 'Docker opens a published port on all addresses, past the firewall rules of many systems. Services of the stack reach the database by its name, without any port mapping.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    bad: [compose('PostgreSQL on all addresses', 'services:', '  db:', '    image: postgres:17', '    ports:', '      - "5432:5432"', '#        ^^^^^^^^^ database-published')],
    good: [compose('only for this machine', 'services:', '  db:', '    image: postgres:17', '    ports:', '      - "127.0.0.1:5432:5432"')],
  },
  check(context) {
    for (const container of containersOf(context)) {
      const ports = DATABASES[imageOf(container)?.name ?? ''] ?? [];
      for (const mapping of container.ports.filter((one) => isOpen(one) && ports.includes(one.container))) {
        const origin = withoutQuotes(context, mapping.origin);
        const written = writtenAt(context, origin);
        reportFound(context, {
          origin,
          symbol: `${containerSymbol(container)} ports ${String(mapping.published)}`,
          message: `the database "${container.id.service}" is open on port ${String(mapping.published)}`,
          label: 'open to everybody',
          help: 'remove the port, or bind it to 127.0.0.1',
          ...(written !== undefined && /^\d+:\d+$/.test(written) ? replaceFix(context, origin, written, `127.0.0.1:${written}`, 'unsafe') : {}),
        });
      }
    }
  },
};
export default rule;

const DATABASES: Readonly<Record<string, readonly number[]>> = {
  postgres: [5432], 'postgis/postgis': [5432], 'timescale/timescaledb': [5432], mysql: [3306], mariadb: [3306], percona: [3306], mongo: [27017], redis: [6379], valkey: [6379], 'valkey/valkey': [6379],
  memcached: [11211], cassandra: [9042], couchdb: [5984], influxdb: [8086], elasticsearch: [9200], 'opensearchproject/opensearch': [9200], 'clickhouse/clickhouse-server': [8123, 9000], 'mcr.microsoft.com/mssql/server': [1433],
};
