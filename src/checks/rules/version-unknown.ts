import { plural } from '../../diagnostics/summary.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { compose, web } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { versionOneIn } from '../support/proxies.ts';
import type { LintGateway } from '../support/model.ts';
import { problemsOf, versionsText } from '../problems.ts';
import { claimOf } from '../claims.ts';

const rule: LintRule = {
  id: 'version-unknown',
  meta: {
    summary: "Traefik's version is not known, and it matters",
    why: 'Traefik 2 and 3 read rules and options differently. Where the version is not known only what is wrong in both is reported; what is wrong in one of them is counted.',
    category: 'correctness',
    severity: 'note',
    blocking: false,
    bad: [compose('a rule of Traefik 2, for whichever version', 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.web.rule=Host(`a.example.com`,`b.example.com`)', '#                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ version-unknown')],
    good: [
      compose('right in both', 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'),
      web('a version is known', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)'),
    ],
  },
  check(context) {
    for (const { name } of context.workspace.stacks) old(context, name);
    for (const gateway of context.gateways) if (!gateway.versionKnown && gateway.resolved.length > 1) note(context, gateway);
  },
};
export default rule;

/** A stack of Traefik 1 is read for what it has in common with the later ones: hardly anything. */
function old(context: LintContext, stack: string): void {
  const proxy = versionOneIn(context, stack);
  if (proxy === undefined) return;
  reportFound(context, {
    origin: proxy.image?.origin ?? proxy.origin,
    symbol: `${stack} version`,
    severity: 'note',
    message: `"${proxy.id.service}" is Traefik 1: its flags and labels are not judged`,
    help: 'to see what a later one would make of them: --source-version traefik=3.7',
  });
}

function note(context: LintContext, gateway: LintGateway): void {
  const open = problemsOf({ ...context, gateways: [gateway] }, (problem) => claimOf(problem).severity === 'error').filter(({ certain }) => !certain);
  const [first] = open;
  if (first === undefined) return;
  reportFound(context, {
    origin: first.problem.origin,
    symbol: `${gateway.name} version`,
    severity: 'note',
    message: `Traefik's version is not known: ${plural(open.length, 'place')} ${open.length === 1 ? 'is' : 'are'} wrong in one of its versions only`,
    label: versionsText(first.versions),
    help: 'say which one it is: --source-version traefik=3.7',
  });
}
