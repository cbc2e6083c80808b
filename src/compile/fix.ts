import { applyOffered, offeredFixes } from '../diagnostics/index.ts';
import type { Finding, OfferedFix } from '../diagnostics/index.ts';
import type { SourceHost } from '../sources/source.ts';
import { lint } from './lint.ts';
import type { LintOptions } from './lint.ts';
import { load } from './load.ts';
import { toReport } from './to-report.ts';
import type { CompileInput, Loaded } from './types.ts';

export interface FixRunOptions {
  readonly lint: LintOptions;
  /** Fixes that need a look, too. */
  readonly unsafe: boolean;
  /** Which findings may be fixed. */
  readonly wanted: (finding: Finding) => boolean;
  /** Files that may not be changed, e.g. because their bytes cannot be written back as they are. */
  readonly locked: (path: string) => boolean;
}

/** A fix that was not applied, and why. */
export interface RefusedFix extends OfferedFix {
  readonly because: string;
}

export interface FixRun {
  /** New text by path; only files that changed. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly OfferedFix[];
  readonly refused: readonly RefusedFix[];
  /** The files as they are with the new texts. */
  readonly loaded: Loaded;
}

/** Fixes that touch each other are made one pass after the other; a pair that undoes each other ends here. */
const MAX_PASSES = 10;
/** Each attempt reads and lints everything once. */
const MAX_ATTEMPTS = 30;

/**
 * Applies the fixes that findings offer, pass by pass, until none is left. Each result is linted, and a fix that would
 * bring a new error or warning is not applied: a set that does is halved until the fixes to blame stand alone.
 */
export function fixAll(input: CompileInput, options: FixRunOptions): FixRun {
  const run = new Run(input, options);
  for (let pass = 0; pass < MAX_PASSES && run.pass(); pass += 1);
  return run.result();
}

interface State {
  readonly loaded: Loaded;
  readonly findings: readonly Finding[];
}

class Run {
  readonly #input: CompileInput;
  readonly #options: FixRunOptions;
  #texts: ReadonlyMap<string, string> = new Map();
  #state: State;
  readonly #applied: OfferedFix[] = [];
  readonly #refused = new Map<string, RefusedFix>();
  #attempts = 0;

  constructor(input: CompileInput, options: FixRunOptions) {
    this.#input = input;
    this.#options = options;
    this.#state = this.#read(this.#texts);
  }

  /** One round over all fixes on offer; false when nothing was changed. */
  pass(): boolean {
    const { findings } = this.#state;
    const offered = offeredFixes(findings.filter(this.#options.wanted), this.#options).filter((one) => !this.#refused.has(keyOf(one)));
    const open = offered.filter((one) => {
      const locked = one.fix.edits.find(({ file }) => this.#options.locked(file));
      if (locked !== undefined) this.#refuse(one, `${locked.file} cannot be written back byte by byte`);
      return locked === undefined;
    });
    return open.length > 0 && this.#attempt(open);
  }

  result(): FixRun {
    return { texts: this.#texts, applied: this.#applied, refused: [...this.#refused.values()], loaded: this.#state.loaded };
  }

  /** True when at least one of the fixes was applied. */
  #attempt(offered: readonly OfferedFix[]): boolean {
    if (this.#attempts >= MAX_ATTEMPTS) {
      for (const one of offered) this.#refuse(one, 'too many fixes clash; run again');
      return false;
    }
    this.#attempts += 1;
    const before = new Map([...this.#state.loaded.files].map(([path, file]) => [path, file.text]));
    const { texts, applied } = applyOffered(before, offered);
    if (texts.size === 0) {
      for (const one of offered) this.#refuse(one, 'it would change nothing');
      return false;
    }
    const after = this.#read(new Map([...this.#texts, ...texts]));
    const blame = newFinding(this.#state.findings, after.findings);
    if (blame !== undefined) return this.#withoutCulprits(applied, blame);
    this.#texts = new Map([...this.#texts, ...texts]);
    this.#state = after;
    this.#applied.push(...applied);
    return true;
  }

  #withoutCulprits(offered: readonly OfferedFix[], blame: Finding): boolean {
    const [only] = offered;
    if (only !== undefined && offered.length === 1) {
      this.#refuse(only, `it would bring a new finding: ${blame.rule} ${blame.message}`);
      return false;
    }
    const half = Math.ceil(offered.length / 2);
    // What is applied moves the rest: that is offered again in the next pass.
    return this.#attempt(offered.slice(0, half)) || this.#attempt(offered.slice(half));
  }

  #refuse(one: OfferedFix, because: string): void {
    this.#refused.set(keyOf(one), { ...one, because });
  }

  #read(texts: ReadonlyMap<string, string>): State {
    const loaded = load({ ...this.#input, host: overlay(this.#input.host, texts) });
    const { diagnostics } = lint(loaded, this.#options.lint);
    return { loaded, findings: toReport('gateway.lint/1', diagnostics, [], loaded).findings };
  }
}

/** An error or warning that was not there before; advice (a size that is passed) and notes do not speak against a fix. */
function newFinding(before: readonly Finding[], after: readonly Finding[]): Finding | undefined {
  const known = new Set(before.map(({ fingerprint }) => fingerprint));
  return after.find((finding) => (finding.severity === 'error' || finding.severity === 'warning') && !known.has(finding.fingerprint));
}

function keyOf({ finding, fix }: OfferedFix): string {
  return `${finding.fingerprint}\0${fix.title}`;
}

function overlay(host: SourceHost, texts: ReadonlyMap<string, string>): SourceHost {
  return { readFile: (path) => texts.get(path) ?? host.readFile(path), listFolder: (path) => host.listFolder(path) };
}
