import { decider, probeFor } from '../testing/index.ts';
import type { GatewayUnderTest } from '../testing/index.ts';
import { plainPaint } from '../diagnostics/index.ts';
import { explain } from './explain.ts';
import { explainText } from './explain-text.ts';
import { routingOf } from './route-tests-judge.ts';
import type { Loaded } from './types.ts';

/**
 * A gateway to be held against expectations in a test, with the matchers of `gateway-compiler/vitest`. Throws RangeError
 * for a name that was not loaded.
 */
export function gatewayUnderTest(loaded: Loaded, name?: string): GatewayUnderTest {
  const gateway = name === undefined ? loaded.gateways[0] : loaded.gateways.find((one) => one.name === name);
  if (gateway === undefined) throw new RangeError(`no gateway "${name ?? ''}" was loaded`);
  const routing = routingOf(gateway);
  const runtime = decider(routing);
  return {
    decide: (request) => {
      const probe = probeFor(routing, request);
      return probe === undefined ? undefined : runtime.decide(probe);
    },
    explain: (request) => explainText(explain(loaded, gateway, request), plainPaint),
  };
}
