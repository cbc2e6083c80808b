import { junit } from '../diagnostics/formatters/junit.ts';
import { sarif } from '../diagnostics/formatters/sarif.ts';
import { plainPaint, type Finding, type Report } from '../diagnostics/index.ts';
import { printJson } from '../diagnostics/print-json.ts';
import { maskSecrets } from '../diagnostics/mask.ts';
import { shownBy, type DocumentAck } from './acks.ts';
import { CLASSES, fails, type ChangeSeverity, type FailOn } from './classes.ts';
import { isOpen, type BrokenSide, type DiffDocument, type DocumentChange, type SideFinding } from './document.ts';
import { mainPlace } from './place.ts';

const LEVELS = { security: 'error', breaking: 'warning', info: 'info' } as const satisfies Record<ChangeSeverity, Finding['severity']>;
const OPTIONS = { width: 80, paint: plainPaint, quiet: false } as const;

/** The document as one that machines read: `json`, `sarif`, or `junit`, where what `--fail-on` speaks of is a failure. */
export function printReport(format: 'json' | 'sarif' | 'junit', document: DiffDocument, threshold: FailOn): string {
  if (format === 'json') return printJson(document);
  const report = reportOf(document, format === 'sarif' ? levelOf : (change) => (isOpen(change) && fails(change.severity, threshold) ? 'error' : 'info'));
  return (format === 'sarif' ? sarif : junit).format(report, OPTIONS);
}

type LevelOf = (change: DocumentChange) => Finding['severity'];

function levelOf(change: DocumentChange): Finding['severity'] {
  return isOpen(change) ? LEVELS[change.severity] : 'note';
}

function reportOf(document: DiffDocument, level: LevelOf): Report {
  return {
    schema: document.schema,
    tool: document.tool,
    findings: [
      ...document.broken.flatMap(ofBroken),
      ...document.findings.map((finding) => ofFinding(finding, '')),
      ...document.changes.map((change) => ofChange(change, level)),
      ...document.acks.flatMap(ofAck),
    ],
    skipped: [],
    facts: { files: 0, labels: 0, services: 0, stacks: [] },
    sources: new Map(),
    rules: new Map(Object.entries(CLASSES).map(([id, { says, severity }]) => [id, { summary: says, why: says, severity: LEVELS[severity] }])),
  };
}

function ofChange(change: DocumentChange, level: LevelOf): Finding {
  const { class: id, witness, what, entity, at, fingerprint, acknowledged } = change;
  const place = mainPlace(at) ?? NOWHERE;
  const { file, line, column, endLine, endColumn } = place;
  const message = witness === null ? shownBy(change) : `${shownBy(change)}: ${witness.before} becomes ${witness.after}`;
  return {
    ...EMPTY, rule: id, severity: level(change), file, line, column, endLine, endColumn,
    message: maskSecrets(message),
    why: acknowledged === null ? what : `acknowledged until ${acknowledged.expires}: ${acknowledged.reason}`,
    help: witness === null ? null : witness.replay,
    symbol: [change.gateway, entity, witness === null ? what : `${witness.request} on ${witness.entryPoint}`].filter((part) => part !== '').join(' '),
    fingerprint,
    related: at.filter((one) => one !== place).map(({ side, ...other }) => ({ ...other, message: `${side} side` })),
  };
}

/** What has no place of its own is told of the folder that was compared. */
const NOWHERE = { file: '.', line: 1, column: 1, endLine: 1, endColumn: 1 } as const;
const EMPTY = { blocking: false, why: null, help: null, label: null, related: [], fixes: [], follows: null } as const;

function ofBroken({ side, findings }: BrokenSide): readonly Finding[] {
  return findings.map((finding) => ofFinding(finding, `the ${side} side does not build: `));
}

function ofFinding({ rule, severity, blocking, message, at }: SideFinding, prefix: string): Finding {
  const known = severity === 'error' || severity === 'warning' || severity === 'info' ? severity : 'note';
  return { ...EMPTY, ...placeOfText(at), rule, severity: blocking ? 'error' : known, blocking, message: `${prefix}${message}`, symbol: at, fingerprint: `${rule} ${at}` };
}

/** Entries that keep the check from passing, and those that somebody has to look at. */
function ofAck({ state, fingerprint, shows, reason, expires, at }: DocumentAck): readonly Finding[] {
  if (state === 'reviewed') return [];
  const texts = { new: 'needs a review', forbidden: 'came with the change that it is of', expired: `ran out on ${expires}`, wrong: 'says another class or request than its fingerprint is of' } as const;
  const isFailure = state === 'expired' || state === 'forbidden';
  return [{ ...EMPTY, ...placeOfText(at), rule: `acknowledgement-${state}`, severity: isFailure ? 'error' : 'warning', message: `acknowledgement of ${shows} ${texts[state]}: ${reason}`, symbol: fingerprint, fingerprint: `${state} ${fingerprint}` }];
}

function placeOfText(at: string): Pick<Finding, 'file' | 'line' | 'column' | 'endLine' | 'endColumn'> {
  const found = /^(.*?):(\d+)(?::(\d+))?$/.exec(at);
  const [line, column] = [Number(found?.[2] ?? 1), Number(found?.[3] ?? 1)];
  return { file: found?.[1] ?? at, line, column, endLine: line, endColumn: column };
}
