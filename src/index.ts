/**
 * gateway as a library: read stacks, check them, compile them, decide requests.
 * @example
 * ```ts
 * import { load, lint, build } from 'gateway-compiler';
 * const text = 'services: {}';
 * const host = { readFile: (path: string) => (path === 'compose.yml' ? text : undefined), listFolder: () => ['compose.yml'] };
 * const none = { endpoints: [], entryPoints: new Map() };
 * const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [] }], declared: false, host, overrides: none });
 * console.log(lint(loaded).diagnostics.length);
 * ```
 */
import { formatters } from './diagnostics/formats.ts';
import { text } from './diagnostics/formatters/text.ts';
import type { FormatOptions, Report } from './diagnostics/index.ts';
import { targets } from './targets/index.ts';
import { features } from './compile/matrix.ts';
import { rules } from './checks/registry.ts';

export { load } from './compile/load.ts';
export { lint } from './compile/lint.ts';
export type { LintOptions } from './compile/lint.ts';
export { build } from './compile/build.ts';
export { applyOverrides } from './compile/overrides.ts';
export { toReport } from './compile/to-report.ts';
export { buildDocument, buildReport } from './compile/report.ts';
export { capabilityMatrix } from './compile/matrix.ts';
export { explain, explainText } from './compile/explain.ts';
export type { Candidate, ExplainDocument, Explained, ExplainedDecision, Step } from './compile/explain.ts';
export { parseRequest } from './compile/request.ts';
export type { ExplainRequest, ParsedRequest } from './compile/request.ts';
export type { BuildOptions, BuildResult, BuiltTarget, CompileInput, GatewayInput, LintResult, Loaded, LoadedGateway } from './compile/types.ts';
export { countFindings, suggest } from './diagnostics/index.ts';
export type { Diagnostic, Finding, Fix, FormatOptions, Formatter, Report, Severity, TextEdit } from './diagnostics/index.ts';
export { createRuntime } from './runtime/index.ts';
export type { Runtime, RuntimeOptions } from './runtime/index.ts';
export type { Decision, Endpoint, Gateway, HeaderList, Probe, Ref, Route, Routing, Workspace } from './ir/index.ts';
export type { EngineVersion, ResolvedGateway } from './resolve/index.ts';
export type { SourceHost, StackInput } from './sources/source.ts';
export type { AddressOverrides, OutputFile, Verdict } from './targets/target.ts';
export type { LintRule } from './checks/rule.ts';
export { rules };

/** Names of the targets that `build` knows. */
export const targetNames: readonly string[] = targets.map((target) => target.name);
/** Names of the output formats of `lint`. */
export const formatNames: readonly string[] = formatters.map((formatter) => formatter.name);
/** Ids of all lint rules. */
export const ruleIds: readonly string[] = rules.map((rule) => rule.id);
/** Features as `gateway targets` prints them. */
export const knownFeatures: readonly string[] = features();

/** A report in a named format. Throws RangeError for an unknown name: check {@link formatNames}. */
export function format(name: string, report: Report, options: FormatOptions): string {
  const formatter = formatters.find((one) => one.name === name);
  if (formatter === undefined) throw new RangeError(`unknown format "${name}"`);
  return formatter.format(report, options);
}

/** Findings for a person, without the closing line when `summary` is false or nothing was found. */
export function formatText(report: Report, options: FormatOptions & { readonly summary: boolean }): string {
  if (report.findings.length === 0 && !options.summary) return '';
  return text.format(report, options);
}
export { VERSION } from './compile/version.ts';
