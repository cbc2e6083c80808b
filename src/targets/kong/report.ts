import type { Diagnostic } from '../../diagnostics/index.ts';
import type { OriginId } from '../../text/index.ts';

/** Where a finding of this target points at. */
export interface Place {
  readonly origin: OriginId;
  readonly symbol: string;
}

/** Collects findings while a plan is made; keeps going, so that all are said at once. */
export class Report {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #seen = new Set<string>();

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }
  get blocked(): boolean {
    return this.#diagnostics.some((diagnostic) => diagnostic.blocking);
  }

  /** A value for which Kong has no literal. */
  unquotable(what: string, place: Place, why: string): void {
    this.#add({
      rule: 'value-unquotable', severity: 'error', blocking: true, message: `kong has no way to write this ${what}`, why,
      help: 'write the value without these characters', at: { origin: place.origin }, symbol: `kong ${what} ${place.symbol}`,
    });
  }

  unsupported(what: string, place: Place, why: string, help?: string): void {
    this.#add({
      rule: 'target-unsupported', severity: 'error', blocking: true, message: `kong cannot express ${what}`, why, ...(help === undefined ? {} : { help }),
      at: { origin: place.origin }, symbol: `kong ${what} ${place.symbol}`,
    });
  }

  warning(rule: string, message: string, place: Place, why: string, help?: string): void {
    this.#add({ rule, severity: 'warning', blocking: false, message, why, ...(help === undefined ? {} : { help }), at: { origin: place.origin }, symbol: `kong ${place.symbol}` });
  }

  note(rule: string, message: string, place: Place, why: string, help: string): void {
    this.#add({ rule, severity: 'note', blocking: false, message, why, help, at: { origin: place.origin }, symbol: `kong ${place.symbol}` });
  }

  #add(diagnostic: Diagnostic): void {
    const key = `${diagnostic.rule} ${String(diagnostic.at.origin)} ${diagnostic.message} ${diagnostic.why ?? ''}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#diagnostics.push(diagnostic);
  }
}
