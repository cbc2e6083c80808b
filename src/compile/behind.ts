import type { LintContext } from '../checks/rule.ts';
import { findingName } from '../diagnostics/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { HealedGateway, Loaded, LoadedGateway } from './types.ts';

/** What is wrong whatever a missing label or option may have declared. */
const ON_ITS_OWN = /^(?:(?:rule|hash|value)-|(?:entrypoint|resolver)-unknown$)/;

/** What is wrong with an entity of a known name: a missing label that does not name it changes nothing. */
const OF_ONE_NAME = /^(?:ref-unknown|(?:middleware|service)-invalid)$/;

/** Whether a finding can be relied on although labels or options are missing. */
function isSure(one: Diagnostic, { missing, unsure }: HealedGateway): boolean {
  if (missing === 'nothing' || ON_ITS_OWN.test(one.rule)) return true;
  return missing === 'labels' && OF_ONE_NAME.test(one.rule) && !unsure.has(one.symbol);
}

/** What takes a whole container or all files along. */
const BREAKS = /^(?:label-|file-dropped$)/;

/** Labels are all read, broken or not; unused comments are judged once. */
const SAID = /^(?:label-|ignore-unused$)/;

/** What the same containers and files would be found guilty of if nothing broke them. */
export interface Behind {
  /** Errors that only show then. */
  readonly hidden: readonly Diagnostic[];
  /** The finding as it stands: one that goes with a broken label or option follows from it, and what it proposes is a guess too many. */
  readonly explained: (finding: Diagnostic, all: readonly Diagnostic[]) => Diagnostic;
}

/**
 * Errors in containers and files that a wrong name breaks, as if that name were right: the user mends all of them at once instead
 * of one in each run. Undefined when nothing is broken.
 */
export function behindBroken(loaded: Loaded, check: (gateways: LintContext['gateways']) => readonly Diagnostic[]): Behind | undefined {
  const gateways = loaded.gateways.map((gateway) => ({ gateway, healed: gateway.healed?.() ?? [] }));
  const all = gateways.flatMap(({ healed }) => healed);
  const broken = all.flatMap((one) => [...one.broken]);
  if (broken.length === 0) return undefined;
  const found = check(gateways.map(({ gateway, healed }) => ({ ...seen(gateway), ...(healed.length === 0 ? {} : { resolved: healed.map((one) => one.resolved) }) })));
  const inBroken = (one: Diagnostic): boolean => broken.some((name) => one.symbol === name || one.symbol.startsWith(`${name} `));
  const left = new Set(found.map(findingName));
  return {
    hidden: found.filter((one) => one.severity === 'error' && !SAID.test(one.rule) && all.every((gateway) => isSure(one, gateway)) && inBroken(one)),
    explained: (finding, findings) => {
      if (finding.rule !== 'ref-unknown' || finding.follows !== undefined || left.has(findingName(finding))) return finding;
      const cause = findings.find((one) => BREAKS.test(one.rule) && one.severity === 'error' && inBroken(one));
      return cause === undefined ? finding : { ...finding, follows: findingName(cause), fixes: [] };
    },
  };
}

/** What rules see of a gateway. */
export function seen({ name, resolved, versionKnown, staticKnown, partial, spec }: LoadedGateway): LintContext['gateways'][number] {
  return { name, resolved, versionKnown, staticKnown, ...(partial === undefined ? {} : { partial }), ...(spec === undefined ? {} : { file: { path: spec.path, unset: spec.unset } }) };
}
