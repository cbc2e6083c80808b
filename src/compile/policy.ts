import { plural } from '../diagnostics/summary.ts';
import { ignoresIn } from '../checks/ignores.ts';
import type { Config } from '../config/config.ts';
import type { Severity } from '../diagnostics/index.ts';
import type { SidePlace, UnaskedChange } from '../diff/index.ts';
import type { SourceHost } from '../sources/source.ts';
import { byStack, readBaseline, type BaselineEntry } from './baseline.ts';
import { allRules } from './lint.ts';
import type { Loaded } from './types.ts';

/** What the findings and changes of one side are judged by. */
export interface PolicySide {
  readonly config: Config;
  readonly loaded: Loaded;
  readonly host: SourceHost;
}

type Level = Severity | 'off';

const LEVELS: readonly Level[] = ['off', 'note', 'info', 'warning', 'error'];
const THRESHOLDS = ['none', 'security', 'breaking', 'any'];
const BASELINE = 'gateway-baseline.json';

/** What the new side asks less of itself than the old one did. Each loosening is a change of its own. */
export function comparePolicy(before: PolicySide, after: PolicySide): readonly UnaskedChange[] {
  return [...compareConfig(before.config, after.config), ...compareIgnores(before.loaded, after.loaded), ...compareKnown(before, after)];
}

function weakened(entity: string, what: string, at: readonly SidePlace[]): UnaskedChange {
  return { class: 'policy-weakened', entity, what, at };
}

function placeIn(file: string, line: number, column: number): SidePlace {
  return { side: 'new', file, line, column, endLine: line, endColumn: column };
}

function compareConfig(before: Config, after: Config): readonly UnaskedChange[] {
  const entity = after.path ?? before.path ?? 'configuration';
  const at = after.path === undefined ? [] : [placeIn(after.path, 1, 1)];
  const [was, now] = [before.failOn ?? 'security', after.failOn ?? 'security'];
  const said = [
    ...(THRESHOLDS.indexOf(now) < THRESHOLDS.indexOf(was) ? [`fail-on: ${was} became ${now}`] : []),
    ...(before.requireReason && !after.requireReason ? ['requireReason: ignores need no reason any more'] : []),
    ...(isOlder(after.asOf, before.asOf) ? [`rules.as-of: ${before.asOf ?? 'the newest'} became ${after.asOf ?? 'the newest'}`] : []),
    ...allRules.flatMap(({ id }) => loweredRule(id, before, after)),
    ...loosenedOverrides(before, after),
    ...lostOverrides(before, after),
  ];
  return said.map((what) => weakened(entity, what, at));
}

/** An older rule set has fewer rules that speak up; no set is the newest. */
function isOlder(now: string | undefined, was: string | undefined): boolean {
  if (now === undefined || now === was) return false;
  const order = (text: string): number => text.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);
  return was === undefined || order(now) < order(was);
}

function loweredRule(id: string, before: Config, after: Config): readonly string[] {
  const [was, now] = [levelIn(before, id), levelIn(after, id)];
  return isLower(now, was) ? [`rules.${id}: ${was} became ${now}`] : [];
}

function levelIn(config: Config, id: string): Level {
  return config.rules[id] ?? allRules.find((rule) => rule.id === id)?.meta.severity ?? 'off';
}

function isLower(now: Level, was: Level): boolean {
  return LEVELS.indexOf(now) < LEVELS.indexOf(was);
}

interface Override {
  readonly files: string;
  readonly rule: string;
  readonly level: Level;
}

function overridesOf({ overrides }: Config): readonly Override[] {
  return overrides.flatMap(({ files, rules }) => Object.entries(rules).map(([rule, level]) => ({ files: files.join(' '), rule, level })));
}

/** An exception for some files that asks less than the old side did there. */
function loosenedOverrides(before: Config, after: Config): readonly string[] {
  const known = overridesOf(before);
  return overridesOf(after).flatMap(({ files, rule, level }) => {
    const was = known.find((one) => one.files === files && one.rule === rule)?.level ?? levelIn(before, rule);
    return isLower(level, was) ? [`overrides: ${rule} is ${level} in ${files}, was ${was}`] : [];
  });
}

/** An exception that asked for more and is gone. */
function lostOverrides(before: Config, after: Config): readonly string[] {
  const kept = overridesOf(after);
  return overridesOf(before).flatMap(({ files, rule, level }) => {
    if (kept.some((one) => one.files === files && one.rule === rule)) return [];
    const now = levelIn(after, rule);
    return isLower(now, level) ? [`overrides: ${rule} is ${now} in ${files}, was ${level}`] : [];
  });
}

/** Comments are counted by file and rule: one that only moved is no new one. */
function compareIgnores(before: Loaded, after: Loaded): readonly UnaskedChange[] {
  const known = ignoresBy(before);
  return [...ignoresBy(after)].flatMap(([key, places]) => {
    const more = places.length - (known.get(key)?.length ?? 0);
    if (more <= 0) return [];
    const [file = '', comment = ''] = key.split('\0');
    return [weakened(file, `${comment}: ${plural(more, 'comment')} more than before (${String(places.length)} in all)`, places)];
  });
}

function ignoresBy({ files }: Loaded): ReadonlyMap<string, readonly SidePlace[]> {
  const out = new Map<string, SidePlace[]>();
  for (const source of files.values()) {
    for (const { rule, line, start } of ignoresIn(source)) {
      const key = [source.path, `gateway-ignore${line === undefined ? '-file' : ''} ${rule}`].join('\0');
      const place = source.position(start);
      out.set(key, [...(out.get(key) ?? []), placeIn(source.path, place.line, place.column)]);
    }
  }
  return out;
}

/** Findings that the baselines beside the stacks know now and did not know before. */
function compareKnown(before: PolicySide, after: PolicySide): readonly UnaskedChange[] {
  const known = new Set(entriesOf(before).map(({ entry }) => entry.fingerprint));
  const groups = new Map<string, BaselineEntry[]>();
  for (const { path, entry } of entriesOf(after)) {
    if (known.has(entry.fingerprint)) continue;
    const key = `${path}\0${entry.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups].map(([key, entries]) => {
    const [path = '', rule = ''] = key.split('\0');
    const symbols = entries.map(({ symbol, file, fingerprint }) => `${symbol} in ${file} (${fingerprint})`).toSorted();
    return weakened(path, `the baseline knows more findings of ${rule}: ${symbols.join(', ')}`, [placeIn(path, 1, 1)]);
  });
}

function entriesOf({ loaded, host }: PolicySide): readonly { readonly path: string; readonly entry: BaselineEntry }[] {
  const folders = new Set(byStack([], loaded).map(({ folder }) => folder));
  return [...folders].flatMap((folder) => {
    const path = folder === '.' ? BASELINE : `${folder.replace(/\/$/, '')}/${BASELINE}`;
    const text = host.readFile(path);
    const read = text === undefined ? undefined : readBaseline(path, text);
    return read?.kind === 'read' ? read.baseline.entries.map((entry) => ({ path, entry })) : [];
  });
}
