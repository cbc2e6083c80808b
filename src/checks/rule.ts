import type { Diagnostic, Severity, Skipped } from '../diagnostics/index.ts';
import type { Gateway, Problem, Routing, Stack, Unjudged, Workspace } from '../ir/index.ts';
import type { Origins, SourceFile } from '../text/index.ts';

/**
 * An example that is a test and a part of the docs page: a Compose file (or several, by name). Carets mark the place
 * under a line: `#` first non-blank, then `^` under the exact columns, as in `#        ^^^^ label-unknown`.
 * Marker lines are cut before the text is read. `good` examples must have no finding of this rule.
 */
export interface Example {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** `3.7`, `2.11`; absent = unknown version. */
  readonly version?: string;
}

/** A gateway resolved for one version of its engine. */
export interface ResolvedGateway {
  readonly gateway: Gateway;
  readonly routing: Routing;
  readonly problems: readonly Problem[];
  readonly unjudged: readonly Unjudged[];
  /** The version it was resolved for: `3.7` or `2.11`. */
  readonly version: string;
}

/** What a rule may read. With an unknown version there is one resolved gateway per supported version. */
export interface LintContext {
  readonly workspace: Workspace;
  readonly gateways: readonly { readonly name: string; readonly resolved: readonly ResolvedGateway[]; readonly versionKnown: boolean; readonly staticKnown: boolean; /** A part of it could not be read. */ readonly partial?: 'spec' | 'stacks'; /** Its gateway.yaml. */ readonly file?: { readonly path: string; readonly unset: Stack['unset'] } }[];
  readonly origins: Origins;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** False where nobody declared that all stacks belong to one proxy: collisions across stacks are then only advice. Absent = true. */
  readonly declared?: boolean;
  report(finding: Omit<Diagnostic, 'rule' | 'severity' | 'blocking'> & { readonly severity?: Severity; readonly blocking?: boolean }): void;
  skip(skipped: Omit<Skipped, 'rule'>): void;
}

/** One file per rule; registration is made from the folder. */
export interface LintRule {
  readonly id: string;
  /** Some of its findings stop a build although the rule itself does not: what the engine makes of the mistake decides. */
  readonly mayBlock?: true;
  readonly meta: {
    readonly summary: string;
    readonly why: string;
    readonly category: 'correctness' | 'security' | 'suspicious' | 'style';
    readonly severity: Severity;
    readonly blocking: boolean;
    readonly fix?: 'safe' | 'unsafe';
    /** The release that brought it; absent = the first one. Brought by a patch, it speaks as `info` until the next minor release. */
    readonly since?: string;
    readonly needs?: readonly ('static' | 'version' | 'variables')[];
    readonly bad: readonly Example[];
    readonly good: readonly Example[];
  };
  check(context: LintContext): void;
}
