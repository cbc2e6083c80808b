import type { DocumentChange } from './document.ts';

/** One entry of `.gateway/acks.yaml`: somebody looked at this change and let it pass. */
export interface Ack {
  readonly fingerprint: string;
  /** What the entry says it is about: an entry that says otherwise than its fingerprint counts for nothing. */
  readonly class: string;
  readonly shows: string;
  readonly reason: string;
  /** The last day on which it holds, `2027-01-31`. */
  readonly expires: string;
  readonly at: string;
}

/**
 * `reviewed`: it stands on the base side too. `new`: it came with this change, somebody has to look at it. `forbidden`:
 * new where that is not allowed. `expired`: its day is over. `wrong`: it says another class or request than its
 * fingerprint is of.
 */
export type AckState = 'reviewed' | 'new' | 'forbidden' | 'expired' | 'wrong';

export interface DocumentAck extends Ack {
  readonly state: AckState;
  /** Whether this comparison has the change that it is of. */
  readonly used: boolean;
}

/** What a change says of the entry that lets it pass. */
export interface Acknowledged {
  readonly reason: string;
  readonly expires: string;
  readonly isNew: boolean;
}

export interface AckOptions {
  readonly before: readonly Ack[];
  readonly after: readonly Ack[];
  /** `2026-11-21`. */
  readonly today: string;
  /** An entry that came with the change that it is of counts for nothing, and fails the check. */
  readonly forbidNew: boolean;
}

export interface AppliedAcks {
  readonly changes: readonly DocumentChange[];
  /** Entries that are of a change here, or that somebody has to look at. */
  readonly acks: readonly DocumentAck[];
}

/** Lets acknowledged changes pass. What counts is the new side's file; what is new in it is told by the old one's. */
export function applyAcks(changes: readonly DocumentChange[], options: AckOptions): AppliedAcks {
  const byFingerprint = new Map(changes.map((change) => [change.fingerprint, change]));
  const acks = options.after.map((ack) => judged(ack, byFingerprint.get(ack.fingerprint), options));
  const passing = new Map(acks.filter(({ state, used }) => used && (state === 'reviewed' || state === 'new')).map((ack) => [ack.fingerprint, ack]));
  return {
    changes: changes.map((change) => {
      const ack = passing.get(change.fingerprint);
      return ack === undefined ? change : { ...change, acknowledged: { reason: ack.reason, expires: ack.expires, isNew: ack.state === 'new' } };
    }),
    acks: acks.filter(({ state, used }) => used || state !== 'reviewed'),
  };
}

function judged(ack: Ack, change: DocumentChange | undefined, { before, today, forbidNew }: AckOptions): DocumentAck {
  const used = change !== undefined;
  if (ack.expires < today) return { ...ack, state: 'expired', used };
  if (change !== undefined && (ack.class !== change.class || ack.shows !== shownBy(change))) return { ...ack, state: 'wrong', used };
  // Another day is another promise: it is as new as a new entry.
  if (before.some(({ fingerprint, expires }) => fingerprint === ack.fingerprint && expires === ack.expires)) return { ...ack, state: 'reviewed', used };
  return { ...ack, state: forbidNew && used ? 'forbidden' : 'new', used };
}

/** What an entry has to say of a change, for whoever reads the file. */
export function shownBy({ witness, entity, what }: DocumentChange): string {
  return witness === null ? `${entity}: ${what}` : `${witness.request} on ${witness.entryPoint}`;
}
