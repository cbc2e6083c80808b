import { once } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { suggest } from '../../diagnostics/index.ts';
import { services } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { isUnknown, middlewaresOf, optionAt, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const LOGIN = (address: string): readonly string[] => ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', `traefik.http.middlewares.auth.forwardauth.address=${address}`];
const OTHER = ['traefik.enable=true', 'traefik.http.routers.login.rule=Host(`login.example.com`)'] as const;

const rule: LintRule = {
  id: 'upstream-unknown',
  meta: {
    summary: 'an address that no service of the stack has',
    why: 'Inside a Compose network a service is found by its name. A login service under a name that nobody has cannot be asked: every request ends in 500.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [services('a misspelt service', { login: OTHER, web: [...LOGIN('http://logn:9000/verify'), '                                                         ^^^^ upstream-unknown'] })],
    good: [services('a service of the stack', { login: OTHER, web: LOGIN('http://login:9000/verify') }), services('a host elsewhere', { web: LOGIN('https://login.example.com/verify') })],
  },
  check: (context) => reportModel(context, (resolved, { staticKnown }) => (staticKnown && isClosed(resolved, context) ? find(resolved, context) : [])),
};
export default rule;

/** A proxy in an external network may reach names of other stacks. */
function isClosed({ gateway: { proxy } }: ResolvedGateway, context: LintContext): boolean {
  const networks = proxy.container?.networks ?? [];
  return proxy.container !== undefined && proxy.container.networkMode === undefined && networks.every(({ external }) => !external) && context.workspace.stacks.length === 1;
}

function find(resolved: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  const names = once(() => new Set(containersOf(context).flatMap(({ id, containerName }) => [id.service, ...(containerName === undefined ? [] : [containerName.value.text])])));
  return middlewaresOf(resolved, 'forwardAuth').flatMap(({ middleware, spec }) => {
    const path = 'forwardAuth.address';
    const found = /^(https?:\/\/)([A-Za-z0-9_-]+)(?=[:/]|$)/.exec(spec.address);
    const [, scheme = '', host = ''] = found ?? [];
    // A name with a dot belongs to DNS, an alias to a network that is not in the model.
    if (host === '' || names().has(host) || isUnknown(middleware, path) || host === 'localhost' || hasAliases(context)) return [];
    const meant = suggest(host, names());
    return [{ origin: at(optionAt(middleware, path), scheme.length, host.length, context), symbol: `${middleware.symbol}.${path}`, message: `no service is called "${host}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`, label: 'not in this stack', help: meant === undefined ? 'write the name of a service' : `write "${meant}"` }];
  });
}

function at(origin: OriginId, from: number, length: number, context: LintContext): OriginId {
  return context.origins.slice(origin, from, from + length);
}

/** Names given to a service inside a network are only in the text. */
function hasAliases(context: LintContext): boolean {
  return [...context.files.values()].some(({ text }) => /^\s*(?:aliases|hostname|links|extra_hosts)\s*:/m.test(text));
}
