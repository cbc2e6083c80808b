import { placeOf, toFindings } from '../diagnostics/index.ts';
import type { Diagnostic, Report, RuleText, Skipped, SkippedGroup } from '../diagnostics/index.ts';
import { entriesOf, valueAt } from '../sources/gateway-yaml/index.ts';
import { allRules } from './lint.ts';
import { containerFiles } from './live-stacks.ts';
import { VERSION } from '../version.ts';
import type { Loaded } from './types.ts';

/** Findings with places, skipped checks folded, facts counted: what every format prints. */
export function toReport(schema: string, diagnostics: readonly Diagnostic[], skipped: readonly Skipped[], loaded: Loaded): Report {
  const containers = loaded.workspace.stacks.flatMap((stack) => stack.containers);
  return {
    schema,
    tool: { version: VERSION },
    findings: toFindings(mendable(diagnostics, loaded), loaded.origins, loaded.files),
    skipped: fold(skipped, loaded),
    facts: {
      files: loaded.files.size,
      labels: containers.reduce((sum, container) => sum + container.labels.length, 0),
      services: containers.length,
      ...routesOf(loaded),
      stacks: loaded.taken,
    },
    sources: loaded.files,
    rules: ruleTexts(),
  };
}

/** How many routes the files of gateway.yaml declare, where there are such files. */
function routesOf({ gateways }: Loaded): Pick<Report['facts'], 'routes'> {
  const specs = gateways.flatMap(({ spec }) => (spec === undefined ? [] : [spec.spec]));
  const sections = specs.flatMap((spec) => [spec, ...['tcp', 'udp'].flatMap((key) => valueAt(spec, key) ?? [])]);
  return specs.length === 0 ? {} : { routes: sections.reduce((sum, section) => sum + entriesOf(valueAt(section, 'routes')).length, 0) };
}

/** A running container cannot be edited: what a fix would do is said instead. */
function mendable(diagnostics: readonly Diagnostic[], loaded: Loaded): readonly Diagnostic[] {
  if (loaded.live.size === 0) return diagnostics;
  const containers = containerFiles(loaded.live);
  const isPart = [...loaded.live.values()].some(({ complete }) => !complete);
  return diagnostics.map((diagnostic) => (isPart && diagnostic.rule === 'ref-unknown' ? withDoubt(diagnostic) : diagnostic)).map((diagnostic) => {
    const [fix] = diagnostic.fixes ?? [];
    if (fix?.edits.some(({ file }) => containers.has(file)) !== true) return diagnostic;
    const { fixes: _, ...rest } = diagnostic;
    return { ...rest, help: diagnostic.help ?? `${fix.title}, where the container is made; then make it again` };
  });
}

/** A file of containers may hold a selection: what another container declares is not visible then, which is not to say absent. */
function withDoubt(diagnostic: Diagnostic): Diagnostic {
  const doubt = 'what was read may be a part of what runs: a container that is not in it may declare this, and is not visible';
  return { ...diagnostic, help: diagnostic.help === undefined ? doubt : `${diagnostic.help}; ${doubt}` };
}

function ruleTexts(): ReadonlyMap<string, RuleText> {
  return new Map(allRules.map(({ id, meta: { summary, why, severity } }) => [id, { summary, why, severity }]));
}

function fold(skipped: readonly Skipped[], loaded: Loaded): readonly SkippedGroup[] {
  const groups = new Map<string, { rule: string; needs: Skipped['needs']; places: SkippedGroup['places'][number][] }>();
  for (const one of skipped) {
    const key = `${one.rule}\0${one.needs}`;
    const group = groups.get(key) ?? { rule: one.rule, needs: one.needs, places: [] };
    group.places.push({ ...placeOf(one.origin, loaded.origins, loaded.files), subject: one.subject });
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ ...group, count: group.places.length })).sort((a, b) => (`${a.rule} ${a.needs}` < `${b.rule} ${b.needs}` ? -1 : 1));
}
