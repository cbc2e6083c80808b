import type { Container, Mount, Stack } from '../ir/index.ts';
import type { OriginId, Text } from '../text/index.ts';
import { below, joinPath } from './paths.ts';

/** The part of a host that reading needs; `SourceHost` fits. */
export interface FileHost {
  readFile(path: string): string | undefined;
  listFolder(path: string): readonly string[] | undefined;
}

/** What stands at a path inside a container, as far as mounts tell. */
export type Inside =
  | { readonly kind: 'file'; readonly path: string; readonly text: string; readonly origin: OriginId }
  | { readonly kind: 'folder'; readonly path: string; readonly names: readonly string[]; readonly origin: OriginId }
  /** Mounted from somewhere that cannot be read. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly origin: OriginId }
  /** Mounted, and there is no such file in the mount. */
  | { readonly kind: 'missing'; readonly origin: OriginId }
  /** Not mounted: the image's own. */
  | { readonly kind: 'image' };

export interface Inspected {
  readonly container: Container;
  readonly stack: Stack;
  readonly host: FileHost;
}

/** Looks a path up through the container's mounts and Compose configs; the longest target wins. */
export function lookInside(path: string, where: Inspected): Inside {
  const { live, origin } = where.container;
  if (live?.files !== undefined) return { ...(live.files.get(path) ?? { kind: 'unreadable', path }), origin };
  const config = where.container.configs?.find((use) => use.target === path);
  if (config !== undefined) return fromConfig(config.key, config.origin, where);
  const mount = mountOf(path, where.container);
  if (mount === undefined) return { kind: 'image' };
  const rest = below(mount.target, path) ?? '';
  if (mount.kind !== 'bind' || mount.source === undefined || mount.source.holes.length > 0) return { kind: 'unreadable', path, origin: mount.origin };
  return fromHost(mount, rest, where);
}

function mountOf(path: string, container: Container): Mount | undefined {
  const fits = container.mounts.filter((mount) => below(mount.target, path) !== undefined);
  return fits.reduce<Mount | undefined>((best, mount) => (best === undefined || mount.target.length > best.target.length ? mount : best), undefined);
}

function fromHost(mount: Mount, rest: string, where: Inspected): Inside {
  const source = joinPath(where.stack.directory, mount.source?.text ?? '');
  const path = rest === '' ? source : joinPath(source, rest);
  const text = where.host.readFile(path);
  if (text !== undefined) return { kind: 'file', path, text, origin: mount.origin };
  const names = where.host.listFolder(path);
  if (names !== undefined) return { kind: 'folder', path, names, origin: mount.origin };
  // A folder that can be listed has no such file; anything else may be out of reach.
  const parent = rest === '' ? undefined : where.host.listFolder(source);
  return parent === undefined ? { kind: 'unreadable', path, origin: mount.origin } : { kind: 'missing', origin: mount.origin };
}

function fromConfig(key: string, origin: OriginId, where: Inspected): Inside {
  const config = where.stack.configs.find((item) => item.key === key);
  const file = config?.file?.value;
  if (file !== undefined && file.holes.length === 0) {
    const path = joinPath(where.stack.directory, file.text);
    const text = where.host.readFile(path);
    return text === undefined ? { kind: 'unreadable', path, origin } : { kind: 'file', path, text, origin };
  }
  const content: Text | undefined = config?.content?.value;
  if (content === undefined || content.holes.length > 0) return { kind: 'unreadable', path: key, origin };
  return { kind: 'file', path: `${key} (configs)`, text: content.text, origin };
}
