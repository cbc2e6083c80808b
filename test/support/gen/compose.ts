import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { printRule } from './rules.ts';
import type { GatewaySpec, MiddlewareSpec, Options, RouterSpec, ServiceSpec } from './spec.ts';

/** A gateway as a folder of the case table: `compose.yaml` and `requests.yaml`. */
export function writeCase(folder: string, spec: GatewaySpec, requests: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'compose.yaml'), composeText(spec));
  writeFileSync(join(folder, 'requests.yaml'), stringify({ static: spec.profile, requests }, { lineWidth: 0 }));
}

export function composeText(spec: GatewaySpec): string {
  return stringify({ name: 'case', services: Object.fromEntries(spec.services.map((service) => [service.name, composeService(service, spec)])) }, { lineWidth: 0 });
}

function composeService(service: ServiceSpec, spec: GatewaySpec): unknown {
  return {
    image: `example/${service.name}:1`,
    expose: [service.alive ? '8000' : '81'],
    ...(service.replicas > 1 ? { deploy: { replicas: service.replicas } } : {}),
    labels: labelsOf(service, spec).map(([key, value]) => `${key}=${value.replaceAll(/\$(?!\{AUTH_IP\})/g, '$$$$')}`),
  };
}

/** What Docker would know of a service. */
export function labelsOf(service: ServiceSpec, spec: GatewaySpec): readonly (readonly [string, string])[] {
  const routers = spec.routers.filter(({ home }) => home === service.name);
  const middlewares = spec.middlewares.filter(({ home }) => home === service.name);
  return [
    ['traefik.enable', 'true'] as const,
    ...routers.flatMap((router) => routerLabels(router, spec.profile === 'v2rules' ? 'v2' : 'v3')),
    ...middlewares.flatMap(middlewareLabels),
    ...below(`traefik.http.services.${service.name}`, service.options),
  ];
}

function routerLabels({ name, rule, syntax, priority, entryPoints, tls, middlewares, service }: RouterSpec, usual: RouterSpec['syntax']): readonly (readonly [string, string])[] {
  return below(`traefik.http.routers.${name}`, {
    rule: printRule(rule),
    ...(syntax === usual ? {} : { rulesyntax: syntax }),
    ...(priority === undefined ? {} : { priority: String(priority) }),
    ...(entryPoints.length === 0 ? {} : { entrypoints: entryPoints.join(',') }),
    ...(tls ? { tls: 'true' } : {}),
    ...(middlewares.length === 0 ? {} : { middlewares: middlewares.join(',') }),
    ...(service === undefined ? {} : { service }),
  });
}

function middlewareLabels({ name, kind, options }: MiddlewareSpec): readonly (readonly [string, string])[] {
  return below(`traefik.http.middlewares.${name}.${kind.toLowerCase()}`, options);
}

function below(path: string, options: Options): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, value]) => [name === '' ? path : `${path}.${name}`, value] as const);
}
