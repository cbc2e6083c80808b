import type { Finding, Place } from '../diagnostics/index.ts';

/** Lines of a file that a change touched, 1-based, ends inclusive; `all` = the whole file is new. */
export type ChangedLines = 'all' | readonly { readonly from: number; readonly to: number }[];

/** What a version control system says of the working tree: changed lines by path. */
export type Changes = ReadonlyMap<string, ChangedLines>;

/**
 * Findings that a change is concerned with: those that touch a changed line with their own place or a related one, and
 * those that were not there before it (a label can break because an entry point left the static configuration).
 */
export function touchedBy(findings: readonly Finding[], changes: Changes, before: readonly Finding[]): readonly Finding[] {
  const known = new Set(before.map(({ fingerprint }) => fingerprint));
  return findings.filter((finding) => !known.has(finding.fingerprint) || [finding, ...finding.related].some((place) => touches(place, changes)));
}

function touches(place: Place, changes: Changes): boolean {
  const lines = changes.get(place.file);
  if (lines === undefined) return false;
  return lines === 'all' || lines.some(({ from, to }) => from <= place.endLine && place.line <= to);
}

/**
 * Reads the output of `git diff --unified=0`: lines of the new side by path. Where lines were only taken out, the lines
 * on both sides of the gap count.
 */
export function readUnifiedDiff(text: string): Changes {
  const changes = new Map<string, { readonly from: number; readonly to: number }[]>();
  let path: string | undefined;
  let rest = { before: 0, after: 0 };
  for (const line of text.split('\n')) {
    if (rest.before > 0 && line.startsWith('-')) rest = { ...rest, before: rest.before - 1 };
    else if (rest.after > 0 && line.startsWith('+')) rest = { ...rest, after: rest.after - 1 };
    else if (line.startsWith('+++ ')) path = pathOf(line.slice(4));
    else {
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (hunk === null || path === undefined) continue;
      const start = Number(hunk[2]);
      rest = { before: Number(hunk[1] ?? 1), after: Number(hunk[3] ?? 1) };
      const list = changes.get(path) ?? [];
      changes.set(path, list);
      list.push(rest.after === 0 ? { from: start, to: start + 1 } : { from: start, to: start + rest.after - 1 });
    }
  }
  return changes;
}

/** `b/path`, in C quotes where it holds odd characters; `/dev/null` = the file is gone. */
function pathOf(written: string): string | undefined {
  const name = written.startsWith('"') ? unquoted(written) : written.replace(/\t$/, '');
  return name.startsWith('b/') ? name.slice(2) : undefined;
}

/** git quotes bytes as octal. */
function unquoted(text: string): string {
  const bytes: number[] = [];
  const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };
  for (const [whole, octal, letter] of text.slice(1, text.lastIndexOf('"')).matchAll(/\\([0-7]{3})|\\(.)|[^\\]/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(escapes[letter] ?? letter.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(whole));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
