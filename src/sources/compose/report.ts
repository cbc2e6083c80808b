import type { Diagnostic, Marker, Severity } from '../../diagnostics/index.ts';
import type { OriginId } from '../../text/index.ts';

export interface Finding {
  readonly rule: 'yaml-syntax' | 'compose-schema' | 'compose-interpolation' | 'env-file-syntax' | 'compose-file-missing' | 'compose-too-large';
  readonly message: string;
  readonly origin: OriginId;
  /** Path below the project: `web/labels`. */
  readonly symbol: string;
  readonly severity?: Severity;
  readonly blocking?: boolean;
  readonly why?: string;
  readonly help?: string;
  readonly label?: string;
  readonly related?: readonly Marker[];
}

/** Collects findings; one place and message is said once. */
export interface Reporter {
  readonly diagnostics: readonly Diagnostic[];
  report(finding: Finding): void;
}

export function createReporter(stack: () => string, placeKey: (origin: OriginId) => string): Reporter {
  const diagnostics: Diagnostic[] = [];
  const said = new Set<string>();
  return {
    diagnostics,
    report(finding) {
      const id = `${finding.rule} ${finding.message} ${placeKey(finding.origin)}`;
      if (said.has(id)) return;
      said.add(id);
      diagnostics.push(toDiagnostic(finding, stack()));
    },
  };
}

function toDiagnostic(finding: Finding, stack: string): Diagnostic {
  const { origin, label, symbol, severity = 'error', blocking = false, ...rest } = finding;
  const at: Marker = label === undefined ? { origin } : { origin, label };
  return { ...rest, severity, blocking, at, symbol: [stack, symbol].filter((part) => part !== '').join('/') };
}
