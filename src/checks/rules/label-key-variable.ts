import { containerSymbol } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';

const HEAD = ['services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:'] as const;

const rule: LintRule = {
  id: 'label-key-variable',
  meta: {
    summary: 'a variable that Compose does not replace',
    why: 'Compose puts variables into values, never into the keys of a mapping. In the list form the whole "key=value" is a value, so there it works. $(NAME) is the syntax of a shell and of make, not of Compose.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [
      compose('a variable in a mapping key', ...HEAD, '      traefik.http.routers.${NAME}.rule: Host(`a.example.com`)', '#                          ^^^^^^^ label-key-variable'),
      compose('the syntax of a shell', ...HEAD, '      - traefik.http.routers.web.rule=Host(`$(DOMAIN)`)', '#                                           ^^^^^^^^^ label-key-variable'),
    ],
    good: [compose('the list form', ...HEAD, '      - traefik.http.routers.${NAME:-web}.rule=Host(`a.example.com`)')],
  },
  check(context) {
    for (const container of containersOf(context)) {
      for (const label of container.labels.filter(({ key, value }) => (key.value.text.includes('$') || value.value.text.includes('$(')) && /^traefik\./i.test(key.value.text))) {
        const key = label.key.value;
        const inKey = key.holes.length > 0 ? null : /\$\{\w[^}]*\}|\$[A-Za-z_]\w*/.exec(key.text);
        const inValue = /\$\([A-Za-z_]\w*\)/.exec(label.value.value.text);
        const symbol = `${containerSymbol(container)} ${key.text}`;
        if (inKey !== null) reportFound(context, { origin: context.origins.slice(label.key.origin, inKey.index, inKey.index + inKey[0].length), symbol, message: `Compose does not replace "${inKey[0]}" in a mapping key`, label: 'stays as it is', help: 'write the labels as a list of "key=value"' });
        if (inValue !== null) reportFound(context, { origin: context.origins.slice(label.value.origin, inValue.index, inValue.index + inValue[0].length), symbol, message: `"${inValue[0]}" is no variable to Compose`, label: 'stays as it is', help: `write "\${${inValue[0].slice(2, -1)}}"` });
      }
    }
  },
};
export default rule;
