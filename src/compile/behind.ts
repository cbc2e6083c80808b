import type { LintContext } from '../checks/rule.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { Loaded } from './types.ts';

/** What is wrong whatever a left-out label may have declared. */
const ON_ITS_OWN = /^(?:rule|hash|value)-/;

/** Labels are all read, broken or not; unused comments are judged once. */
const SAID = /^(?:label-|ignore-unused$)/;

/**
 * Errors in containers that a wrong label breaks, as if that label were right: the user mends all of them at once instead of
 * one in each run. Nothing when no container is broken.
 */
export function behindBroken(loaded: Loaded, check: (gateways: LintContext['gateways']) => readonly Diagnostic[]): readonly Diagnostic[] {
  const gateways = loaded.gateways.map((gateway) => ({ gateway, healed: gateway.healed?.() ?? [] }));
  const all = gateways.flatMap(({ healed }) => healed);
  const containers = all.flatMap((one) => [...one.containers]);
  if (containers.length === 0) return [];
  const leftOut = all.some((one) => one.leftOut);
  const found = check(gateways.map(({ gateway: { name, resolved, versionKnown, staticKnown }, healed }) => ({ name, resolved: healed.length === 0 ? resolved : healed.map((one) => one.resolved), versionKnown, staticKnown })));
  return found.filter((one) => one.severity === 'error' && !SAID.test(one.rule) && (!leftOut || ON_ITS_OWN.test(one.rule)) && containers.some((name) => one.symbol === name || one.symbol.startsWith(`${name} `)));
}
