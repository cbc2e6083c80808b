import { witnesses } from '../analysis/index.ts';
import { routesOf, secretsOfRule, withoutSecrets, type Probe, type Routing } from '../ir/index.ts';
import { quoted } from '../text/index.ts';
import { decider } from './runtime-outcome.ts';
import type { Outcome } from './route-test.ts';

/** Tests that hold a routing as it is today: every router, both sides of every edge of its rule, each middleware. */
export function generateTests(routing: Routing, limit?: number): string {
  const { decide } = decider(routing);
  const lines = new Set(witnesses(routing, limit === undefined ? {} : { limit }).probes.flatMap((probe) => printTest(probe, decide(probe)) ?? []));
  const open = withoutSecret([...lines], routing);
  const left = lines.size === open.length ? '' : `# ${String(lines.size - open.length)} left out: a rule compares with a secret from a variable, which no test may hold.\n`;
  return `# Made by gateway test --generate: what the stacks do now, not what they should do.\n${left}tests:${open.length === 0 ? ' []\n' : `\n${open.join('')}`}`;
}

function withoutSecret(lines: readonly string[], { listeners }: Routing): readonly string[] {
  const rules = routesOf({ listeners }).map(({ rule }) => rule).filter((rule) => secretsOfRule(rule).length > 0);
  return rules.length === 0 ? lines : lines.filter((line) => withoutSecrets(line, rules) === line);
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
