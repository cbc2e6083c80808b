import type { LintRule } from '../rule.ts';
import type { ModelFinding } from '../support/model.ts';
import { web } from '../support/examples.ts';
import { isUnknown, middlewaresOf, optionAt, reportModel } from '../support/model.ts';
import type { HeadersSpec, Middleware } from '../../ir/index.ts';
import { encodeUtf8 } from '../../rule-lang/index.ts';
import { isFieldValue, isToken } from '../../text/index.ts';

const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m'] as const;

const rule: LintRule = {
  id: 'header-invalid',
  meta: {
    summary: 'a header whose name or value cannot be sent',
    why: 'Go refuses to send a request with such a header: each request of the router gets 500, and nothing tells it from a broken service. In answers the header is left out, or its line breaks become blanks. A YAML block (`|`) ends its text with a line break.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [web('a blank in the name', ...LABELS, 'traefik.http.middlewares.m.headers.customrequestheaders.X Token=abc', '                                                                ^^^ header-invalid')],
    good: [web('a name of letters and hyphens', ...LABELS, 'traefik.http.middlewares.m.headers.customrequestheaders.X-Token=abc')],
  },
  check: (context) =>
    reportModel(context, (resolved) => middlewaresOf(resolved, 'headers').flatMap(({ middleware, spec }) => [
      ...badFields(middleware, spec, 'customRequestHeaders', 'every request gets 500'),
      ...badFields(middleware, spec, 'customResponseHeaders', 'not sent like this'),
    ])),
};
export default rule;

function badFields(middleware: Middleware, spec: HeadersSpec, option: 'customRequestHeaders' | 'customResponseHeaders', label: string): readonly ModelFinding[] {
  return Object.entries(spec[option]).flatMap(([name, value]) => {
    const path = `headers.${option}.${name}`;
    const isName = isToken(name);
    if ((isName && isFieldValue(encodeUtf8(value))) || value === '' || isUnknown(middleware, path)) return [];
    return [{
      origin: optionAt(middleware, path),
      symbol: `${middleware.symbol}.${path}`,
      message: isName ? `the value of "${name}" holds a control character` : `"${name}" is no name of a header`,
      label,
      help: isName ? 'take the line break out; in a YAML block write "|-" or quotes' : 'a name takes letters, digits and hyphens, no blanks',
    }];
  });
}
