import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import { askCase } from '../support/case-ask.ts';
import { backendsOf, readCase } from '../support/cases.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { buildCase, loadCase, overridesOf, writeBuilt } from '../support/emitted.ts';
import { nginxFromDir, startBackends } from '../support/engine-pool.ts';
import type { RunningEngine } from '../support/engine-ask.ts';
import { tempFolder } from '../support/temp-folder.ts';

/**
 * A share of the requests is copied: Traefik counts, nginx draws lots, so the table of cases cannot say which. 40 requests with even
 * chances; fewer than 5 or more than 35 copies come once in ten million runs. About 4 seconds for each nginx.
 */
const INDEX = 44_000;
const REQUESTS = 40;

const COMPOSE = `name: case
services:
  blue:
    image: example/blue:1
    expose: ["8000"]
    labels: ["traefik.http.routers.b.rule=Host(\`blue.test\`)", "traefik.http.services.blue.loadbalancer.server.port=8000"]
  green:
    image: example/green:1
    expose: ["8000"]
    labels: ["traefik.http.services.green.loadbalancer.server.port=8000"]
`;
const DYNAMIC = `http:
  routers:
    main: { rule: 'Host(\`a.test\`)', service: main }
  services:
    main: { mirroring: { service: blue@docker, mirrors: [{ name: green@docker, percent: 50 }] } }
`;

for (const name of ['nginx122', 'nginx131'] as const) {
  describeEngine(name, 'copies of requests', (engine) => {
    test('are made of a share of them', async () => {
      const folder = await tempFolder();
      mkdirSync(`${folder.path}/share`);
      writeFileSync(`${folder.path}/share/compose.yaml`, COMPOSE);
      writeFileSync(`${folder.path}/share/dynamic.yml`, DYNAMIC);
      writeFileSync(`${folder.path}/share/requests.yaml`, `static: default\ndynamic: [dynamic.yml]\nrequests: ['GET a.test /x?y=1 | settle: 60']\n`);
      const one = readCase('share', INDEX, folder.path);
      const ports = await freePorts(['web', 'alt']);
      const overrides = overridesOf(one, INDEX, ports);
      const built = buildCase(loadCase(one, overrides), 'nginx', engine.version, overrides);
      expect(built.diagnostics.filter(({ blocking }) => blocking)).toEqual([]);
      const dir = writeBuilt(built);
      const backends = await startBackends(backendsOf(one, INDEX));
      let running: RunningEngine | undefined;
      try {
        running = await nginxFromDir({ engine, backends, dir, ports });
        const ask: RunningEngine['ask'] = running.ask;
        const [request] = one.requests;
        if (request === undefined) throw new Error('no request');
        let copies = 0;
        for (let number = 0; number < REQUESTS; number += 1) {
          const { status, hops } = await askCase(ask, request.probe);
          expect(status).toBe(200);
          expect(hops.map(({ target }) => target)).toEqual(hops.map(() => '/x?y=1'));
          copies += hops.length - 1;
        }
        expect(copies).toBeGreaterThanOrEqual(5);
        expect(copies).toBeLessThanOrEqual(35);
      } finally {
        await running?.stop();
        await backends.stop();
        rmSync(dir, { recursive: true, force: true });
        await folder.remove();
      }
    });
  });
}
