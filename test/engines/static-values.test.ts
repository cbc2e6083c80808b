import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../src/engines/free-port.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { startTraefikFolder } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { STATIC_VALUES, withStaticValue } from '../support/static-values.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** The words of a log, whatever its format: without colours and escapes. */
function plain(log: string): string {
  return log.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '').replaceAll('\\', '');
}

/** Any answer: the entry points are built before the first one. */
async function answers(port: number): Promise<boolean> {
  const { failure } = await sendRaw({ port, method: 'GET', target: '/', host: 'localhost', timeoutMs: 1000 });
  return failure === null;
}

// Costs 10 s: one start for each value.
describeEngine('traefik', 'static values that decode', (engine) => {
  test.each(STATIC_VALUES)('$id', async ({ value, exits, says = '' }) => {
    const folder = await tempFolder();
    const [api, web, dns] = [await freePort(), await freePort(), await freePort({ protocol: 'udp' })];
    const base = {
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      entryPoints: { traefik: { address: `127.0.0.1:${String(api)}` }, web: { address: `127.0.0.1:${String(web)}` }, dns: { address: `127.0.0.1:${String(dns)}/udp` } },
      api: { insecure: true },
    };
    await writeFile(join(folder.path, 'traefik.yml'), JSON.stringify(withStaticValue(value, base)));
    const result = await startTraefikFolder({ engine, folder: folder.path, logFile: join(folder.path, 'log'), ready: () => answers(api) });
    try {
      expect(result.kind, result.kind === 'failed' ? result.log : '').toBe(exits === undefined ? 'started' : 'failed');
      const log = (): string => plain(result.kind === 'failed' ? result.log : result.engine.log());
      await waitFor(() => Promise.resolve(log().includes(exits ?? says) ? true : null), { timeoutMs: 5000 });
      expect(log()).toContain(exits ?? says);
    } finally {
      if (result.kind === 'started') await result.engine.stop();
      await folder.remove();
    }
  });
});
