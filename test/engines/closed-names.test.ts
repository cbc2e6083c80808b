import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Routing } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';
import { resolvedFrom } from '../server/routing-from.ts';

/** Which handshakes are closed because no TLS can be made of options: by real Traefik, by our server, and as decisions say. About 3 s and two starts of Traefik. */
const BAD = { cipherSuites: ['NOPE'] };
const GOOD = { minVersion: 'VersionTLS12' };
const router = (rule: string, options?: string, service = 's'): unknown => ({ rule, service, tls: options === undefined ? {} : { options } });
const WORLDS: Readonly<Record<string, { readonly options: unknown; readonly routers: Readonly<Record<string, unknown>> }>> = {
  'options of some': {
    options: { bad: BAD, bad2: BAD, good: GOOD, ca: { clientAuth: { clientAuthType: 'RequireAndVerifyClientCert' } } },
    routers: {
      good: router('Host(`good.test`)', 'good'), bad: router('Host(`bad.test`) || Host(`Bad2.test`) && Path(`/x`)', 'bad'), lost: router('Host(`lost.test`)', 'bad', 'nobody'), none: router('Host(`none.test`)', 'nope'), ca: router('Host(`ca.test`)', 'ca'),
      wide: router('Host(`*.wide.test`)', 'bad'), named: router('Host(`named.wide.test`)'), clash: router('Host(`clash.test`)', 'bad'), beside: router('Host(`clash.test`) && Path(`/`)'), both: router('Host(`clash.test`) || Host(`both.test`)', 'bad'), two: router('Host(`two.test`)', 'bad'), two2: router('Host(`two.test`) && Path(`/z`)', 'bad2'),
      hostless: router('PathPrefix(`/p`)', 'bad'), pattern: router('HostRegexp(`^c.test$`)', 'bad'), not: router('!Host(`not.test`)', 'bad'), dot: router('Host(`dot.test.`)', 'bad'),
    },
  },
  'the default options': { options: { default: BAD, good: GOOD, good2: GOOD }, routers: { good: router('Host(`good.test`)', 'good'), bad: router('Host(`bad.test`)'), pattern: router('HostRegexp(`^c.test$`)', 'good'), clash: router('Host(`clash.test`)', 'good'), beside: router('Host(`clash.test`) && Path(`/`)', 'good2') } },
};
const NAMES = ['good.test', 'bad.test', 'BAD.test', 'bad2.test', 'lost.test', 'none.test', 'ca.test', 'x.wide.test', 'named.wide.test', 'wide.test', 'y.x.wide.test', 'clash.test', 'both.test', 'two.test', 'c.test', 'not.test', 'dot.test', 'other.test', 'dot.at.end.', ''];

describeEngine('traefik', 'handshakes that are closed', (engine) => {
  for (const [title, { options, routers }] of Object.entries(WORLDS)) {
    const dynamic = { http: { routers, services: { s: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1' }] } } } }, tls: { options } };
    const read = (): Routing => resolvedFrom(dynamic).routing;
    let beside: Beside;
    beforeAll(async () => {
      beside = await serveBeside(engine, dynamic, dynamic, { read });
    });
    afterAll(() => beside.stop());

    test(`unusable: ${title}`, async () => {
      const { decide } = createRuntime(read(), { clock: () => 0, random: () => 0 });
      const seen = async (port: number): Promise<readonly string[]> => Promise.all(NAMES.map(async (name) => `${name} ${await answer(port, name)}`));
      const theirs = await seen(beside.theirs);
      expect(await seen(beside.ours)).toEqual(theirs);
      expect(NAMES.map((name) => {
        const decision = decide({ entryPoint: 'web', method: 'GET', target: '/', host: name === '' ? 'a.test' : name, headers: [], tls: { sni: name === '' ? null : name }, clientIp: '127.0.0.1' });
        return `${name} ${decision.kind === 'forward' ? '502' : decision.kind !== 'respond' ? decision.kind : decision.status === 0 ? 'closed' : String(decision.status)}`;
      })).toEqual(theirs);
    });
  }
});

/** The status of an answer, or `closed`. */
function answer(port: number, name: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...(name === '' ? {} : { servername: name }) }, () => socket.write(`GET / HTTP/1.1\r\nHost: ${name === '' ? 'a.test' : name}\r\nConnection: close\r\n\r\n`));
    socket.on('error', () => undefined).on('data', (bytes: Buffer) => void (text += bytes.toString('latin1'))).on('close', () => resolve(/^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? 'closed'));
  });
}
