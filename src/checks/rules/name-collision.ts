import type { LintContext } from '../rule.ts';
import { containerSymbol } from '../../ir/index.ts';
import type { Container, Problem } from '../../ir/index.ts';
import { services } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { problemRule } from '../support/problem-rule.ts';
import type { Said } from '../support/problem-rule.ts';

const rule = problemRule(
  'name-collision',
  {
    summary: 'one name for two things',
    why: 'All containers of one proxy share their names. Two routers or middlewares of one name that differ anywhere are both deleted. Two services of one name are joined instead: requests for one app go to the other, half of them, without a word.',
    category: 'correctness',
    severity: 'error',
    blocking: false,
    bad: [
      services('two routers of one name', { blog: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`blog.example.com`)', '                     ^^^ name-collision'], shop: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`shop.example.com`)'] }),
      services('two apps in one pool', { blog: ['traefik.enable=true', 'traefik.http.routers.blog.rule=Host(`blog.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80', '                      ^^^ name-collision'], shop: ['traefik.enable=true', 'traefik.http.routers.shop.rule=Host(`shop.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80'] }),
    ],
    good: [
      services('names of their own', { blog: ['traefik.enable=true', 'traefik.http.routers.blog.rule=Host(`blog.example.com`)'], shop: ['traefik.enable=true', 'traefik.http.routers.shop.rule=Host(`shop.example.com`)'] }),
      services('two instances of one app, alike in every label', { blue: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.service=web', 'traefik.http.services.web.loadbalancer.server.port=80'], green: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.service=web', 'traefik.http.services.web.loadbalancer.server.port=80'] }),
    ],
  },
  ({ problem, versions }, context) => said(problem, versions, context),
);
export default rule;

function said(problem: Problem, versions: readonly string[], context: LintContext): Said | undefined {
  const kind = `${problem.ref?.protocol === 'http' ? '' : `${(problem.ref?.protocol ?? '').toUpperCase()} `}${problem.ref?.kind ?? 'name'}`;
  const owners = ownersOf(problem, context);
  const related = (problem.related ?? []).map((origin) => ({ origin, label: `the other "${problem.subject}"` }));
  const own = problem.container?.service;
  const elsewhere = { related, ...undeclared(owners, context), ...(own === undefined ? {} : { help: `rename one of them, for example to "${own}-${problem.subject}"` }) };
  const engine = `Traefik ${versions.join(' and ')}`;
  if (problem.kind === 'file-name-taken') return { message: `${kind} "${problem.subject}" is declared in another file too`, why: `${engine} keeps the one of the first file and skips this one`, related, help: 'rename one of them' };
  if (problem.kind === 'declared-twice') return { message: `${kind} "${problem.subject}" is declared in gateway.yaml and in labels`, label: 'declared here', why: 'neither of the two can be preferred', related, help: 'rename one of them, or remove it' };
  if (problem.kind === 'defined-twice') return { message: `${kind} "${problem.subject}" is defined twice, with different content`, label: 'defined here', why: `${engine} deletes both and serves neither ("${problem.engineSays ?? ''}")`, ...elsewhere };
  if (areInstances(owners)) return undefined;
  return { message: `${kind} "${problem.subject}" is defined by several Compose services`, label: 'defined here', why: `${engine} joins their servers: each app gets a share of the requests of the others`, ...elsewhere };
}

function ownersOf(problem: Problem, context: LintContext): readonly Container[] {
  const files = [problem.origin, ...(problem.related ?? [])].flatMap((origin) => context.origins.firstSpan(origin) ?? []);
  const key = `.${problem.ref?.kind ?? ''}s.${problem.subject}`.toLowerCase();
  return containersOf(context).filter((container) => {
    if (problem.container !== undefined && containerSymbol(container) === containerSymbol({ ...container, id: problem.container })) return true;
    return container.labels.some((label) => {
      const place = context.origins.firstSpan(label.origin);
      return place !== undefined && label.key.value.text.toLowerCase().includes(key) && files.some((file) => file.file === place.file && file.start >= place.start && file.end <= place.end);
    });
  });
}

/** Services whose labels are the same, word for word, are instances of one app. */
function areInstances(owners: readonly Container[]): boolean {
  const labels = owners.map((container) => container.labels.filter((label) => /^traefik\./i.test(label.key.value.text)).map((label) => `${label.key.value.text}=${label.value.value.text}`).sort().join('\n'));
  return labels.length > 1 && labels.every((text) => text === labels[0]);
}

/** Stacks that nobody declared to be of one proxy may well belong to two. */
function undeclared(owners: readonly Container[], context: LintContext): Pick<Said, 'severity'> {
  const stacks = new Set(owners.map((container) => container.id.stack));
  return stacks.size > 1 && context.declared === false ? { severity: 'info' } : {};
}
