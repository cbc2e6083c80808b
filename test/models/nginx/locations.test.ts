import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answer, readNginx } from '../../../src/models/nginx/index.ts';

/** Recorded from real nginx 1.22: which location served a target and what the upstream got. */
interface Recorded {
  readonly sketch: string;
  readonly target: string;
  readonly status: number;
  readonly location?: string;
  readonly uri?: string;
  readonly upstream?: string;
  readonly args?: string;
}
const recordings = JSON.parse(readFileSync('fixtures/oracle/nginx/locations.json', 'utf8')) as { readonly sketches: Readonly<Record<string, string>>; readonly observations: readonly Recorded[] };

describe('the model of nginx against recorded answers', () => {
  it.each(Object.entries(recordings.sketches))('%s', (name, sketch) => {
    const config = readNginx(new Map([['nginx.conf', `http { upstream upstream { server 127.0.0.1:80; } server { listen 80 default_server; ${sketch.replace(/[\u00c0-\u00ff][\u0080-\u00bf]/g, utf8)} } }`]]));
    const asked = recordings.observations.filter((one) => one.sketch === name);
    expect(asked.length).toBeGreaterThan(200);
    expect(asked.flatMap((recorded) => difference(config, recorded))).toEqual([]);
  });
});

function difference(config: ReturnType<typeof readNginx>, recorded: Recorded): readonly string[] {
  const decided = answer(config, { entryPoint: 'web', method: 'GET', target: recorded.target, host: 'x.test', headers: [], tls: false, clientIp: '127.0.0.1' }, new Map([['web', { host: '127.0.0.1', port: 80 }]]));
  const told = (header: string): string | undefined => (decided.kind === 'forward' ? decided.requestHeaders.find(([field]) => field === header)?.[1] : undefined);
  const seen = decided.kind === 'forward' ? `200 ${utf8(told('X-Loc') ?? '')} ${decided.target.split('\r\n')[0] ?? ''}` : decided.kind === 'respond' ? String(decided.status) : `unknown ${decided.directive}`;
  const wanted = recorded.status === 200 ? `200 ${recorded.location ?? ''} ${recorded.upstream ?? ''}` : String(recorded.status);
  return seen === wanted ? [] : [`${recorded.target.slice(0, 80)}: nginx ${wanted}, model ${seen}`];
}

/** The recordings hold bytes as latin-1; a line break in a target ends the request line that the upstream read. */
function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
