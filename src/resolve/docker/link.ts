import { containerSymbol } from '../../ir/index.ts';
import type { Problem, Protocol } from '../../ir/index.ts';
import type { Text } from '../../text/index.ts';
import { quoted } from '../names.ts';
import { emptyObject, textLeaf, withEntry } from '../tree.ts';
import { textAt } from '../../traefik-config/tree.ts';
import type { Declared } from '../types.ts';
import { defaultRule } from './default-rule.ts';
import { linked } from './fragment.ts';
import { implicit, labelMap, type Job, type ProviderContext } from './job.ts';
import { containerName } from './servers.ts';

/** BuildRouterConfiguration and its TCP and UDP kin: default router, default rule, link to the only service. */
export function linkRouters(protocol: Protocol, routers: readonly Declared[], services: readonly Declared[], job: Job, context: ProviderContext): readonly Declared[] {
  const out: Declared[] = [];
  for (const router of routers.length > 0 || protocol !== 'http' ? routers : defaultRouter(services, job, context)) {
    const ruled = protocol === 'udp' || textAt(router.node, 'rule') !== '' ? router : protocol === 'http' ? withDefaultRule(router, job, context) : withoutRule(router, context);
    if (ruled === undefined) continue;
    const found = textAt(ruled.node, 'service') !== '' ? ruled : linkOne(ruled, services, context);
    if (found !== undefined) out.push(found);
  }
  return out;
}

function defaultRouter(services: readonly Declared[], job: Job, context: ProviderContext): readonly Declared[] {
  if (services.length <= 1) {
    const origin = context.origins.derived('the default router of the container', [job.container.origin]);
    return [implicit({ protocol: 'http', kind: 'router', name: job.name, namespace: context.settings.namespace }, emptyObject(origin), job)];
  }
  context.problems.report(`too-many-services|${containerSymbol(job.container)}`, {
    kind: 'too-many-services',
    origin: services[0]?.origin ?? job.container.origin,
    subject: job.container.id.service,
    candidates: services.map(({ ref }) => ref.name),
    engineSays: 'Could not create a router for the container: too many services',
    loss: 'router',
    container: job.container.id,
    related: services.slice(1).map(({ origin }) => origin),
    symbol: containerSymbol(job.container),
  });
  return [];
}

function withDefaultRule(router: Declared, job: Job, context: ProviderContext): Declared | undefined {
  const model = { name: job.name, containerName: containerName(job.container), labels: ruleLabels(job) };
  const made = defaultRule(context.settings.defaultRule, model);
  if (made.kind === 'unknown') {
    context.note({ needs: 'engine', what: 'defaultRule', name: router.ref.name, origin: router.origin, symbol: router.symbol });
    return undefined;
  }
  if (made.kind === 'fails' || made.rule.text === '') {
    const failed = made.kind === 'fails' ? { engineSays: 'Error while parsing default rule', hint: 'template' as const } : { engineSays: 'Undefined rule' };
    context.problems.report(`rule-empty|${router.symbol}`, { kind: 'rule-empty', origin: router.origin, subject: router.ref.name, ...failed, loss: 'router', ref: router.ref, container: job.container.id, symbol: router.symbol }, [router.ref]);
    return undefined;
  }
  const origin = context.origins.derived('the default rule', [router.origin]);
  return { ...router, node: withEntry(router.node, 'rule', textLeaf(made.rule, origin)), defaultRule: true };
}

/** Compose adds labels of its own to each container. */
function ruleLabels(job: Job): ReadonlyMap<string, Text> {
  const map = new Map(labelMap(job.labels));
  if (job.container.live === undefined) {
    map.set('com.docker.compose.project', { text: job.container.id.stack, holes: [] });
    map.set('com.docker.compose.service', { text: job.container.id.service, holes: [] });
  }
  return map;
}

function withoutRule(router: Declared, context: ProviderContext): undefined {
  context.problems.report(`rule-empty|${router.symbol}`, { kind: 'rule-empty', origin: router.origin, subject: router.ref.name, engineSays: 'Empty rule', loss: 'router', ref: router.ref, ...containerId(router), symbol: router.symbol }, [router.ref]);
  return undefined;
}

function containerId(router: Declared): Pick<Problem, 'container'> {
  return router.container === undefined ? {} : { container: router.container.id };
}

function linkOne(router: Declared, services: readonly Declared[], context: ProviderContext): Declared | undefined {
  const [only, ...more] = services;
  if (only === undefined) return router;
  if (more.length === 0) return linked(router, only.ref.name);
  const names = services.map(({ ref }) => ref.name);
  context.problems.report(`router-service-ambiguous|${router.symbol}`, {
    kind: 'router-service-ambiguous',
    origin: router.origin,
    subject: router.ref.name,
    candidates: names,
    engineSays: `Router ${router.ref.name} cannot be linked automatically with multiple Services: [${names.map(quoted).join(' ')}]`,
    loss: 'router',
    ref: router.ref,
    ...containerId(router),
    related: services.map(({ origin }) => origin),
    symbol: router.symbol,
  }, [router.ref]);
  return undefined;
}
