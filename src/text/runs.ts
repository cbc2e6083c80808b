/**
 * One run of cooked text and the source text it was written as. Runs of equal length map character by character;
 * others (an escape, `$$`, a substituted variable) only as a whole.
 */
export interface Run {
  readonly cooked: number;
  readonly cookedLength: number;
  readonly source: number;
  readonly sourceLength: number;
}

/** A piece of a text made from another: cooked characters and the characters of the older text they stand for. */
export interface Segment {
  readonly cooked: number;
  readonly cookedLength: number;
  readonly from: number;
  readonly fromLength: number;
}

/**
 * Runs of a text that was made from a scalar's text (interpolation): each segment goes through the scalar's own runs.
 * Pieces of equal length keep their letters, others stand for the whole piece. Both lists are in order.
 */
export function composeRuns(segments: readonly Segment[], base: readonly Run[]): readonly Run[] {
  const out: Run[] = [];
  let first = 0;
  for (const segment of segments) {
    while (first < base.length && runEnd(base[first]) <= segment.from) first += 1;
    const touched = touchedRuns(base, first, segment);
    if (segment.cookedLength === segment.fromLength) out.push(...touched.map((run) => shifted(run, segment)));
    else if (segment.cookedLength > 0) out.push(wholeRun(segment, touched));
  }
  return out;
}

function runEnd(run: Run | undefined): number {
  return run === undefined ? 0 : run.cooked + run.cookedLength;
}

/** The parts of the base runs that the segment was made from, still in the base's own characters. */
function touchedRuns(base: readonly Run[], first: number, segment: Segment): readonly Run[] {
  const out: Run[] = [];
  const end = segment.from + segment.fromLength;
  for (let index = first; index < base.length; index += 1) {
    const run = base[index];
    if (run === undefined || run.cooked >= end) break;
    out.push(cut(run, segment.from, end));
  }
  return out;
}

function cut(run: Run, from: number, to: number): Run {
  const a = Math.max(run.cooked, from);
  const b = Math.min(runEnd(run), to);
  if (run.cookedLength !== run.sourceLength) return { ...run, cooked: a, cookedLength: b - a };
  return { cooked: a, cookedLength: b - a, source: run.source + (a - run.cooked), sourceLength: b - a };
}

function shifted(run: Run, segment: Segment): Run {
  return { ...run, cooked: run.cooked - segment.from + segment.cooked };
}

function wholeRun(segment: Segment, touched: readonly Run[]): Run {
  const start = touched[0]?.source ?? 0;
  const last = touched.at(-1);
  const end = last === undefined ? start : last.source + last.sourceLength;
  return { cooked: segment.cooked, cookedLength: segment.cookedLength, source: start, sourceLength: end - start };
}
