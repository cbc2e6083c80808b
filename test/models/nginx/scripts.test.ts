import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answer, readNginx } from '../../../src/models/nginx/index.ts';

/** Rewrites, captures and patterns inside of locations, as real nginx 1.22 answered; a moment. */
const recorded = JSON.parse(readFileSync('fixtures/oracle/nginx/scripts.json', 'utf8')) as { readonly sketches: Readonly<Record<string, string>>; readonly observations: readonly (readonly [string, string, string])[] };

describe('the model of nginx against recorded scripts', () => {
  it.each(Object.entries(recorded.sketches))('%s', (name, sketch) => {
    const config = readNginx(new Map([['nginx.conf', `http { upstream upstream { server 127.0.0.1:80; } server { listen 80 default_server; ${sketch} } }`]]));
    const asked = recorded.observations.filter(([of]) => of === name);
    expect(asked.length).toBeGreaterThan(25);
    expect(asked.map(([, target]) => [target, seen(config, target)])).toEqual(asked.map(([, target, wanted]) => [target, wanted]));
  });
});

function seen(config: ReturnType<typeof readNginx>, target: string): string {
  const decided = answer(config, { entryPoint: 'web', method: 'GET', target, host: 'x.test', headers: [], tls: false, clientIp: '127.0.0.1' }, new Map([['web', { host: '127.0.0.1', port: 80 }]]));
  if (decided.kind === 'forward') return `200 ${decided.requestHeaders.find(([field]) => field === 'X-Loc')?.[1] ?? ''} ${decided.target}`;
  if (decided.kind !== 'respond') return `unknown ${decided.directive}`;
  const to = decided.headers.find(([field]) => field === 'Location')?.[1];
  return to === undefined ? String(decided.status) : `${String(decided.status)} ${to}`;
}
