import { suggest } from '../diagnostics/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { OriginId, Origins, SourceFile } from '../text/index.ts';
import { commentStart } from './support/comments.ts';

/** One rule id in a `# gateway-ignore` comment. */
interface Ignore {
  readonly rule: string;
  readonly file: string;
  /** The line that it silences; undefined = the whole file. */
  readonly line: number | undefined;
  readonly start: number;
  readonly reason: string;
}

export interface IgnoreOptions {
  readonly origins: Origins;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly ruleIds: readonly string[];
  /** Ignores must give a reason behind ` -- `. */
  readonly requireReason?: boolean;
}

/**
 * Takes out what comments ask to ignore: `# gateway-ignore RULE[, RULE] -- reason` on the line or alone on the line
 * above, `# gateway-ignore-file RULE` anywhere. Blocking findings stay; an ignore that silences nothing is a finding.
 */
export function applyIgnores(diagnostics: readonly Diagnostic[], options: IgnoreOptions): readonly Diagnostic[] {
  const ignores = [...options.files.values()].flatMap(ignoresIn);
  if (ignores.length === 0) return diagnostics;
  const byPlace = group(ignores);
  const used = new Set<Ignore>();
  const refused = new Set<Ignore>();
  const kept = diagnostics.filter((diagnostic) => {
    const found = keysOf(diagnostic, options).flatMap((key) => byPlace.get(key) ?? []);
    for (const ignore of found) (diagnostic.blocking ? refused : used).add(ignore);
    return diagnostic.blocking || found.length === 0;
  });
  return [...kept, ...ignores.flatMap((ignore) => complaint(ignore, { used: used.has(ignore), refused: refused.has(ignore) }, options))];
}

const COMMENT = /gateway-ignore(-file)?[ \t]+([a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*)(?:[ \t]+--[ \t]*(.*))?/;

/** The comments of one file. Only comments count: text behind `#` inside of quotes is text. */
export function ignoresIn(file: SourceFile): readonly Ignore[] {
  if (!file.text.includes('gateway-ignore')) return [];
  const out: Ignore[] = [];
  let start = 0;
  for (let number = 1; number <= file.lineCount; number += 1) {
    const text = file.line(number);
    const at = text.includes('gateway-ignore') ? commentStart(text) : -1;
    const found = at === -1 ? null : COMMENT.exec(text.slice(at));
    if (found !== null) out.push(...ofComment(found, { file: file.path, number, alone: text.slice(0, at).trim() === '', offset: start + at }));
    start = file.text.indexOf('\n', start) + 1;
  }
  return out;
}

interface Place {
  readonly file: string;
  readonly number: number;
  readonly alone: boolean;
  readonly offset: number;
}

function ofComment(found: RegExpExecArray, place: Place): readonly Ignore[] {
  const [whole, wide, rules = '', reason = ''] = found;
  const listAt = place.offset + found.index + whole.indexOf(rules, 'gateway-ignore'.length + (wide?.length ?? 0));
  const line = wide === undefined ? (place.alone ? place.number + 1 : place.number) : undefined;
  return [...rules.matchAll(/[a-z0-9-]+/g)].map((match) => ({ rule: match[0], file: place.file, line, start: listAt + match.index, reason: reason.trim() }));
}

function placeKey({ rule, file, line }: Pick<Ignore, 'rule' | 'file' | 'line'>): string {
  return `${rule}\0${file}\0${line === undefined ? '' : String(line)}`;
}

function group(ignores: readonly Ignore[]): ReadonlyMap<string, readonly Ignore[]> {
  const out = new Map<string, Ignore[]>();
  for (const ignore of ignores) {
    const list = out.get(placeKey(ignore)) ?? [];
    out.set(placeKey(ignore), list);
    list.push(ignore);
  }
  return out;
}

/** The places at which a comment would silence a finding: its line, and its file. */
function keysOf(diagnostic: Diagnostic, { origins, files }: IgnoreOptions): readonly string[] {
  const span = origins.firstSpan(diagnostic.at.origin);
  if (span === undefined) return [];
  const { rule } = diagnostic;
  const { file } = span;
  return [placeKey({ rule, file, line: files.get(file)?.position(span.start).line ?? 1 }), placeKey({ rule, file, line: undefined })];
}

function complaint(ignore: Ignore, state: { readonly used: boolean; readonly refused: boolean }, options: IgnoreOptions): readonly Diagnostic[] {
  const say = (message: string, help: string): readonly Diagnostic[] => [{ rule: 'ignore-unused', severity: 'warning', blocking: false, message, help, at: { origin: originOf(ignore, options.origins) }, symbol: `${ignore.file} gateway-ignore ${ignore.rule}` }];
  if (!options.ruleIds.includes(ignore.rule)) {
    const meant = suggest(ignore.rule, options.ruleIds);
    return say(`there is no rule "${ignore.rule}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`, 'gateway rules lists them');
  }
  if (state.refused) return say(`"${ignore.rule}" cannot be ignored here: the finding is blocking`, 'fix the finding; the comment has no effect');
  if (!state.used) return say(`nothing to ignore: "${ignore.rule}" finds nothing here`, 'remove the comment');
  return options.requireReason === true && ignore.reason === '' ? say(`the ignore of "${ignore.rule}" gives no reason`, 'write it behind " -- "') : [];
}

function originOf(ignore: Ignore, origins: Origins): OriginId {
  return origins.span(ignore.file, ignore.start, ignore.start + ignore.rule.length);
}
