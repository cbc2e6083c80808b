import { witnesses } from '../analysis/index.ts';
import type { Probe, Routing } from '../ir/index.ts';
import { quoted } from '../text/index.ts';
import { decider } from './runtime-outcome.ts';
import type { Outcome } from './route-test.ts';

/** Tests that hold a routing as it is today: every router, both sides of every edge of its rule, each middleware. */
export function generateTests(routing: Routing, limit?: number): string {
  const { decide } = decider(routing);
  const lines = witnesses(routing, limit === undefined ? {} : { limit }).probes.flatMap((probe) => printTest(probe, decide(probe)) ?? []);
  return `# Made by gateway test --generate: what the stacks do now, not what they should do.\ntests:${lines.length === 0 ? ' []\n' : `\n${[...new Set(lines)].join('')}`}`;
}

/** Undefined for what a test cannot say: odd bytes, bodies, and where the engine itself is random. */
function printTest(probe: Probe, outcome: Outcome): string | undefined {
  const { method, host, target, headers, clientIp, body, tls, entryPoint } = probe;
  if (outcome.tie.length > 0 || body !== undefined || host === null || !/^[A-Za-z0-9.*_-]+(?::\d+)?$/.test(host) || !/^\/[\x21-\x7e]*$/.test(target) || target.includes('#')) return undefined;
  if (tls !== false && tls.sni !== host.replace(/:\d+$/, '').toLowerCase()) return undefined;
  if (headers.some(([name, value]) => !/^[\x20-\x7e]*$/.test(value) || value !== value.trim() || /authorization|cookie/i.test(name))) return undefined;
  const request = `${method} ${tls === false ? 'http' : 'https'}://${host}${target}`;
  const lines = [`  - request: ${quoted(request)}`, `    entrypoint: ${quoted(entryPoint)}`];
  if (clientIp !== '127.0.0.1') lines.push(`    client-ip: ${quoted(clientIp)}`);
  if (headers.length > 0) lines.push('    headers:', ...headers.map(([name, value]) => `      ${quoted(name)}: ${quoted(value)}`));
  if (new Set(headers.map(([name]) => name.toLowerCase())).size !== headers.length) return undefined;
  return `${[...lines, '    expect:', ...expected(outcome)].join('\n')}\n`;
}

function expected({ status, router, target, headers, redirect }: Outcome): readonly string[] {
  const lines = [`      status: ${String(status)}`];
  if (router !== null) lines.push(`      router: ${quoted(router)}`);
  if (headers !== null && target !== null) lines.push(`      target: ${quoted(target)}`);
  if (redirect !== null) lines.push(`      redirect: ${quoted(redirect)}`);
  return lines;
}
