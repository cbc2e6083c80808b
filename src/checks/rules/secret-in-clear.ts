import { containerSymbol } from '../../ir/index.ts';
import type { Container } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';

const rule: LintRule = {
  id: 'secret-in-clear',
  meta: {
    summary: 'a secret written into the Compose file',
    why: 'A Compose file is copied, committed and shared. A password in it is known to everybody who has ever seen the file; a variable or a Docker secret keeps it apart.',
    category: 'security',
    severity: 'info',
    blocking: false,
    bad: [compose('a password', 'services:', '  db:', '    image: postgres:17', '    environment:', '      POSTGRES_PASSWORD: hunter2', '#                        ^^^^^^^ secret-in-clear')],
    good: [
      compose('a variable', 'services:', '  db:', '    image: postgres:17', '    environment:', '      POSTGRES_PASSWORD: ${DB_PASSWORD:-}'),
      compose('a file', 'services:', '  db:', '    image: postgres:17', '    environment:', '      POSTGRES_PASSWORD_FILE: /run/secrets/db'),
    ],
  },
  check(context) {
    const files = new Set(context.workspace.stacks.flatMap((stack) => stack.files));
    for (const container of containersOf(context)) for (const entry of container.environment) checkEntry(context, container, entry, files);
  },
};
export default rule;

const SECRET = /(?:^|_)(?:PASSWORD|PASSWD|PASS|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|SECRET_?KEY|ACCESS_?KEY)$/i;

/** The value itself is never part of a message. */
function checkEntry(context: LintContext, container: Container, entry: Container['environment'][number], files: ReadonlySet<string>): void {
  const { name, value, origin } = entry;
  const span = context.origins.firstSpan(origin);
  if (!SECRET.test(name) || value === undefined || value.text === '' || value.holes.length > 0 || (value.from ?? []).length > 0) return;
  if (span === undefined || !files.has(span.file) || /^(?:true|false|yes|no|\d{1,3})$/i.test(value.text) || value.text.startsWith('/')) return;
  reportFound(context, {
    origin: valueOrigin(context, span, value.text),
    symbol: `${containerSymbol(container)} ${name}`,
    message: `the value of "${name}" is written in clear`,
    label: 'a secret?',
    help: `take it from a variable: \${${name}}`,
  });
}

/** The last part of the entry, where the value stands letter by letter. */
function valueOrigin(context: LintContext, span: { readonly file: string; readonly start: number; readonly end: number }, value: string): Parameters<LintContext['origins']['get']>[0] {
  const text = context.files.get(span.file)?.text.slice(span.start, span.end) ?? '';
  const at = text.lastIndexOf(value);
  return at === -1 ? context.origins.span(span.file, span.start, span.end) : context.origins.span(span.file, span.start + at, span.start + at + value.length);
}
