import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Problem } from '../../ir/index.ts';
import { lint } from '../lint.ts';
import type { Loaded } from '../types.ts';

const known = new WeakMap<Loaded, ReadonlyMap<string, Diagnostic>>();

/** A problem in the words that lint has for it, else in the engine's own. */
export function said(problem: Problem, loaded: Loaded): string {
  const found = findings(loaded).get(placeKey(problem.origin, loaded));
  if (found !== undefined) return `${found.message} [${found.rule}]`;
  return problem.engineSays ?? `${problem.kind}: ${problem.subject}`;
}

/** The finding that weighs most at each place; lint runs once, and only where a ladder is shown. */
function findings(loaded: Loaded): ReadonlyMap<string, Diagnostic> {
  const cached = known.get(loaded);
  if (cached !== undefined) return cached;
  const map = new Map<string, Diagnostic>();
  for (const diagnostic of lint(loaded).diagnostics) {
    const key = placeKey(diagnostic.at.origin, loaded);
    const before = map.get(key);
    if (before === undefined || weight(diagnostic) > weight(before)) map.set(key, diagnostic);
  }
  known.set(loaded, map);
  return map;
}

function weight({ blocking, severity, follows }: Diagnostic): number {
  return (follows === undefined ? 8 : 0) + (blocking ? 4 : 0) + ['note', 'info', 'warning', 'error'].indexOf(severity) / 4;
}

/** Versions slice their own origins: the span is the place. */
function placeKey(origin: Problem['origin'], { origins }: Loaded): string {
  const span = origins.firstSpan(origin);
  return span === undefined ? `origin ${String(origin)}` : `${span.file}\0${String(span.start)}\0${String(span.end)}`;
}
