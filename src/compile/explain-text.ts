import { printable } from '../diagnostics/index.ts';
import type { Paint } from '../diagnostics/index.ts';
import type { Candidate, ExplainDocument, Explained, FieldChange, Step, TargetAnswer } from './explain-document.ts';
import { ladderText } from './ladder/ladder-text.ts';

export interface ExplainTextOptions {
  /** All routers, also where very many do not match. */
  readonly all?: boolean;
}

/** For people. */
export function explainText({ document }: Explained, paint: Paint, { all = false }: ExplainTextOptions = {}): string {
  const { request, decision, notes } = document;
  const won = document.candidates.find((one) => one.router === decision.router);
  const lines = [
    `entry point ${request.entryPoint === '' ? '(none)' : request.entryPoint}, TLS ${request.tls ? 'yes' : 'no'}`,
    ...candidateLines(document, paint, all),
    ...stepLines(document.steps, paint),
    ...verdict(document, won?.at),
    ...placeLines(document, paint),
    ...targetLines(document.targets),
    ...notes.map((note) => `  ${printable(note)}`),
    ...document.ladders.flatMap((ladder) => ladderText(ladder, paint)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Routers that do not match and are shown all the same, those of the host first. */
const UNMATCHED = 20;

function candidateLines({ candidates, decision }: ExplainDocument, paint: Paint, all: boolean): readonly string[] {
  const names = new Set(decision.router === null ? [] : decision.kind === 'tie' ? decision.router.split(' or ') : [decision.router]);
  const numbered = candidates.map((one, index) => ({ one, index }));
  const others = numbered.filter(({ one }) => !one.matched).toSorted((a, b) => Number(isElsewhere(a.one)) - Number(isElsewhere(b.one)));
  const kept = new Set(others.slice(0, all ? undefined : UNMATCHED).map(({ index }) => index));
  const shown = numbered.filter(({ one, index }) => one.matched || kept.has(index));
  const left = candidates.length - shown.length;
  const width = (text: (one: Candidate) => string): number => Math.max(0, ...shown.map(({ one }) => Math.min(60, printable(text(one)).length)));
  const [router, rule] = [width((one) => one.router), width((one) => one.rule)];
  const state = (one: Candidate): string => (names.has(one.router) ? paint.bold(decision.kind === 'tie' ? 'MATCH  <- a tie' : 'MATCH  <- wins') : one.matched ? 'match, lower priority' : `no: ${printable(one.reason)}`);
  const lines = shown.map(({ one, index }) => `${String(index + 1).padStart(2)}. ${printable(one.router).padEnd(router)}  ${printable(one.rule).padEnd(rule)}  priority ${one.priority}   ${state(one)}`);
  return left === 0 ? lines : [...lines, `    and ${String(left)} more that do not match (--verbose shows them)`];
}

function isElsewhere({ reason }: Candidate): boolean {
  return reason.startsWith('host ');
}

function stepLines(steps: readonly Step[], paint: Paint): readonly string[] {
  const behind = steps.findIndex(({ reached }) => !reached);
  return steps.flatMap((step, index) => [...(index === behind ? ['what comes after, for a request that is let through:'] : []), ...oneStep(step, paint)]);
}

function oneStep(step: Step, paint: Paint): readonly string[] {
  const moved = step.before === step.after ? 'target as it was' : `${printable(step.before)} -> ${printable(step.after)}`;
  const note = step.note === null ? '' : `    ${step.note}`;
  const head = `${printable(step.middleware)} (${step.kind}): ${moved}    ${paint.dim(printable(lineOf(step.at)))}${note}`;
  return [head, ...step.requestHeaders.map((field) => `    request  ${change(field)}`), ...step.responseHeaders.map((field) => `    answer   ${change(field)}`)];
}

function change({ name, before, after }: FieldChange): string {
  if (after === null) return `without ${printable(name)}`;
  return `${printable(name)}: ${before === null ? '' : `${printable(before)} -> `}${printable(after)}`;
}

function verdict({ decision, nearest }: ExplainDocument, at: string | undefined): readonly string[] {
  const where = at === undefined ? '' : `        defined at ${printable(lineOf(at))}`;
  if (decision.kind === 'forward') return [`endpoint ${decision.endpoint === '' ? '(none: 503)' : `${printable(decision.endpoint ?? '')}${printable(decision.target ?? '')}`}${where}`];
  if (decision.kind === 'tie') return [`a tie: the engine picks ${printable(decision.router ?? '')} at random`];
  if (decision.kind === 'refused') return ['refused: the connection is closed in its TLS handshake, before any request is read'];
  const location = decision.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  const by = decision.router !== null ? ` from ${printable(decision.router)}` : decision.status === 404 ? ', no router matches' : ', before any router is asked';
  const misses = nearest.map(({ router, ok, failed, at: place }) => `${printable(router)} (${printable([...ok, ...failed].join(', '))}) at ${printable(lineOf(place))}`);
  const [first, ...more] = misses;
  return [`${String(decision.status)}${by}${location === undefined ? '' : `, Location ${printable(location)}`}${first === undefined ? '' : `; nearest: ${first}`}${where}`, ...more.map((miss) => `  then ${miss}`)];
}

function placeLines({ parts }: ExplainDocument, paint: Paint): readonly string[] {
  return parts.length === 0 ? [] : [paint.dim(`places: ${parts.map(({ part, at }) => `${part} ${printable(lineOf(at))}`).join(', ')}`)];
}

function targetLines(targets: readonly TargetAnswer[]): readonly string[] {
  if (targets.length > 0 && targets.every(({ outcome, took }) => outcome === 'same' && took === null)) return [targets.map(({ target }) => `${target}: same`).join('   ')];
  return targets.map(({ target, version, outcome, took, detail }) => {
    const words = { same: 'same', differs: 'differs', declined: 'refuses this form of request, as declared', unknown: 'not known', unwritten: 'nothing is written' }[outcome];
    return `${target} ${version}: ${words}${took === null ? '' : `    ${printable(took)}`}${detail === null ? '' : `    ${printable(detail)}`}`;
  });
}

/** People look for a line; the column is for programs. */
function lineOf(at: string): string {
  return at.replace(/(:\d+):\d+$/, '$1');
}
