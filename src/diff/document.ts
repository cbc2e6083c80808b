import type { BehaviourChange } from './behaviour.ts';
import { CLASSES, fails, severityOf, type ChangeClass, type ChangeSeverity, type FailOn } from './classes.ts';
import { describeWitness } from './describe.ts';
import type { EntityChange } from './entities.ts';
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
  readonly at: readonly string[];
  readonly fingerprint: string;
}
/** A side that does not build, and why. */
export interface BrokenSide {
  readonly side: 'old' | 'new';
  readonly findings: readonly { readonly rule: string; readonly message: string; readonly at: string }[];
}
/** `gateway.diff/1`. */
export interface DiffDocument {
  readonly schema: 'gateway.diff/1';
  readonly tool: { readonly version: string };
  readonly summary: { readonly security: number; readonly breaking: number; readonly info: number; readonly entities: number; readonly files: number; readonly requests: number };
  readonly broken: readonly BrokenSide[];
  readonly changes: readonly DocumentChange[];
  readonly unproven: readonly DocumentChange[];
  readonly entities: readonly (EntityChange & { readonly gateway: string })[];
  readonly files: readonly { readonly gateway: string; readonly path: string; readonly diff: string }[];
}

export function behaviourChange(gateway: string, change: BehaviourChange): DocumentChange {
  const { class: id, entity, witness, at, fingerprint } = change;
  return { class: id, severity: severityOf(id), gateway, entity, host: witness.probe.host, witness: describeWitness(witness), what: CLASSES[id].says, at, fingerprint };
}

export function unaskedChange(gateway: string, { class: id, entity, what, at }: UnaskedChange, fingerprint: string): DocumentChange {
  return { class: id, severity: severityOf(id), gateway, entity, host: null, witness: null, what, at, fingerprint };
}

/** Whether the report is one that `--fail-on` is there for. A side that does not build always is. */
export function failsOn(document: DiffDocument, threshold: FailOn): boolean {
  return document.broken.length > 0 || document.changes.some(({ severity }) => fails(severity, threshold));
}

export function isEmpty({ changes, entities, files, broken }: DiffDocument): boolean {
  return changes.length === 0 && entities.length === 0 && files.length === 0 && broken.length === 0;
}

/** `1 security change, 2 breaking, 3 others`. */
export function summaryText({ summary: { security, breaking, info } }: DiffDocument): string {
  return `${String(security)} security change${security === 1 ? '' : 's'}, ${String(breaking)} breaking, ${String(info)} other${info === 1 ? '' : 's'}`;
}
