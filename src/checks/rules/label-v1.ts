import { findingName } from '../../diagnostics/index.ts';
import type { Diagnostic, Fix } from '../../diagnostics/index.ts';
import { oncePer } from '../../text/index.ts';
import { claimOf } from '../claims.ts';
import { engineDoes, problemsOf } from '../problems.ts';
import type { LintContext } from '../rule.ts';
import { replaceAt } from '../support/edits.ts';
import { compose, web } from '../support/examples.ts';
import { labelBySymbol } from '../support/labels.ts';
import type { OwnedLabel } from '../support/labels.ts';
import { versionOneIn } from '../support/proxies.ts';
import { problemRule } from '../support/problem-rule.ts';

const rule = problemRule(
  'label-v1',
  {
    summary: 'a label of Traefik 1',
    why: 'Traefik 2 and 3 ignore traefik.frontend.*, traefik.backend and traefik.port without a word. What remains is the default rule: the service answers under its container name, on a port that Traefik guesses.',
    category: 'correctness',
    severity: 'error',
    blocking: false,
    fix: 'unsafe',
    bad: [
      web('a rule in the old form', 'traefik.enable=true', 'traefik.frontend.rule=Host:a.example.com', '        ^^^^^^^^ label-v1'),
      web('the port in the old form', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.port=80', '        ^^^^ label-v1'),
    ],
    good: [
      compose('labels for the Traefik 1 of the stack', 'services:', '  traefik:', '    image: traefik:1.7', '    command: --docker', '  web:', '    image: example/web:1', '    labels:', '      - traefik.port=80', '      - traefik.frontend.rule=Host:a.example.com'),
      web('the same for Traefik 2 and 3', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80'),
    ],
  },
  ({ problem, versions }, context) => {
    const owned = labelBySymbol(context, problem.symbol);
    if (versionOneIn(context, owned?.container.id.stack) !== undefined) return undefined;
    const now = owned === undefined ? undefined : translate(owned);
    return {
      message: `"traefik.${problem.subject}" is a label of Traefik 1`,
      label: 'ignored since Traefik 2',
      why: `${engineDoes(versions, 'ignores')} it without a word; the default rule and a guessed port are used instead`,
      help: now === undefined ? 'routers and services have labels of their own since Traefik 2: traefik.http.routers.NAME.rule, traefik.http.services.NAME.loadbalancer.server.port' : `equivalent: ${now.key}=${now.value}`,
      ...(owned === undefined || now === undefined ? {} : fix(context, owned, now)),
      ...partOf(context, problem.symbol),
    };
  },
);
export default rule;

const heads = oncePer(headsOf);

/** The labels of one container are one mistake, told at its rule: that is the label that all others hang on. */
function partOf(context: LintContext, symbol: string): Pick<Diagnostic, 'follows'> {
  const head = heads(context).get(containerIn(symbol));
  return head === undefined || head === symbol ? {} : { follows: findingName({ rule: 'label-v1', symbol: head }) };
}

function headsOf(context: LintContext): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { problem, certain } of problemsOf(context, (one) => claimOf(one).rule === 'label-v1')) {
    const container = containerIn(problem.symbol);
    if (certain && (!found.has(container) || /^\S+ traefik\.frontend\.rule$/i.test(problem.symbol))) found.set(container, problem.symbol);
  }
  return found;
}

/** `shop/web` of `shop/web traefik.port`. */
function containerIn(symbol: string): string {
  return symbol.split(' ')[0] ?? symbol;
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

/** The labels that have one equivalent. */
function translate({ container, label }: OwnedLabel): Pair | undefined {
  const key = label.key.value.text.toLowerCase();
  const { text, holes } = label.value.value;
  if (holes.length > 0) return undefined;
  const name = container.id.service.replaceAll('.', '-');
  if (key === 'traefik.port' && /^\d+$/.test(text)) return { key: `traefik.http.services.${name}.loadbalancer.server.port`, value: text };
  if (key !== 'traefik.frontend.rule') return undefined;
  const parts = text.split(';').map(matcher);
  return parts.some((part) => part === undefined) ? undefined : { key: `traefik.http.routers.${name}.rule`, value: parts.join(' && ') };
}

const MATCHERS: Readonly<Record<string, string>> = { host: 'Host', path: 'Path', pathprefix: 'PathPrefix', pathprefixstrip: '' };

/** `Host:a,b`. Values with regular expressions are left to the user. */
function matcher(part: string): string | undefined {
  const found = /^\s*(\w+)\s*:\s*(.+?)\s*$/.exec(part);
  const name = MATCHERS[found?.[1]?.toLowerCase() ?? ''];
  const values = (found?.[2] ?? '').split(',').map((value) => value.trim());
  if (name === undefined || name === '' || values.some((value) => !/^[\w./-]+$/.test(value))) return undefined;
  const alternatives = values.map((value) => `${name}(\`${value}\`)`);
  return alternatives.length === 1 ? alternatives[0] : `(${alternatives.join(' || ')})`;
}

function fix(context: LintContext, { label }: OwnedLabel, now: Pair): { readonly fixes?: readonly Fix[] } {
  const key = replaceAt(context, label.key.origin, label.key.value.text, now.key);
  const value = replaceAt(context, label.value.origin, label.value.value.text, now.value);
  if (key === undefined || value === undefined) return {};
  return { fixes: [{ title: `write it as ${now.key}`, safety: 'unsafe', edits: key.start < value.start ? [key, value] : [value, key] }] };
}
