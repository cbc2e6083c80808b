import type { Probe } from '../ir/index.ts';

/** The client that a request comes from unless the change depends on it. */
const HOME = '127.0.0.1';

/** The simplest request that still holds: one thing is taken away at a time until nothing more can be. */
export function shrink(probe: Probe, holds: (simpler: Probe) => boolean): Probe {
  let current = probe;
  for (;;) {
    const next = simpler(current).find(holds);
    if (next === undefined) return current;
    current = next;
  }
}

/** Requests with one thing less. Each is smaller than the given one, so that shrinking comes to an end. */
function simpler(probe: Probe): readonly Probe[] {
  const out: Probe[] = [];
  if (probe.body !== undefined) {
    const { body: _body, ...rest } = probe;
    out.push(rest);
  }
  probe.headers.forEach((_field, at) => out.push({ ...probe, headers: probe.headers.filter((_other, index) => index !== at) }));
  if (probe.clientIp !== HOME) out.push({ ...probe, clientIp: HOME });
  if (probe.method !== 'GET') out.push({ ...probe, method: 'GET' });
  const [path = '/', query] = split(probe.target);
  if (query !== undefined) out.push({ ...probe, target: path });
  for (const shorter of shorterPaths(path)) out.push({ ...probe, target: query === undefined ? shorter : `${shorter}?${query}` });
  return out;
}

function split(target: string): readonly [string, string | undefined] {
  const at = target.indexOf('?');
  return at === -1 ? [target, undefined] : [target.slice(0, at), target.slice(at + 1)];
}

function shorterPaths(path: string): readonly string[] {
  if (path === '/' || !path.startsWith('/')) return [];
  const parent = path.slice(0, path.lastIndexOf('/'));
  const candidates = ['/', parent === '' ? '/' : parent, path.endsWith('/') ? path.slice(0, -1) : path];
  return [...new Set(candidates)].filter((one) => one.length < path.length && one !== '');
}
