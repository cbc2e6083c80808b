import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';

/** Options whose written value is the default. */
const DEFAULTS: readonly (readonly [RegExp, RegExp])[] = [
  [/\.loadbalancer\.passhostheader$/i, /^(?:true|1|t)$/i],
  [/^traefik\.http\.services\.[^.]+\.loadbalancer\.server\.scheme$/i, /^http$/],
  [/^traefik\.(?:http|tcp)\.routers\.[^.]+\.priority$/i, /^0$/],
  [/\.redirect(?:scheme|regex)\.permanent$/i, /^(?:false|0|f)$/i],
  [/\.basicauth\.removeheader$/i, /^(?:false|0|f)$/i],
];

/** All of those values: most labels have another, and values are looked at in less time than keys. */
const STANDARD = /^(?:true|1|t|http|0|false|f)$/i;

const rule: LintRule = {
  id: 'label-redundant',
  meta: {
    summary: 'a label that says what holds anyway',
    why: 'The value is the default of the option. It does no harm; one line less is one line less to read.',
    category: 'style',
    severity: 'info',
    blocking: false,
    bad: [web('the default, written out', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80', 'traefik.http.services.web.loadbalancer.passhostheader=true', '                                                      ^^^^ label-redundant')],
    good: [web('another value', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80', 'traefik.http.services.web.loadbalancer.passhostheader=false')],
  },
  check(context) {
    for (const container of containersOf(context)) {
      for (const { key, value } of container.labels) {
        if (!STANDARD.test(value.value.text) || !DEFAULTS.some(([option, standard]) => standard.test(value.value.text) && option.test(key.value.text))) continue;
        reportFound(context, { origin: value.origin, symbol: `${containerSymbol(container)} ${key.value.text}`, message: `"${value.value.text}" is the default`, label: 'holds anyway', help: 'the label can go' });
      }
    }
  },
};
export default rule;
