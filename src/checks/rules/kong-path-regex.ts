import type { KongRouteFacts } from '../../ir/index.ts';
import type { Sourced } from '../../text/index.ts';
import type { LintRule } from '../rule.ts';
import { replaceFix, withoutQuotes } from '../support/edits.ts';
import { kongRoutes } from '../support/kong-examples.ts';
import { reportFound } from '../support/model.ts';

const rule: LintRule = {
  id: 'kong-path-regex',
  meta: {
    summary: 'a pattern that Kong 3 takes for plain text',
    why: 'Since Kong 3 a path is a pattern only when it begins with "~". Without it every letter counts as itself: brackets and stars never stand in a request, and the route never answers.',
    category: 'correctness',
    severity: 'error',
    blocking: false,
    fix: 'unsafe',
    bad: [kongRoutes('brackets as text', '      - name: user', '        paths:', "          - '/user/[0-9]+'", '#            ^^^^^^^^^^^^ kong-path-regex')],
    good: [kongRoutes('a pattern with its mark', '      - name: user', '        paths:', "          - '~/user/[0-9]+'", '          - /files/a+b')],
  },
  check(context) {
    for (const file of context.workspace.kongFiles ?? []) {
      if (file.format === '1.1' || file.format === '2.1') continue;
      const refused = new Set(file.faults.map(({ origin }) => origin));
      for (const { route, path } of file.routes.flatMap((one) => plainPatterns(one))) {
        if (refused.has(path.origin)) continue;
        const origin = withoutQuotes(context, path.origin);
        reportFound(context, {
          origin,
          symbol: `${file.source.path} ${route.name} ${path.value}`,
          message: `"${path.value}" is plain text to Kong 3, not a pattern`,
          label: `did you mean "~${path.value}"?`,
          why: 'Kong 3.x compares it letter by letter: no usual request has these signs in its path, the route answers 404',
          help: `write "~${path.value}"`,
          ...replaceFix(context, origin, path.value, `~${path.value}`, 'unsafe'),
        });
      }
    }
  },
};
export default rule;

/** Paths that only make sense as patterns. */
function plainPatterns(route: KongRouteFacts): readonly { readonly route: KongRouteFacts; readonly path: Sourced<string> }[] {
  return route.paths.filter(({ value }) => value.startsWith('/') && /\[[^\]]+\][+*?]?|\([^)]*\)|\.[*+]|\\[dws]|\$$/.test(value)).map((path) => ({ route, path }));
}
