import type { EntryPoint, Router } from '../../ir/index.ts';
import { engineDoes, versionsText } from '../problems.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { isHttps, namedEntryPoints } from '../support/entry-points.ts';
import { addLabelFix, labelBySymbol } from '../support/labels.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { reportProblems } from '../support/problem-rule.ts';

const rule: LintRule = {
  id: 'tls-missing',
  mayBlock: true,
  meta: {
    summary: 'a router for HTTPS without TLS',
    why: 'The entry point decides the port, the router decides about TLS. A router on websecure without tls answers plain HTTP on port 443 and leaves HTTPS with 404. tls=yes is not true: any text but "true" switches it off, without a word.',
    category: 'correctness',
    severity: 'error',
    blocking: false,
    fix: 'safe',
    needs: ['static'],
    bad: [
      web('an entry point for HTTPS, no tls', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', '                                     ^^^^^^^^^ tls-missing'),
      web('yes is not true', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls=yes', '                             ^^^ tls-missing'),
      web('a TCP router that asks for a name', 'traefik.enable=true', 'traefik.tcp.routers.db.rule=HostSNI(`db.example.com`)', '                            ^^^^^^^^^^^^^^^^^^^^^^^^^ tls-missing', 'traefik.tcp.routers.db.entrypoints=websecure', 'traefik.tcp.services.db.loadbalancer.server.port=5432'),
    ],
    good: [
      web('with TLS', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls=true'),
      web('plain HTTP on its own entry point', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web'),
    ],
  },
  check(context) {
    reportModel(context, (resolved, gateway) => (gateway.staticKnown ? resolved.gateway.routers.flatMap((router) => ofRouter(router, resolved, context)) : []));
    skipUnknown(context);
    reportProblems('tls-missing', context, ({ problem, versions }) =>
      problem.kind === 'tcp-host-without-tls'
        ? { message: 'a TCP router can ask for a host name only with TLS', label: 'the name is sent with TLS only', help: 'add the tls label to the router, or write HostSNI(`*`)' }
        : { message: `"${problem.subject}" does not switch TLS on`, label: 'write "true"', why: `${engineDoes(versions, 'takes')} any text but "true" for no TLS, without a word`, help: 'write "true"', ...replaceFix(context, problem.origin, problem.subject, 'true') },
    );
  },
};
export default rule;

function ofRouter(router: Router, resolved: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  if (router.tls !== undefined || switchedOff(router, resolved)) return [];
  return namedEntryPoints(router, resolved).filter(({ entryPoint }) => entryPoint.tls === undefined && isHttps(entryPoint) && !hasTwin(router, entryPoint, resolved)).map(({ entryPoint, origin }) => {
    const label = labelBySymbol(context, `${router.symbol}.entrypoints`)?.label;
    return {
      origin,
      symbol: `${router.symbol}.tls`,
      message: `router "${router.ref.name}" is on the HTTPS entry point "${entryPoint.name}" without TLS`,
      label: 'no TLS here',
      why: `${versionsText([resolved.version])} answers HTTPS requests with 404, and serves plain HTTP on port ${String(entryPoint.port)}`,
      help: 'add tls=true to the router, or http.tls to the entry point',
      ...(label === undefined ? {} : addLabelFix(context, label, `traefik.http.routers.${router.ref.name}.tls`, 'true', 'unsafe')),
    };
  });
}

/** `tls=yes` is reported at its own place. */
function switchedOff(router: Router, resolved: ResolvedGateway): boolean {
  return resolved.problems.some((problem) => problem.kind === 'label-switched-off' && problem.symbol.toLowerCase() === `${router.symbol}.tls`.toLowerCase());
}

/** Another router serves the same rule with TLS there. */
function hasTwin(router: Router, entryPoint: EntryPoint, resolved: ResolvedGateway): boolean {
  return resolved.routing.listeners.some((listener) => listener.entryPoint.name === entryPoint.name && listener.tls.some((route) => route.ruleText === router.ruleText.value.text));
}

/** An entry point that sounds like HTTPS may have TLS of its own: nobody knows without the static configuration. */
function skipUnknown(context: LintContext): void {
  for (const gateway of context.gateways.filter((one) => !one.staticKnown)) {
    for (const router of gateway.resolved[0]?.gateway.routers ?? []) {
      if (router.tls !== undefined || router.entryPoints === 'default') continue;
      for (const use of router.entryPoints) if (/secure|https/i.test(use.value)) context.skip({ needs: 'static', subject: use.value, origin: use.origin });
    }
  }
}
