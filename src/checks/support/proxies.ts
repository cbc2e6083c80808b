import type { Container, PortMapping, StaticConfig } from '../../ir/index.ts';
import type { LintContext } from '../rule.ts';
import { containersOf } from './labels.ts';

/** The proxies whose static configuration is known, one per gateway. */
export function knownProxies(context: LintContext): readonly { readonly container: Container | undefined; readonly config: StaticConfig }[] {
  return context.gateways.flatMap((gateway) => {
    const proxy = gateway.resolved[0]?.gateway.proxy;
    return proxy === undefined || proxy.static === 'unknown' ? [] : [{ container: proxy.container, config: proxy.static }];
  });
}

/** Published to more than this machine. */
export function isOpen(mapping: PortMapping): boolean {
  return mapping.published !== undefined && !/^(?:127\.|::1$|\[::1\]$)/.test(mapping.hostIp ?? '');
}

/** `kong` of `docker.io/library/kong:3.4@sha256:…`, with its tag. */
export function imageOf(container: Container): { readonly name: string; readonly tag: string } | undefined {
  const text = container.image?.value;
  if (text === undefined || text.holes.length > 0) return undefined;
  const bare = text.text.replace(/@.*$/, '');
  const slash = bare.lastIndexOf('/');
  const colon = bare.indexOf(':', slash + 1);
  const name = (colon === -1 ? bare : bare.slice(0, colon)).replace(/^docker\.io\//, '').replace(/^library\//, '');
  return { name, tag: colon === -1 ? '' : bare.slice(colon + 1) };
}

/** Traefik 1 in a stack, whose labels these are: they mean what they meant then. */
export function versionOneIn(context: LintContext, stack: string | undefined): Container | undefined {
  if (stack === undefined || context.gateways.some(({ versionKnown }) => versionKnown)) return undefined;
  return containersOf(context).find((container) => container.id.stack === stack && isVersionOne(imageOf(container)));
}

function isVersionOne(image: ReturnType<typeof imageOf>): boolean {
  return image !== undefined && /(?:^|\/)traefik$/.test(image.name) && /^v?1(?:\.[0-9]+)*(?:[-.][A-Za-z0-9.-]+)?$/.test(image.tag);
}

/** The Kong nodes of the open-source image; the enterprise one has more variables. */
export function kongContainers(context: LintContext): readonly { readonly container: Container; readonly tag: string }[] {
  return containersOf(context).flatMap((container) => {
    // Nearly all are something else, and this is asked of every container by several rules.
    const image = container.image?.value.text.includes('kong') === true ? imageOf(container) : undefined;
    return image?.name === 'kong' || image?.name === 'kong/kong' ? [{ container, tag: image.tag }] : [];
  });
}

/** An environment variable of a container, the last one of its name. */
export function variable(container: Container, name: string): Container['environment'][number] | undefined {
  return container.environment.findLast((one) => one.name === name);
}

/** True for a job like `kong migrations bootstrap`. */
export function runsMigrations(container: Container): boolean {
  return [...container.command, ...container.entrypoint].some((word) => word.value.text.includes('migrations'));
}
