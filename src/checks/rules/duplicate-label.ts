import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';

const rule: LintRule = {
  id: 'duplicate-label',
  meta: {
    summary: 'one label twice in a list',
    why: 'Compose keeps the last entry of a list and drops the earlier one without a word. Often the second line was copied and only half changed.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [web('two rules for one router', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', '^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ duplicate-label', 'traefik.http.routers.web.rule=Host(`b.example.com`)')],
    good: [web('each label once', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)')],
  },
  check(context) {
    for (const container of containersOf(context)) {
      for (const label of container.shadowedLabels ?? []) {
        const winner = container.labels.find((one) => one.key.value.text === label.key.value.text && one.place === label.place);
        if (!/^traefik\./i.test(label.key.value.text) || winner?.value.value.text === label.value.value.text) continue;
        reportFound(context, {
          origin: label.origin,
          symbol: `${containerSymbol(container)} ${label.key.value.text}`,
          message: `"${label.key.value.text}" is written twice, with another value`,
          label: 'dropped by Compose',
          ...(label.overriddenBy === undefined ? {} : { related: [{ origin: label.overriddenBy, label: 'this one counts' }] }),
          help: 'remove one of the two, or give the second router a name of its own',
        });
      }
    }
  },
};
export default rule;
