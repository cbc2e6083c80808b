import { containerSymbol } from '../../ir/index.ts';
import type { Container, RawLabel } from '../../ir/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { onV2, web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

interface Old {
  readonly pattern: RegExp;
  readonly better?: string;
  readonly help: string;
}

/** The last group of each pattern is the part to look at. */
const OLD: readonly Old[] = [
  { pattern: /^(traefik\.(?:http|tcp)\.middlewares\.[^.]+\.)(ipwhitelist)(?=\.)/i, better: 'ipallowlist', help: 'the option has a new name: ipAllowList' },
  { pattern: /^(traefik\.http\.middlewares\.[^.]+\.stripprefix\.)(forceslash)$/i, help: 'remove the label: the slash is always put in front' },
  { pattern: /^(traefik\.(?:http|tcp)\.routers\.[^.]+\.)(rulesyntax)$/i, help: 'write the rule in the syntax of Traefik 3 and remove the label' },
];
/** Every key that one of them fits: nearly none does, and each is asked. */
const ANY = /^traefik\.(?:http|tcp)\.(?:routers|middlewares)\.[^.]+\.(?:ipwhitelist\.|stripprefix\.forceslash$|rulesyntax$)/i;
const SWARM: Old = { pattern: /^(traefik\.)(docker)(?=\.)/i, better: 'swarm', help: 'the Swarm provider reads traefik.swarm' };

const rule: LintRule = {
  id: 'option-deprecated',
  meta: {
    summary: 'an option that still works and will go',
    why: 'Traefik 3 takes these options and warns in its log; a later version refuses them, and an unknown option loses the whole container.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    fix: 'safe',
    needs: ['version'],
    bad: [
      web('the old name of the allow list', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=lan', 'traefik.http.middlewares.lan.ipwhitelist.sourcerange=10.0.0.0/8', '                             ^^^^^^^^^^^ option-deprecated'),
      web('the rule syntax of a single router', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.rulesyntax=v3', '                         ^^^^^^^^^^ option-deprecated'),
    ],
    good: [onV2(web('the only name on Traefik 2', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=lan', 'traefik.http.middlewares.lan.ipwhitelist.sourcerange=10.0.0.0/8'))],
  },
  check: (context) => reportModel(context, (resolved) => (resolved.version === '2.11' ? [] : resolved.gateway.labels.flatMap(({ container, label }) => ofLabel(container, label, readsDeploy(resolved), context)))),
};
export default rule;

function readsDeploy({ gateway: { proxy } }: ResolvedGateway): boolean {
  return proxy.static !== 'unknown' && proxy.static.docker?.swarm === true;
}

function ofLabel(container: Container, label: RawLabel, deploy: boolean, context: LintContext): readonly ModelFinding[] {
  const key = label.key.value.text;
  const swarm = deploy && label.place === 'deploy';
  if (!swarm && !ANY.test(key)) return [];
  return [...OLD, ...(swarm ? [SWARM] : [])].flatMap(({ pattern, better, help }) => {
    const [, before = '', part = ''] = pattern.exec(key) ?? [];
    if (part === '') return [];
    const origin = context.origins.slice(label.key.origin, before.length, before.length + part.length);
    return [{
      origin,
      symbol: `${containerSymbol(container)} ${key}`,
      message: `"${part}" is deprecated${better === undefined ? '' : `, the name is "${better}" now`}`,
      label: better === undefined ? 'will go' : `write "${better}"`,
      help,
      ...(better === undefined ? {} : replaceFix(context, origin, part, better)),
    }];
  });
}
