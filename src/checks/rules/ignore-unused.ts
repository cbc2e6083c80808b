import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';

const HEAD = ['services:', '  traefik:'] as const;
const REST = ['    command:', '      - --providers.docker.exposedbydefault=false', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro'] as const;

/** Found while ignores are applied (ignores.ts): a rule of its own, so that it has a page and a level. */
const rule: LintRule = {
  id: 'ignore-unused',
  meta: {
    summary: 'a comment that ignores nothing',
    why: 'A comment "# gateway-ignore RULE -- reason" silences a rule on its line or on the next one. One that no longer fits hides the next finding there; blocking findings cannot be silenced at all.',
    category: 'style',
    severity: 'warning',
    blocking: false,
    bad: [
      compose('nothing to ignore', ...HEAD, '    # gateway-ignore proxy-image-floating -- pinned by hand', '#                    ^^^^^^^^^^^^^^^^^^^^ ignore-unused', '    image: traefik:v3.7', ...REST),
      compose('no such rule', ...HEAD, '    image: traefik:latest  # gateway-ignore image-floating, proxy-image-floating -- a test machine', '#                                           ^^^^^^^^^^^^^^ ignore-unused', ...REST),
    ],
    good: [compose('a finding, and a reason', ...HEAD, '    # gateway-ignore proxy-image-floating -- a test machine', '    image: traefik:latest', ...REST)],
  },
  check: () => undefined,
};
export default rule;
