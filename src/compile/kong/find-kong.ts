import type { Container, KongFile, Stack } from '../../ir/index.ts';
import { pluginNames } from '../../models/kong/schema/index.ts';
import type { SourceHost, StackInput } from '../../sources/source.ts';
import { SourceFile } from '../../text/index.ts';
import type { Origins } from '../../text/index.ts';
import { lookInside } from '../../traefik-config/container-files.ts';
import { readKong } from './read-kong.ts';

/** A stack that is no Compose file but a declarative file of Kong. */
export function kongStack(input: StackInput, host: SourceHost, origins: Origins): KongFile | undefined {
  const [path, ...more] = input.files;
  if (path === undefined || more.length > 0) return undefined;
  const text = host.readFile(path);
  if (text === undefined || !isDeclarative(text)) return undefined;
  return readKong(new SourceFile(path, text), { flavour: flavourOf(text) }, origins);
}

/** The files that the Kong nodes of a stack read when they start. */
export function mountedKong(stack: Stack, host: SourceHost, origins: Origins): readonly KongFile[] {
  return stack.containers.flatMap((container) => {
    const path = valueOf(container, 'KONG_DECLARATIVE_CONFIG');
    if (path === undefined || !isKong(container)) return [];
    const found = lookInside(path, { container, stack, host });
    if (found.kind !== 'file') return [];
    const flavour = namedFlavour(valueOf(container, 'KONG_ROUTER_FLAVOR')) ?? flavourOf(found.text);
    const plugins = loadedPlugins(valueOf(container, 'KONG_PLUGINS'));
    return [readKong(new SourceFile(found.path, found.text), { flavour, ...(plugins === undefined ? {} : { plugins }) }, origins)];
  });
}

/** Every declarative file begins with its format; no Compose file has that key. */
function isDeclarative(text: string): boolean {
  return /^(?:["']?_format_version["']?\s*:)|^\s*\{\s*"_format_version"/m.test(text);
}

/** Only expressions have expressions; who writes none gets the node's default. */
function flavourOf(text: string): KongFile['flavour'] {
  return /^\s*(?:-\s+)?["']?expression["']?\s*:/m.test(text) ? 'expressions' : 'traditional_compatible';
}

function namedFlavour(text: string | undefined): KongFile['flavour'] | undefined {
  return text === 'traditional' || text === 'traditional_compatible' || text === 'expressions' ? text : undefined;
}

/** `bundled,my-own`; undefined = not said. */
function loadedPlugins(setting: string | undefined): ReadonlySet<string> | undefined {
  const names = setting?.split(',').map((name) => name.trim()).filter((name) => name !== '');
  if (names === undefined || names.length === 0) return undefined;
  return new Set(names[0] === 'off' ? [] : names.flatMap((name) => (name === 'bundled' ? pluginNames() : name === 'off' ? [] : [name])));
}

function isKong(container: Container): boolean {
  return /(?:^|\/)kong(?:-gateway)?(?:[:@]|$)/.test(container.image?.value.text ?? '');
}

function valueOf(container: Container, name: string): string | undefined {
  const value = container.environment.findLast((one) => one.name === name)?.value;
  return value === undefined || value.holes.length > 0 ? undefined : value.text;
}
