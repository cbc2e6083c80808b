import { plural } from '../diagnostics/summary.ts';
import type { Acknowledged, DocumentAck } from './acks.ts';
import type { BehaviourChange } from './behaviour.ts';
import { CLASSES, fails, severityOf, type ChangeClass, type ChangeSeverity, type FailOn } from './classes.ts';
import { describeWitness } from './describe.ts';
import type { EntityChange } from './entities.ts';
import { hashOf } from './fingerprint.ts';
import type { SidePlace } from './place.ts';
import type { TrafficSummary } from './traffic.ts';
import type { UnaskedChange } from './unasked.ts';

export interface DocumentWitness {
  readonly request: string;
  readonly entryPoint: string;
  readonly before: string;
  readonly after: string;
  readonly replay: string;
}
export interface DocumentChange {
  readonly class: ChangeClass;
  readonly severity: ChangeSeverity;
  readonly gateway: string;
  readonly entity: string;
  readonly host: string | null;
  /** Null for what no request can show. */
  readonly witness: DocumentWitness | null;
  readonly what: string;
  readonly at: readonly SidePlace[];
  readonly fingerprint: string;
  /** Null where nobody acknowledged it. */
  readonly acknowledged: Acknowledged | null;
}
/** A finding that only one side has, or that keeps a side from being built. */
export interface SideFinding {
  readonly rule: string;
  readonly severity: string;
  readonly blocking: boolean;
  readonly message: string;
  readonly at: string;
}
/** A side that does not build, and why. */
export interface BrokenSide {
  readonly side: 'old' | 'new';
  readonly findings: readonly SideFinding[];
}
/** What is held against each other. */
export interface Compares {
  readonly kind: 'states' | 'targets' | 'versions';
  readonly old: string;
  readonly new: string;
}
export interface DiffSummary {
  readonly security: number;
  readonly breaking: number;
  readonly info: number;
  /** Changes that an acknowledgement takes out of the three counts before. */
  readonly acknowledged: number;
  readonly entities: number;
  readonly files: number;
  readonly requests: number;
}
/** `gateway.diff/1`. */
export interface DiffDocument {
  readonly schema: 'gateway.diff/1';
  readonly tool: { readonly version: string };
  readonly compares: Compares;
  readonly summary: DiffSummary;
  readonly broken: readonly BrokenSide[];
  readonly changes: readonly DocumentChange[];
  readonly unproven: readonly DocumentChange[];
  /** Findings that only the new side has; looked for where one side is another version of the engine. */
  readonly findings: readonly SideFinding[];
  readonly acks: readonly DocumentAck[];
  readonly entities: readonly (EntityChange & { readonly gateway: string })[];
  readonly files: readonly { readonly gateway: string; readonly path: string; readonly diff: string }[];
  readonly traffic: TrafficSummary | null;
}

export function behaviourChange(gateway: string, change: BehaviourChange): DocumentChange {
  const { class: id, entity, witness, at, fingerprint } = change;
  return { class: id, severity: severityOf(id), gateway, entity, host: witness.probe.host, witness: describeWitness(witness), what: CLASSES[id].says, at, fingerprint: hashOf([gateway, fingerprint]), acknowledged: null };
}

export function unaskedChange(gateway: string, { class: id, entity, what, at }: UnaskedChange): DocumentChange {
  return { class: id, severity: severityOf(id), gateway, entity, host: null, witness: null, what, at, fingerprint: hashOf([gateway, id, entity, what]), acknowledged: null };
}

/**
 * Whether the report is one that `--fail-on` is there for. A side that does not build, an acknowledgement that ran out
 * and one that is forbidden always are.
 */
export function failsOn(document: DiffDocument, threshold: FailOn): boolean {
  const { broken, changes, acks, findings, compares } = document;
  if (broken.length > 0 || acks.some(({ state }) => state === 'expired' || state === 'forbidden')) return true;
  if (compares.kind === 'versions' && findings.some(({ blocking }) => blocking)) return threshold !== 'none';
  return changes.some((change) => isOpen(change) && fails(change.severity, threshold));
}

/** Whether a change still has to be looked at. */
export function isOpen({ acknowledged }: DocumentChange): boolean {
  return acknowledged === null;
}

export function countChanges(changes: readonly DocumentChange[]): Pick<DiffSummary, ChangeSeverity | 'acknowledged'> {
  const open = changes.filter(isOpen);
  const of = (severity: ChangeSeverity): number => open.filter((change) => change.severity === severity).length;
  return { security: of('security'), breaking: of('breaking'), info: of('info'), acknowledged: changes.length - open.length };
}

export function isEmpty({ changes, entities, files, broken, findings, acks, traffic }: DiffDocument): boolean {
  return [changes, entities, files, broken, findings, acks].every((list) => list.length === 0) && traffic === null;
}

/** `1 security change, 2 breaking, 3 others`, and what was acknowledged. */
export function summaryText({ summary: { security, breaking, info, acknowledged } }: DiffDocument): string {
  const known = acknowledged === 0 ? '' : `, ${String(acknowledged)} acknowledged`;
  return `${plural(security, 'security change')}, ${String(breaking)} breaking, ${String(info)} other${info === 1 ? '' : 's'}${known}`;
}
