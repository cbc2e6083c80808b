import { kong } from './kong/index.ts';
import { nginx } from './nginx/index.ts';
import type { Capabilities, Lowered, OutputFile, Target, TargetOptions } from './target.ts';
import type { Routing } from '../ir/index.ts';
import { traefik } from './traefik/index.ts';
import { traefikKv } from './traefik-kv/index.ts';
import { traefikLabels } from './traefik-labels/index.ts';

/** A target with its Plan closed over: lower and render in one step. */
export interface AnyTarget {
  readonly name: string;
  readonly engine: { readonly name: string; readonly versions: string };
  readonly flavours: Readonly<Record<string, Capabilities>>;
  readonly defaultFlavour: string;
  readonly defaultVersion: string;
  emit(routing: Routing, options: TargetOptions): { readonly files?: readonly OutputFile[]; readonly diagnostics: Lowered<never>['diagnostics'] };
}

/** The target is asked for when it is used: the command line loads no other (scripts/late-parts.mjs). */
function close<Plan>(name: string, target: () => Target<Plan>): AnyTarget {
  return {
    name,
    get engine() { return target().engine; },
    get flavours() { return target().flavours; },
    get defaultFlavour() { return target().defaultFlavour; },
    get defaultVersion() { return target().defaultVersion; },
    emit(routing, options) {
      const { lower, render } = target();
      const lowered = lower(routing, options);
      return lowered.plan === undefined ? { diagnostics: lowered.diagnostics } : { files: render(lowered.plan), diagnostics: lowered.diagnostics };
    },
  };
}

/** All targets, in the order of the matrix. */
export const targets: readonly AnyTarget[] = [
  close('traefik', () => traefik),
  close('traefik-labels', () => traefikLabels),
  close('traefik-kv', () => traefikKv),
  close('nginx', () => nginx),
  close('kong', () => kong),
];
