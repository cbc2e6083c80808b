import type { Diagnostic } from '../../diagnostics/index.ts';
import { refName } from '../../ir/index.ts';
import type { Container, Gateway, Ref, Routing } from '../../ir/index.ts';
import type { Lowered, TargetOptions } from '../target.ts';
import { collect } from '../traefik-common/collect.ts';
import type { Collected, Placed } from '../traefik-common/collect.ts';
import { formOf } from '../traefik-common/form.ts';
import { lostOnUpgrade } from '../traefik-common/gaps.ts';
import { lacking } from '../traefik-common/lacking.ts';
import type { Names } from '../traefik-common/names.ts';
import { unprintable, unsayableRules, unsayableSecrets } from '../traefik-common/refusals.ts';
import { sections } from '../traefik-common/sections.ts';
import { templateSecrets } from '../traefik-common/template.ts';
import { unknownVersion, writtenVersion } from '../traefik-common/version.ts';
import type { TraefikVersion } from '../traefik-common/version.ts';
import { composeSecrets } from './compose-text.ts';
import { labelsOf } from './container.ts';
import { declaredIn } from './declared.ts';
import type { LabelsPlan, PlannedOverride } from './plan.ts';

const TARGET = 'traefik-labels';
const HOMES: readonly string[] = ['docker', 'swarm'];

/**
 * What came from labels becomes labels again, on the containers that declared it and under the same names; what came from
 * files of the file provider stays in a file.
 */
export function lower(routing: Routing, options: TargetOptions): Lowered<LabelsPlan> {
  const version = writtenVersion(options.version);
  if (version === undefined) return { diagnostics: [unknownVersion(TARGET, options, routing)] };
  const labels = atHome(routing, options, version, true);
  const files = atHome(routing, options, version, false);
  const unsayable = [...labels.unsayable, ...files.unsayable];
  const refused = [...unprintable(TARGET, [...labels.placed, ...files.placed]), ...unsayableRules(TARGET, unsayable), ...unsayableSecrets(TARGET, files.placed), ...lacking(TARGET, files.placed, version, 'file'), ...lostOnUpgrade(TARGET, options.gateway, options.sourceVersion, version)];
  const { overrides, diagnostics } = overridesOf(labels.placed, options, version);
  const all = [...refused, ...diagnostics];
  if (all.some((diagnostic) => diagnostic.blocking)) return { diagnostics: all };
  return { plan: { overrides, secret: options.inlineSecrets, ...(files.placed.length === 0 ? {} : { file: sections(files.placed) }) }, diagnostics: all };
}

/** The entities of one side; a name of the other side needs its namespace. */
function atHome(routing: Routing, options: TargetOptions, version: TraefikVersion, docker: boolean): Collected {
  const isHome = (ref: Ref | undefined): boolean => (ref !== undefined && HOMES.includes(ref.namespace)) === docker;
  const names: Names = (ref) => (isHome(ref) || bare(ref) ? ref.name : refName(ref));
  const { placed, unsayable } = collect(options.gateway, routing, formOf(options, { version, names, secrets: docker ? composeSecrets : templateSecrets }));
  return { placed: placed.filter((item) => isHome(item.ref)), unsayable: unsayable.filter(({ router }) => isHome(router.ref)) };
}

/** `default` TLS options and stores belong to no provider. */
function bare(ref: Ref): boolean {
  return (ref.kind === 'tlsOptions' || ref.kind === 'tlsStore') && ref.name === 'default';
}

function overridesOf(placed: readonly Placed[], options: TargetOptions, version: TraefikVersion): { readonly overrides: readonly PlannedOverride[]; readonly diagnostics: readonly Diagnostic[] } {
  const { gateway } = options;
  const diagnostics: Diagnostic[] = [];
  const declared = declaredIn(placed, gateway);
  const overrides = gateway.stacks.map((stack): PlannedOverride => {
    const services = served(gateway, stack).flatMap((container) => {
      const made = labelsOf(container, declared, { options, version });
      diagnostics.push(...made.diagnostics);
      return made.service === undefined ? [] : [made.service];
    });
    return { path: gateway.stacks.length === 1 ? 'compose.override.yml' : `${stack.replace(/[^A-Za-z0-9._-]/g, '-')}/compose.override.yml`, stack, services };
  });
  return { overrides, diagnostics };
}

function served(gateway: Gateway, stack: string): readonly Container[] {
  return gateway.fates.filter(({ container, fate }) => container.id.stack === stack && fate.kind === 'served').map(({ container }) => container);
}
