import type { Middleware, RuleExpr, SpecOf } from '../../ir/index.ts';
import type { PluginPlan } from './plan.ts';

/** Kong's own redirection knows this port only, and writes none. */
export function isDefaultPort({ port }: SpecOf<'redirectScheme'>): boolean {
  return port === '' || port === '443';
}

/** A redirection to another port needs the plugin, whose target is a constant: the host must be known from the rule. */
export function needsHosts({ spec }: Middleware): boolean {
  return spec.kind === 'redirectScheme' && !isDefaultPort(spec);
}

const MOST_HOSTS = 50;

/** The hosts that a request of this rule can have, in lower case; undefined where the rule leaves them open. */
export function namedHosts(rule: RuleExpr): readonly string[] | undefined {
  if (rule.kind === 'match') return rule.matcher.kind === 'host' && isName(rule.matcher.host.value) ? [rule.matcher.host.value.replace(/\.$/, '')] : undefined;
  if (rule.kind === 'and') return rule.operands.map(namedHosts).find((hosts) => hosts !== undefined);
  if (rule.kind !== 'or') return undefined;
  const lists = rule.operands.map(namedHosts);
  const all = lists.flatMap((hosts) => hosts ?? []);
  return lists.includes(undefined) || all.length > MOST_HOSTS ? undefined : [...new Set(all)];
}

function isName(host: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/.test(host) && !host.includes('..');
}

export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

/** Path and query are those of the request. */
export function redirectPlugin({ scheme, port }: SpecOf<'redirectScheme'>, host: string, status: 301 | 302 | 307 | 308): PluginPlan {
  return { name: 'redirect', config: { status_code: status, location: `${scheme}://${host}:${port}/`, keep_incoming_path: true } };
}
