import { refName, type Route, type Routing } from '../../ir/index.ts';
import { maskSecrets } from '../../diagnostics/mask.ts';
import { VERSION } from '../../version.ts';
import type { BuildResult, Loaded } from '../types.ts';
import type { Disagreement } from '../validate.ts';
import { requestText, shown } from './outcome.ts';

interface Involved {
  readonly router: string;
  readonly rule: string;
  readonly priority: string;
  readonly middlewares: readonly string[];
}

export interface FailureReport {
  /** `gateway-report.json`: what a bug report needs, without secrets. */
  readonly document: object;
  /** True when files were not written because of it. */
  readonly withheld: boolean;
}

/** What to report of builds whose files contradict their labels; undefined when none does. */
export function failureReport(result: BuildResult, loaded: Loaded): FailureReport | undefined {
  const failures = result.built.filter((one) => (one.validation?.disagreements.length ?? 0) > 0);
  if (failures.length === 0) return undefined;
  const document = {
    schema: 'gateway.failure/1',
    tool: { version: VERSION },
    failures: failures.map((one) => ({
      gateway: one.gateway, target: one.target, version: one.version, requests: one.validation?.requests ?? 0,
      disagreements: (one.validation?.disagreements ?? []).map((found) => ({ request: maskSecrets(requestText(found.probe)), router: found.router, ...shown(found) })),
      routers: (one.smallest ?? beside(one.validation?.disagreements ?? [], loaded.gateways.find(({ name }) => name === one.gateway)?.resolved[0]?.routing)).map(involved),
    })),
  };
  return { document, withheld: failures.some(({ files }) => files === undefined) };
}

/** Rules and kinds of middlewares, no values. */
function involved({ router, ruleText, priority, chain }: Route): Involved {
  return { router: refName(router), rule: maskSecrets(ruleText), priority: String(priority), middlewares: chain.map(({ spec }) => spec.kind) };
}

/** Where nothing was made smaller: the routers that should have taken the requests, and those around them. */
function beside(found: readonly Disagreement[], routing: Routing | undefined): readonly Route[] {
  const names = new Set(found.map(({ router }) => router));
  const routes = new Set<Route>();
  for (const { plain, tls } of routing?.listeners ?? []) {
    for (const list of [plain, tls]) {
      for (const [at, route] of list.entries()) if (names.has(refName(route.router))) for (const near of list.slice(Math.max(0, at - 2), at + 3)) routes.add(near);
    }
  }
  return [...routes];
}
