import { expect, it } from 'vitest';
import { build, load } from '../../src/index.ts';
import { memoryHost } from '../support/lint.ts';

// Costs less than a second.
const FLAGS = { 'a router of its own': ['--ping.manualrouting=true'], 'the entry point of others': ['--ping.entrypoint=web'] } as const;

it.each(Object.entries(FLAGS))('ping@internal on %s answers 404 in other engines, and the files say so too', (_, flags) => {
  const command = ['--entrypoints.web.address=:8000', '--providers.docker.exposedbydefault=false', ...flags];
  const own = ['traefik.enable=true', 'traefik.http.routers.alive.rule=Host(`edge.test`) && Path(`/alive`)', 'traefik.http.routers.alive.service=ping@internal', 'traefik.http.services.any.loadbalancer.server.port=1'];
  const text = `services:\n  traefik:\n    image: traefik:v3.7\n    command: ${JSON.stringify(command)}\n    labels: ${JSON.stringify(own)}\n`;
  const overrides = { endpoints: [], entryPoints: new Map() };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [] }], declared: true, host: memoryHost({ 'compose.yml': text }), overrides });
  const { built } = build(loaded, { targets: ['traefik', 'nginx', 'kong'], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides });
  for (const { target, files, diagnostics, verifiedBy } of built) {
    expect([target, diagnostics.filter(({ blocking }) => blocking).map(({ message }) => message)]).toEqual([target, []]);
    expect(files).toBeDefined();
    expect(verifiedBy).toMatch(/^model, [1-9]\d* requests$/);
  }
});
