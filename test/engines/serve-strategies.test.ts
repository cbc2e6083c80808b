import { createServer, request } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';

/** How often which server is chosen by load, beside real Traefik: shares that chance alone does not make. About 5 s and the start of Traefik. */
describeEngine('traefik', 'strategies, beside real Traefik', (engine) => {
  const servers: Server[] = [];
  let beside: Beside;
  const listening = async (name: string, milliseconds: number): Promise<string> => {
    const server = createServer((incoming, answer) => void setTimeout(() => answer.end(name), incoming.url === '/slow' ? 600 : milliseconds));
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  };
  beforeAll(async () => {
    const [one, other, slow] = [await listening('one', 0), await listening('other', 0), await listening('slow', 100)];
    const strategies: Readonly<Record<string, unknown>> = {
      p2c: { strategy: 'p2c', servers: [{ url: one, weight: 19 }, { url: other, weight: 1 }] },
      leasttime: { strategy: 'leasttime', servers: [{ url: one }, { url: slow }] },
      'leasttime-weighted': { strategy: 'leasttime', servers: [{ url: one }, { url: slow, weight: 100_000 }] },
    };
    beside = await serveBeside(engine, { http: { routers: Object.fromEntries(Object.keys(strategies).map((name) => [name, { rule: `Host(\`${name}.test\`)`, service: name }])), services: Object.fromEntries(Object.entries(strategies).map(([name, loadBalancer]) => [name, { loadBalancer }])) } });
  });
  afterAll(async () => {
    await beside.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  });
  const sides = (): readonly number[] => [beside.theirs, beside.ours];

  it('p2c knows no weights', async () => {
    for (const port of sides()) expect(await share(port, 'p2c', 'other', 80)).toBeGreaterThan(15);
  });
  it('p2c leaves a busy server alone', async () => {
    for (const port of sides()) {
      const held = ask(port, 'p2c', '/slow');
      await new Promise((resolve) => void setTimeout(resolve, 100));
      const rest = await several(port, 'p2c', 20);
      expect(rest).not.toContain(await held);
    }
  });
  // Traefik notes a time after the answer has gone: the next request may come before it.
  it('leasttime asks a slow server to know it, and then no more', async () => {
    for (const port of sides()) {
      const answers = await several(port, 'leasttime', 20);
      expect(answers.slice(0, 4)).toContain('slow');
      expect(answers.slice(4)).not.toContain('slow');
    }
  });
  it('leasttime takes weights for strength', async () => {
    for (const port of sides()) {
      const answers = await several(port, 'leasttime-weighted', 12);
      expect(answers.slice(0, 4)).toContain('one');
      expect(answers.slice(4)).not.toContain('one');
    }
  });
});

async function several(port: number, name: string, count: number): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let turn = 0; turn < count; turn += 1) answers.push(await ask(port, name, '/'));
  return answers;
}

async function share(port: number, name: string, server: string, count: number): Promise<number> {
  return (await several(port, name, count)).filter((answer) => answer === server).length;
}

function ask(port: number, name: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers: { Host: `${name}.test` } }, (answer) => {
      let text = '';
      answer.on('data', (bytes: Buffer) => void (text += bytes.toString())).on('end', () => resolve(text));
    }).on('error', reject).end();
  });
}
