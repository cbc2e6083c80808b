import { LARGEST_REGEX_PRIORITY, type KongFile, type KongRouteFacts } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { kongRoutes } from '../support/kong-examples.ts';
import { reportFound } from '../support/model.ts';

const rule: LintRule = {
  id: 'kong-order-interference',
  meta: {
    summary: 'an order of routes that is not what it looks like',
    why: 'In the classic router a pattern beats every plain path of the same number of conditions, so a route that has both stands in two places of the order at once. regex_priority only counts for patterns. The default router adds it up as a number of 32 bits: from 1024 on, and below 0, it spills into the bits that stand for the number of conditions, and above 8191 it begins anew at 0.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [
      kongRoutes('a pattern and a plain path in one route', '      - name: mixed', '        paths:', '          - /v1', '          - ~/v1/[a-z]+$', '#           ^^^^^^^^^^^^ kong-order-interference'),
      kongRoutes('a priority without a pattern', '      - name: plain', '        paths: [/v1]', '        regex_priority: 10', '#                       ^^ kong-order-interference'),
      kongRoutes('a priority out of its bits', '      - name: huge', '        paths: [~/v1/x$]', '        regex_priority: 10000', '#                       ^^^^^ kong-order-interference'),
    ],
    good: [kongRoutes('patterns and plain paths apart', '      - name: patterns', '        paths: [~/v1/x$]', '        regex_priority: 5', '      - name: plain', '        paths: [/v1]')],
  },
  check(context) {
    for (const file of context.workspace.kongFiles ?? []) {
      if (file.flavour !== 'expressions') for (const route of file.routes) checkRoute(route, file, context);
    }
  },
};
export default rule;

function checkRoute(route: KongRouteFacts, file: KongFile, context: LintContext): void {
  const symbol = `${file.source.path} route ${route.name}`;
  const pattern = route.paths.find(({ value }) => value.startsWith('~'));
  const plain = route.paths.find(({ value }) => !value.startsWith('~'));
  const priority = route.regexPriority;
  if (pattern !== undefined && plain !== undefined) {
    reportFound(context, { origin: pattern.origin, symbol: `${symbol} mixed`, message: `route "${route.name}" has patterns and plain paths: they stand in different places of the order`, label: 'beats every plain path', related: [{ origin: plain.origin, label: 'the plain path' }], help: 'write the plain paths into a route of their own' });
  }
  if (priority === undefined || priority.value === 0) return;
  if (pattern === undefined) {
    reportFound(context, { origin: priority.origin, symbol: `${symbol} unused priority`, message: `regex_priority has no effect: route "${route.name}" has no pattern`, label: 'not read', help: 'remove it; the longer plain path wins by itself' });
  } else if (file.flavour !== 'traditional' && (priority.value < 0 || priority.value > LARGEST_REGEX_PRIORITY)) {
    reportFound(context, { origin: priority.origin, symbol: `${symbol} overflow`, message: `regex_priority ${String(priority.value)} is outside 0 to ${String(LARGEST_REGEX_PRIORITY)} and changes what other bits of the order mean`, help: 'number the patterns from 0 upwards' });
  }
}
