import type { Certificate } from '../ir/index.ts';
import { refKey } from '../ir/index.ts';
import { declaredIn } from './docker/fragment.ts';
import type { Problems } from './problems.ts';
import { itemsAt, leavesAt } from './tree.ts';
import { objectAt, textAt } from '../traefik-config/tree.ts';
import type { Declared, DynamicFile } from './types.ts';

export interface FileResult {
  readonly declared: readonly Declared[];
  readonly missed: readonly { readonly declared: Declared; readonly cause?: number }[];
  readonly certificates: readonly Certificate[];
}

/**
 * The file provider: all files or none (one that cannot be read rejects the set, ran); of two files that declare one
 * name the first wins (pkg/provider/file, ResourceStrategySkipDuplicates).
 */
export function readFiles(files: readonly DynamicFile[], problems: Problems): FileResult {
  const bases = files.map((file) => problems.adopt(file.problems ?? []));
  const perFile = files.map((file) => declaredIn(file.root ?? file.recovered, { namespace: file.namespace ?? 'file', symbolPrefix: `${file.symbol ?? file.file.path} ` }).map((declared) => withContainers(declared, file)));
  const bad = files.findIndex(({ root }) => root === undefined);
  if (bad !== -1) {
    const cause = causeIn(files[bad], bases[bad] ?? 0);
    return { declared: [], missed: perFile.flat().map((declared) => ({ declared, ...cause })), certificates: [] };
  }
  return { declared: firstOfEach(perFile.flat(), problems), missed: [], certificates: files.flatMap(certificatesIn) };
}

function withContainers(declared: Declared, { containers }: DynamicFile): Declared {
  if (containers === undefined || containers.size === 0) return declared;
  const servers = declared.servers.map(({ container, origin }) => ({ container: containers.get(origin) ?? container, origin }));
  return { ...declared, servers };
}

/** Names that containers declared already, in the same namespace: both copies are at fault, and neither is taken for the other. */
export function withoutTaken(files: readonly Declared[], containers: readonly Declared[], problems: Problems): readonly Declared[] {
  if (files.length === 0) return files;
  const taken = new Map(containers.map((declared) => [refKey(declared.ref), declared]));
  return files.filter((declared) => {
    const other = taken.get(refKey(declared.ref));
    if (other === undefined) return true;
    problems.report(`declared-twice|${refKey(declared.ref)}`, {
      kind: 'declared-twice', origin: declared.origin, subject: declared.ref.name, loss: 'requests', ref: declared.ref, related: [other.origin], symbol: declared.symbol,
    });
    return false;
  });
}

function causeIn(file: DynamicFile | undefined, base: number): { readonly cause?: number } {
  const at = (file?.problems ?? []).findIndex(({ loss }) => loss !== 'nothing');
  return at === -1 ? {} : { cause: base + at };
}

function firstOfEach(all: readonly Declared[], problems: Problems): readonly Declared[] {
  const first = new Map<string, Declared>();
  for (const declared of all) {
    const key = refKey(declared.ref);
    const taken = first.get(key);
    if (taken === undefined) first.set(key, declared);
    else
      problems.report(`file-name-taken|${key}|${declared.symbol}`, {
        kind: 'file-name-taken',
        origin: declared.origin,
        subject: declared.ref.name,
        engineSays: `${declared.ref.protocol.toUpperCase()} ${declared.ref.kind} already configured, skipping`,
        loss: 'nothing',
        ref: declared.ref,
        related: [taken.origin],
        symbol: declared.symbol,
      });
  }
  return [...first.values()];
}

function certificatesIn(file: DynamicFile): readonly Certificate[] {
  return itemsAt(objectAt(file.root, 'tls'), 'certificates').map((node) => ({
    certFile: textAt(node, 'certFile'),
    keyFile: textAt(node, 'keyFile'),
    stores: leavesAt(node, 'stores').map((leaf) => String(leaf.value)),
    origin: node.origin,
  }));
}
