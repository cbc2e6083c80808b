import { containerSymbol } from '../../ir/index.ts';
import type { Container, Router } from '../../ir/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { web } from '../support/examples.ts';
import { isProxy, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const rule: LintRule = {
  id: 'default-rule',
  meta: {
    summary: 'a router whose rule nobody wrote',
    why: 'A router without a rule gets the default one, the name of the service and its project as host. And a container that only declares middlewares is published all the same: under that default rule, on the port that Traefik picks.',
    category: 'suspicious',
    severity: 'info',
    blocking: false,
    bad: [
      web('a router without a rule', 'traefik.enable=true', 'traefik.http.routers.web.entrypoints=web', '                     ^^^ default-rule'),
      web('only middlewares, published all the same', 'traefik.enable=true', 'traefik.http.middlewares.gzip.compress=true', '^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ default-rule'.replace('^^^^^^^^^^^^^^^^^^^^^^^^^^^^^', '^'.repeat('traefik.http.middlewares.gzip.compress'.length))),
    ],
    good: [web('a rule', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.middlewares.gzip.compress=true')],
  },
  check: (context) => reportModel(context, (resolved, gateway) => {
    const bare = resolved.gateway.routers.filter(({ defaultRule }) => defaultRule);
    return bare.length === 0 || (gateway.staticKnown && configured(resolved)) ? [] : [...withoutRule(bare, resolved), ...unasked(bare, resolved, context)];
  }),
};
export default rule;

/** Who writes a default rule of their own means it. */
function configured(resolved: ResolvedGateway): boolean {
  const { proxy } = resolved.gateway;
  return proxy.static !== 'unknown' && proxy.static.places.has('providers.docker.defaultRule');
}

function withoutRule(bare: readonly Router[], resolved: ResolvedGateway): readonly ModelFinding[] {
  const written = writtenRouters(resolved);
  return bare.filter(({ symbol }) => written.has(symbol.toLowerCase())).map((router) => ({
    origin: router.origin,
    symbol: `${router.symbol} rule`,
    message: `router "${router.ref.name}" has no rule: it answers for ${router.ruleText.value.text}`,
    label: 'default rule',
    help: `add the label traefik.http.routers.${router.ref.name}.rule`,
  }));
}

/** The symbols of the routers that labels speak of. */
function writtenRouters(resolved: ResolvedGateway): ReadonlySet<string> {
  return new Set(resolved.gateway.labels.flatMap(({ container, label }) => {
    const key = /^traefik\.http\.routers\.[^.]+(?=\.)/.exec(label.key.value.text.toLowerCase())?.[0];
    return key === undefined ? [] : [`${containerSymbol(container)} ${key}`.toLowerCase()];
  }));
}

function unasked(bare: readonly Router[], resolved: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  const served = resolved.gateway.fates.flatMap(({ container, fate }) => {
    const label = fate.kind === 'served' ? onlyMiddlewares(container) : undefined;
    return label === undefined || isProxy(container, context) ? [] : [{ container, label }];
  });
  return served.flatMap(({ container, label }) => {
    const router = bare.find(({ symbol }) => symbol.startsWith(`${containerSymbol(container)} `));
    if (router === undefined) return [];
    return [{ origin: label.key.origin, symbol: `${containerSymbol(container)} unasked`, severity: 'warning' as const, message: `"${container.id.service}" only declares middlewares, and is published as ${router.ruleText.value.text}`, label: 'no router asked for', help: 'declare them on the container of the proxy, or in a file' }];
  });
}

function onlyMiddlewares(container: Container): Container['labels'][number] | undefined {
  const keys = container.labels.map((label) => ({ label, key: label.key.value.text.toLowerCase() }));
  if (keys.some(({ key }) => /^traefik\.(?:http|tcp|udp)\.(?:routers|services)\./.test(key))) return undefined;
  return keys.find(({ key }) => /^traefik\.(?:http|tcp)\.middlewares\./.test(key))?.label;
}
