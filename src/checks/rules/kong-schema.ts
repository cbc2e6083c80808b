import { suggest } from '../../diagnostics/index.ts';
import type { KongFault, KongFile } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { replaceFix, withoutQuotes } from '../support/edits.ts';
import { kongFile, kongRoutes } from '../support/kong-examples.ts';
import { reportFound } from '../support/model.ts';
import { list } from '../support/words.ts';

const rule: LintRule = {
  id: 'kong-schema',
  meta: {
    summary: 'a declarative file that Kong refuses',
    why: 'A node without a database reads one file when it starts. A single field that it does not know, a value of the wrong type, a name used twice or a plugin option that is misspelt, and it does not start; through the Admin API the whole file is answered with 400 and the old configuration stays.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      kongRoutes('a misspelt field', '      - name: all', '        paths: [/]', '        strippath: false', '#       ^^^^^^^^^ kong-schema'),
      kongFile('a misspelt plugin option', 'plugins:', '  - name: rate-limiting', '    config:', '      minute: 5', '      polcy: local', '#     ^^^^^ kong-schema'),
      kongFile('a value that is not among the allowed ones', 'services:', '  - name: api', '    host: api', '    protocol: htps', '#             ^^^^ kong-schema'),
      kongFile('a service that is not there', 'routes:', '  - name: all', '    paths: [/]', '    service: apii', '#            ^^^^ kong-schema', 'services:', '  - name: api', '    url: http://api:8000'),
      kongFile('one key twice', 'services:', '  - name: api', '    url: http://api:8000', '    url: http://other:8000', '#   ^^^ kong-schema'),
      kongFile('one name twice', 'services:', '  - name: api', '    url: http://api:8000', '  - name: api', '#         ^^^ kong-schema', '    url: http://other:8000'),
    ],
    good: [kongRoutes('a file that starts', '      - name: all', '        paths: [/]', '        strip_path: false', '        plugins:', '          - name: rate-limiting', '            config:', '              minute: 5', '              policy: local')],
  },
  check(context) {
    for (const file of context.workspace.kongFiles ?? []) for (const fault of file.faults) report(fault, file, context);
  },
};
export default rule;

function report(fault: KongFault, file: KongFile, context: LintContext): void {
  const meant = suggest(fault.subject, fault.candidates);
  const wording = words(fault, meant);
  reportFound(context, {
    origin: withoutQuotes(context, fault.origin),
    ...followed(fault, file),
    symbol: symbolOf(fault, file),
    message: wording.message,
    ...(meant === undefined ? {} : { label: `did you mean "${meant}"?` }),
    why: fault.kind === 'key-twice' ? 'Kong 3.9 takes the file and drops the first value without a word' : `Kong 3.9 does not start with this file ("${fault.path === '' ? '' : `in '${fault.path}': `}${fault.says}")`,
    ...(fault.related === undefined ? {} : { related: [{ origin: fault.related, label: 'never read' }] }),
    ...(wording.help === undefined ? {} : { help: wording.help }),
    ...(meant === undefined ? {} : replaceFix(context, fault.origin, fault.subject, meant)),
  });
}

function symbolOf(fault: KongFault, file: KongFile): string {
  return `${file.source.path} ${fault.path} ${fault.says}`;
}

/** What an entity lacks may be what a misspelt field below it was meant to be. */
function followed(fault: KongFault, file: KongFile): { readonly follows?: string } {
  if (fault.kind !== 'value-invalid' && fault.kind !== 'field-missing') return {};
  const entity = fault.kind === 'field-missing' ? fault.path.slice(0, Math.max(0, fault.path.lastIndexOf('.'))) : fault.path;
  const cause = file.faults.find((other) => other.kind === 'field-unknown' && other.path.startsWith(`${entity}.`));
  return cause === undefined ? {} : { follows: `kong-schema ${symbolOf(cause, file)}` };
}

function words(fault: KongFault, meant: string | undefined): { readonly message: string; readonly help?: string } {
  const question = meant === undefined ? '' : `, did you mean "${meant}"?`;
  const allowed = fault.candidates.length === 0 ? undefined : `known here: ${list(fault.candidates, 'or')}`;
  const help = meant === undefined ? allowed : `write "${meant}"`;
  switch (fault.kind) {
    case 'yaml':
      return { message: `the file is not YAML: ${fault.says}` };
    case 'key-twice':
      return { message: `"${fault.subject}" stands twice here, and Kong reads the last one only`, help: 'remove one; what else is in the file is checked then' };
    case 'field-unknown':
      return { message: `"${fault.subject}" is not a field here${question}`, ...(help === undefined ? {} : { help }) };
    case 'field-missing':
      return { message: `the field "${fault.path.slice(fault.path.lastIndexOf('.') + 1)}" is missing`, help: 'add it' };
    case 'reference-unknown':
      return { message: `nothing is called "${fault.subject}"${question}`, ...(help === undefined ? {} : { help }) };
    case 'defined-twice':
      return { message: `"${fault.subject}" is declared twice`, help: 'give each a name of its own' };
    case 'plugin-unknown':
      if (fault.candidates.length === 0) return { message: `this node does not load the plugin "${fault.subject}"`, help: 'name it in KONG_PLUGINS, or "bundled"' };
      return { message: `there is no plugin "${fault.subject}"${question}`, help: help ?? 'a plugin of your own must be named in KONG_PLUGINS' };
    case 'value-invalid':
      return { message: `${fault.path === '' ? 'the file' : `"${field(fault.path)}"`} is refused: ${fault.says}${question}`, ...(help === undefined ? {} : { help }) };
  }
}

function field(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
