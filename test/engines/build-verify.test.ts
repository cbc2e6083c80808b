import { expect, test } from 'vitest';
import { build, load, verify } from '../../src/index.ts';
import type { BuildOptions, BuiltTarget } from '../../src/index.ts';
import { readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { loadCase } from '../support/emitted.ts';
import { memoryHost } from '../support/lint.ts';

const WHERE = { roots: [process.cwd()], searchPath: '' };
const TLS = { nginx: { tls: { certificate: 'certs/a.pem', key: 'certs/a.key' } } };
const OUT_OF_REACH = /is a plugin, which the engine would have to download|counts in Redis/;
/** All cases with FULL; else those in which most is to be lost, and every ninth. */
const CHOSEN = ['basic-auth-apr1', 'body-limit', 'client-ip', 'entrypoint-redirect', 'forward-auth', 'headers-security', 'redirect-regex', 'strip-prefix', 'tls-router', 'weights'];
const cases = readCases().filter(({ name }, at) => process.env['FULL'] === '1' || CHOSEN.includes(name) || at % 9 === 0);

/** Undefined: it is not written for this target, or it says by itself why no engine here can be asked. */
async function verified(one: Case, target: string, version: string): Promise<BuiltTarget | undefined> {
  const overrides = { endpoints: [], entryPoints: new Map() };
  const loaded = loadCase(one, overrides);
  const options: BuildOptions = { targets: [target], versions: new Map([[target, version]]), allowances: new Map(), inlineSecrets: false, settings: TLS, overrides };
  const result = build(loaded, options);
  if (result.built[0]?.files === undefined) return undefined;
  const outcome = await verify(loaded, result, options, WHERE);
  if (outcome.kind === 'unavailable' && OUT_OF_REACH.test(outcome.reason)) return undefined;
  if (outcome.kind === 'unavailable') throw new Error(outcome.reason);
  return outcome.result.built[0];
}

/** A shop behind TLS whose files lie where the engine runs, not here. */
function filesElsewhere(tls: string, target: string, version: string): ReturnType<typeof verify> {
  const host = memoryHost({
    'compose.yml': 'services:\n  shop:\n    image: example/shop:1\n    labels:\n      - traefik.enable=true\n      - traefik.http.routers.shop.rule=Host(`shop.example.com`)\n      - traefik.http.routers.shop.entrypoints=secure\n      - traefik.http.routers.shop.tls=true\n      - traefik.http.services.shop.loadbalancer.server.port=8000\n',
    'traefik.yml': 'entryPoints:\n  secure:\n    address: ":8443"\nproviders:\n  docker: {}\n  file:\n    filename: tls.yml\n',
    'tls.yml': tls,
  });
  const overrides = { endpoints: [], entryPoints: new Map() };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], static: 'traefik.yml', dynamic: ['tls.yml'], versions: ['3.7'] }], declared: true, host, overrides });
  const options: BuildOptions = { targets: [target], versions: new Map([[target, version]]), allowances: new Map(), inlineSecrets: false, settings: {}, overrides };
  return verify(loaded, build(loaded, options), options, WHERE);
}

for (const { engine, target, version } of [{ engine: 'traefik', target: 'traefik', version: '3.7' }, { engine: 'nginx122', target: 'nginx', version: '1.22' }, { engine: 'nginx131', target: 'nginx', version: '1.31' }] as const) {
  describeEngine(engine, 'build --verify', (binary) => {
    test.each(cases.map((one) => [one.name, one] as const))('%s: the engine decides the witness requests as the labels do', async (_, one) => {
      const built = await verified(one, target, version);
      if (built === undefined) return;
      expect(built.validation?.disagreements.map(({ probe, ...rest }) => ({ ...rest, request: `${probe.method} ${probe.entryPoint} ${String(probe.host)} ${probe.target} ${JSON.stringify(probe.headers)}` }))).toEqual([]);
      expect(built.verifiedBy).toMatch(new RegExp(`^(?:${target} ${binary.version.replaceAll('.', '\\.')}, [1-9]\\d* requests|nothing$)`));
      console.log(one.name, built.verifiedBy);
    });

    // About a second for each engine.
    test('a default certificate that lies elsewhere is stood for', async () => {
      const outcome = await filesElsewhere('tls:\n  stores:\n    default:\n      defaultCertificate:\n        certFile: /elsewhere/shop.pem\n        keyFile: /elsewhere/shop.key\n', target, version);
      const built = outcome.kind === 'verified' ? outcome.result.built : [];
      expect(built.map(({ diagnostics, verifiedBy }) => [diagnostics.filter(({ blocking }) => blocking).map(({ message }) => message), /, [1-9]\d* requests$/.test(verifiedBy)])).toEqual([[[], true]]);
    });

    test('certificates of clients are said to be out of reach', async () => {
      const outcome = await filesElsewhere('tls:\n  certificates:\n    - certFile: /elsewhere/shop.pem\n      keyFile: /elsewhere/shop.key\n  options:\n    default:\n      clientAuth:\n        caFiles:\n          - /elsewhere/clients.pem\n        clientAuthType: RequireAndVerifyClientCert\n', target, version);
      expect(outcome).toEqual({ kind: 'unavailable', reason: `${target} cannot be verified: the TLS options "default" ask for client certificates, which nobody has here` });
    });
  });
}
