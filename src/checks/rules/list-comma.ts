import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { middlewaresOf, optionAt, reportModel } from '../support/model.ts';

const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m'] as const;

const rule: LintRule = {
  id: 'list-comma',
  meta: {
    summary: 'a pattern that is cut at its comma',
    why: 'An option that takes a list is split at every comma, also inside a pattern: {2,3} becomes two patterns, neither of them the one that was written.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [web('a count with a comma', ...LABELS, 'traefik.http.middlewares.m.stripprefixregex.regex=^/v[0-9]{1,2}', '                                                  ^^^^^^^^^^ list-comma')],
    good: [web('two patterns', ...LABELS, 'traefik.http.middlewares.m.stripprefixregex.regex=^/v[0-9]{2},^/x')],
  },
  check: (context) =>
    reportModel(context, (resolved) => [
      ...middlewaresOf(resolved, 'stripPrefixRegex').flatMap(({ middleware, spec }) => cut(middleware, spec.regex, 'stripPrefixRegex.regex')),
      ...middlewaresOf(resolved, 'headers').flatMap(({ middleware, spec }) => cut(middleware, spec.accessControlAllowOriginListRegex, 'headers.accessControlAllowOriginListRegex')),
    ]),
};
export default rule;

type Owner = Parameters<typeof optionAt>[0] & { readonly symbol: string };

function cut(owner: Owner, items: readonly string[], path: string): readonly { readonly origin: ReturnType<typeof optionAt>; readonly symbol: string; readonly message: string; readonly label: string; readonly help: string }[] {
  return items.flatMap((item, index) => {
    const at = `${path}[${String(index)}]`;
    if (!/\{\d*$/.test(item) || !/^\d*\}/.test(items[index + 1] ?? '')) return [];
    return [{ origin: optionAt(owner, at), symbol: `${owner.symbol}.${at}`, message: `the pattern ends at its comma: "${item}"`, label: 'cut here', help: 'write the pattern without a comma, or in a file of the file provider' }];
  });
}
