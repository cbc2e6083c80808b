import { plural } from '../../diagnostics/summary.ts';
import type { Stack } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { list } from '../support/words.ts';

const rule: LintRule = {
  id: 'var-unset',
  meta: {
    summary: 'variables without a value',
    why: 'A variable that neither .env nor --var gives a value stays unknown: nothing is said about what it stands in, and nothing is guessed.',
    category: 'correctness',
    severity: 'note',
    blocking: false,
    bad: [compose('nobody says what DOMAIN is', 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.web.rule=Host(`${DOMAIN}`)', '#                                           ^^^^^^^^^ var-unset')],
    good: [compose('a default', 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.web.rule=Host(`${DOMAIN:-a.example.com}`)')],
  },
  check(context) {
    for (const { name, unset } of context.workspace.stacks) note(context, `the stack "${name}"`, `${name} variables`, unset);
    for (const { file } of context.gateways) if (file !== undefined) note(context, file.path, `${file.path} variables`, file.unset);
  },
};
export default rule;

/** One note for a stack or file, at the first place. */
function note(context: LintContext, owner: string, symbol: string, unset: Stack['unset']): void {
  const [first] = unset;
  const origin = first?.origins[0];
  if (first === undefined || origin === undefined) return;
  const names = unset.map(({ name }) => name);
  for (const { name, origins } of unset) for (const place of origins) context.skip({ needs: 'variables', subject: name, origin: place });
  reportFound(context, {
    origin,
    symbol,
    severity: 'note',
    message: `${plural(names.length, 'variable')} of ${owner} ${names.length === 1 ? 'has' : 'have'} no value: ${list(names)}`,
    why: 'what they stand in is not judged',
    help: 'give them values with .env, --env-file or --var NAME=VALUE',
  });
}
