import { plural } from '../../diagnostics/summary.ts';
import type { Unjudged } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { compose, web } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import type { LintGateway } from '../support/model.ts';
import { list } from '../support/words.ts';

const rule: LintRule = {
  id: 'static-unknown',
  meta: {
    summary: "Traefik's own configuration is not known",
    why: 'Entry points, certificate resolvers and the default of exposedByDefault stand in the static configuration, which often lives beside another stack. Without it, names of these kinds are counted and not judged.',
    category: 'correctness',
    severity: 'note',
    blocking: false,
    bad: [compose('no proxy in sight', 'services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.routers.web.entrypoints=websecure', '#                                            ^^^^^^^^^ static-unknown')],
    good: [web('the proxy is part of the stack', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)')],
  },
  check(context) {
    for (const gateway of context.gateways.filter((one) => one.partial !== 'spec' && speaksTraefik(one))) {
      const items = (gateway.resolved[0]?.unjudged ?? []).filter(({ needs }) => needs === 'static' || needs === 'dynamic');
      for (const item of items) if (item.needs === 'static' || item.needs === 'dynamic') context.skip({ needs: item.needs, subject: `${WORDS[item.what] ?? item.what} ${item.name}`, origin: item.origin });
      note(context, gateway, items.filter(({ needs }) => needs === 'static'), 'static');
      note(context, gateway, items.filter(({ needs }) => needs === 'dynamic'), 'dynamic');
    }
  },
};
export default rule;

/** A stack without a single label is none of Traefik's business. */
function speaksTraefik(gateway: LintGateway): boolean {
  return (gateway.resolved[0]?.gateway.fates ?? []).some(({ container }) => container.labels.some((label) => /^traefik\./i.test(label.key.value.text)));
}

const WORDS: Readonly<Record<string, string>> = { entryPoint: 'entry point', exposedByDefault: 'exposedByDefault for', resolver: 'certificate resolver', plugin: 'plugin', middleware: 'middleware', service: 'service', transport: 'serversTransport', tlsOptions: 'TLS option set' };

/** One note for each fact that is missing. */
function note(context: LintContext, gateway: LintGateway, items: readonly Unjudged[], fact: 'static' | 'dynamic'): void {
  const named = items.filter(({ what }) => what !== 'exposedByDefault' && WORDS[what] !== undefined);
  const at = named[0] ?? items[0];
  if (at === undefined) return;
  const kinds = [...new Set(named.map(({ what }) => WORDS[what] ?? what))];
  const examples = kinds.length === 0 ? '' : `: ${kinds.map((kind) => `${kind} ${list(named.filter(({ what }) => WORDS[what] === kind).map(({ name }) => name))}`).join(', ')}`;
  reportFound(context, {
    origin: at.origin,
    symbol: `${gateway.name} ${fact}`,
    severity: 'note',
    message: `${fact === 'static' ? "Traefik's static configuration is not known" : "the files of Traefik's file provider are not known"}: ${plural(items.length, 'check')} not made${examples}`,
    help: fact === 'static' ? 'name it with --static FILE or once in gateway.config.yaml, or lint the stack of the proxy too' : 'name them with --dynamic PATH',
  });
}
