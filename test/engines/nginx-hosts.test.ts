import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import { headerValue } from '../../src/engines/http-message.ts';
import type { HeaderList } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { RunningEngine } from '../support/engine-ask.ts';
import { nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, routingOf } from '../support/routing-builder.ts';

interface Recorded {
  readonly host: string | null;
  readonly version: '1.0' | '1.1';
  readonly target: string;
  readonly extraHeaders: HeaderList;
  readonly traefik: { readonly status: number; readonly backend?: string; readonly hostSent?: string; readonly xfHost?: string; readonly xfPort?: string };
}
const recordings: { readonly routers: readonly (readonly [string, string])[]; readonly observations: readonly Recorded[] } = JSON.parse(readFileSync('fixtures/oracle/traefik/hosts.json', 'utf8'));

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'emitted nginx reads hosts as Traefik was recorded to', (engine) => {
    let backends: BackendPool;
    let running: RunningEngine;
    beforeAll(async () => {
      backends = await startBackends(recordings.routers.map((_, index) => ({ name: `b${String(index + 1)}` })));
      const routers = recordings.routers.map(([name, rule], index) => ({ name, rule, priority: 100 - index, service: backends.url(`b${String(index + 1)}`) }));
      running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port: await freePort() }, routers)));
    });
    afterAll(async () => {
      await running.stop();
      await backends.stop();
    });

    test('every host is served alike or refused with 400', async () => {
      const wrong: string[] = [];
      const refused: (string | null)[] = [];
      for (const recorded of recordings.observations) {
        const seen = await running.ask({ entryPoint: 'web', method: 'GET', target: recorded.target, host: recorded.host, headers: recorded.extraHeaders, httpVersion: recorded.version });
        const told = { status: seen.status, backend: seen.backend?.name, hostSent: header(seen.backend?.headers, 'Host'), xfHost: header(seen.backend?.headers, 'X-Forwarded-Host'), xfPort: header(seen.backend?.headers, 'X-Forwarded-Port') };
        const { status, backend, hostSent, xfHost, xfPort } = recorded.traefik;
        if (JSON.stringify(told) === JSON.stringify({ status, backend, hostSent, xfHost, xfPort })) continue;
        if (seen.status === 400 && seen.backend === null) refused.push(recorded.host);
        else wrong.push(`${String(recorded.host)} ${recorded.target}: ${JSON.stringify(told)}, Traefik ${JSON.stringify(recorded.traefik)}`);
      }
      expect(wrong).toEqual([]);
      expect(refused).toMatchSnapshot();
    });
  });
}

function header(headers: HeaderList | undefined, name: string): string | undefined {
  return headers === undefined ? undefined : headerValue(headers, name);
}
