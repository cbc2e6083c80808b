import type { SourceOptions } from './options.ts';

/** What `gateway lint` and `gateway validate` take. */
export interface LintFlags extends SourceOptions {
  readonly format?: readonly string[];
  readonly rule?: readonly string[];
  readonly minSeverity?: string;
  readonly maxWarnings?: string;
  readonly requireStatic?: boolean;
  readonly exitZero?: boolean;
  readonly listRules?: boolean;
  readonly explainRule?: string;
  readonly fix?: boolean;
  readonly fixUnsafe?: boolean;
  readonly fixDryRun?: boolean;
  readonly baseline?: string;
  readonly baselineWrite?: boolean;
  readonly changed?: boolean;
  readonly watch?: boolean;
  readonly since?: string;
  readonly annotations?: string;
  readonly ascii?: boolean;
}
