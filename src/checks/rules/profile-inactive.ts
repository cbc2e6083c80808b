import { plural } from '../../diagnostics/summary.ts';
import type { Container, Stack } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { list } from '../support/words.ts';

const WEB = ['services:', '  web:', '    image: example/web:1', '    expose: ["80"]', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;

const rule: LintRule = {
  id: 'profile-inactive',
  meta: {
    summary: 'labels of services that only start with a profile',
    why: 'Compose leaves a service with profiles out unless one of them is asked for. Which are used on the machine is not written in the file, so the labels of these services are not judged.',
    category: 'correctness',
    severity: 'note',
    blocking: false,
    needs: ['variables'],
    bad: [compose('a service for one profile', ...WEB, '  debug:', '# ^^^^^ profile-inactive', '    image: example/debug:1', '    profiles: [tools]', '    labels:', '      - traefik.http.routers.debug.rule=Host(`b.example.com`)')],
    good: [compose('without profiles', ...WEB), compose('a helper without labels', ...WEB, '  migrate:', '    image: example/web:1', '    profiles: [tools]')],
  },
  check: (context) => context.workspace.stacks.forEach((stack) => note(stack, context)),
};
export default rule;

function note({ name, inactive = [] }: Stack, context: LintContext): void {
  const silent = inactive.filter(hasLabels);
  const [first] = silent;
  if (first === undefined) return;
  for (const { id, origin } of silent) context.skip({ needs: 'variables', subject: `service ${id.service}`, origin });
  const profiles = [...new Set(silent.flatMap((container) => container.profiles))];
  reportFound(context, {
    origin: first.origin,
    symbol: `${name} profiles`,
    severity: 'note',
    message: `${plural(silent.length, 'service')} with labels ${silent.length === 1 ? 'starts' : 'start'} only with a profile: ${list(profiles, 'or')}`,
    why: 'without one Compose does not create them, and their labels are not judged',
    help: `ask for it: --var COMPOSE_PROFILES=${/^[\w.-]+$/.test(profiles[0] ?? '') ? (profiles[0] ?? '') : 'NAME'}, or * for all`,
  });
}

function hasLabels(container: Container): boolean {
  return container.labels.some(({ key }) => /^traefik\./i.test(key.value.text));
}
