import type { LintContext } from '../checks/rule.ts';
import { findingName } from '../diagnostics/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { Loaded, LoadedGateway } from './types.ts';

/** What is wrong whatever a left-out label may have declared. */
const ON_ITS_OWN = /^(?:rule|hash|value)-/;

/** Labels are all read, broken or not; unused comments are judged once. */
const SAID = /^(?:label-|ignore-unused$)/;

/** What the same containers would be found guilty of if no label broke them. */
export interface Behind {
  /** Errors that only show then. */
  readonly hidden: readonly Diagnostic[];
  /** The finding as it stands: one that goes with a broken label follows from it, and what it proposes is a guess too many. */
  readonly explained: (finding: Diagnostic, all: readonly Diagnostic[]) => Diagnostic;
}

/**
 * Errors in containers that a wrong label breaks, as if that label were right: the user mends all of them at once instead of
 * one in each run. Undefined when no container is broken.
 */
export function behindBroken(loaded: Loaded, check: (gateways: LintContext['gateways']) => readonly Diagnostic[]): Behind | undefined {
  const gateways = loaded.gateways.map((gateway) => ({ gateway, healed: gateway.healed?.() ?? [] }));
  const all = gateways.flatMap(({ healed }) => healed);
  const containers = all.flatMap((one) => [...one.containers]);
  if (containers.length === 0) return undefined;
  const leftOut = all.some((one) => one.leftOut);
  const found = check(gateways.map(({ gateway, healed }) => ({ ...seen(gateway), ...(healed.length === 0 ? {} : { resolved: healed.map((one) => one.resolved) }) })));
  const inBroken = (one: Diagnostic): boolean => containers.some((name) => one.symbol === name || one.symbol.startsWith(`${name} `));
  const left = new Set(found.map(findingName));
  return {
    hidden: found.filter((one) => one.severity === 'error' && !SAID.test(one.rule) && (!leftOut || ON_ITS_OWN.test(one.rule)) && inBroken(one)),
    explained: (finding, findings) => {
      if (finding.rule !== 'ref-unknown' || finding.follows !== undefined || left.has(findingName(finding))) return finding;
      const cause = findings.find((one) => one.rule.startsWith('label-') && one.severity === 'error' && inBroken(one));
      return cause === undefined ? finding : { ...finding, follows: findingName(cause), fixes: [] };
    },
  };
}

/** What rules see of a gateway. */
export function seen({ name, resolved, versionKnown, staticKnown, partial = false }: LoadedGateway): LintContext['gateways'][number] {
  return { name, resolved, versionKnown, staticKnown, partial };
}
