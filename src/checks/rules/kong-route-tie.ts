import type { KongFile, KongRouteFacts } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { kongRoutes } from '../support/kong-examples.ts';
import { reportFound } from '../support/model.ts';

const rule: LintRule = {
  id: 'kong-route-tie',
  meta: {
    summary: 'two Kong routes for the same requests',
    why: 'Two routes with the same conditions and the same priority have no order of their own. Kong 3 takes the one whose id is greater, and without a database ids are made from names: renaming a route changes who answers.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [kongRoutes('the same conditions twice', '      - name: one', '        hosts: [a.example.com]', '        paths: [/x]', '      - name: two', '#             ^^^ kong-route-tie', '        paths: [/x]', '        hosts: [A.example.com]')],
    good: [kongRoutes('apart by method', '      - name: one', '        paths: [/x]', '        methods: [GET]', '      - name: two', '        paths: [/x]', '        methods: [POST]')],
  },
  check(context) {
    for (const file of context.workspace.kongFiles ?? []) checkFile(file, context);
  },
};
export default rule;

function checkFile(file: KongFile, context: LintContext): void {
  const seen = new Map<string, KongRouteFacts>();
  for (const route of file.routes) {
    for (const key of keysOf(route)) {
      const other = seen.get(key);
      if (other === undefined) seen.set(key, route);
      else if (other !== route) {
        reportFound(context, { origin: route.origin, symbol: `${file.source.path} route ${route.name} tie ${other.name}`, message: `route "${route.name}" has the same conditions and priority as "${other.name}"`, label: 'who answers depends on the names', related: [{ origin: other.origin, label: 'the other route' }], help: 'take one out, or set them apart by a condition or a priority' });
        break;
      }
    }
  }
}

/** All that decides, one key for each path. */
function keysOf(route: KongRouteFacts): readonly string[] {
  const { hosts, methods, snis, headers, protocols } = route;
  const shared = [hosts, methods, snis, headers, protocols, route.priority?.value ?? 0, route.regexPriority?.value ?? 0];
  if (route.expression !== undefined) return [JSON.stringify([route.expression.value, route.priority?.value ?? 0])];
  if (route.paths.length === 0 && hosts.length + methods.length + snis.length + headers.length === 0) return [];
  return (route.paths.length === 0 ? [''] : route.paths.map(({ value }) => value)).map((path) => JSON.stringify([path, ...shared]));
}
