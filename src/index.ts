/**
 * gateway as a library: read stacks, check them, compile them, decide requests.
 * Nothing here touches the file system or throws for what a file holds: text comes from a {@link SourceHost}.
 * @example
 * ```ts
 * import { build, lint, load } from 'gateway-compiler';
 *
 * const overrides = { endpoints: [], entryPoints: new Map([['web', { host: '127.0.0.1', port: 8080 }]]) };
 * function read(label: string) {
 *   const text = `name: shop\nservices:\n  web:\n    image: example/web:1\n    ports: [80]\n    labels:\n      - ${label}=Host(\`a.example.com\`)\n`;
 *   const host = { readFile: (path: string) => (path === 'compose.yml' ? text : undefined), listFolder: () => ['compose.yml'] };
 *   const gateways = [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [] }];
 *   return load({ gateways, declared: false, host, overrides });
 * }
 *
 * for (const { rule, message, blocking } of lint(read('traefik.http.rotuers.web.rule')).diagnostics) {
 *   if (blocking) console.log(`${rule}: ${message}`);
 * }
 * const options = { targets: ['traefik'], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides };
 * const { built } = build(read('traefik.http.routers.web.rule'), options);
 * for (const file of built[0]?.files ?? []) if (file.path.startsWith('dynamic/')) console.log(file.path);
 * ```
 */
import { rules } from './checks/registry.ts';

export { allRules, byStack, canBeKnown, compareBaselines, countFindings, fixAll, format, formatNames, hasInput, isNewerSet, lint, load, printBaseline, readBaseline, readUnifiedDiff, ruleIds, suggest, toReport, touchedBy, unifiedDiff, VERSION } from './linting.ts';
export { discoverCompose, discoverDocument, discoverSummary, discoverText } from './compile/discover.ts';
export type { DiscoverDocument } from './compile/discover.ts';
export { containerFiles } from './compile/live-stacks.ts';
export type { LintOptions } from './compile/lint.ts';
export type { FixRun, FixRunOptions, RefusedFix } from './compile/fix.ts';
export type { Baseline, BaselineEntry, BaselineRead, Compared, StackFindings } from './compile/baseline.ts';
export type { ChangedLines, Changes } from './compile/changed.ts';
export { answersAlike, build, buildDocument, buildReport, failureReport, formatText, knownFeatures, sourceDigest, targetNames, unknownOverrides } from './building.ts';
export type { FailureReport } from './compile/validation/failure-report.ts';
export type { Disagreement, Validation } from './compile/validate.ts';
export { verify } from './compile/verify/verify.ts';
export type { EnginePlaces } from './compile/verify/engine-places.ts';
export type { Verified } from './compile/verify/verify.ts';
export { applyOverrides } from './compile/overrides.ts';
export { specTests } from './compile/spec-tests.ts';
export { serveRefusals } from './compile/served.ts';
export { toGatewayYaml } from './compile/print-spec.ts';
export type { PrintedSpec } from './compile/print-spec.ts';
export { capabilityMatrix } from './compile/matrix.ts';
export { explain, explainAll, explainWhole } from './compile/explain.ts';
export type { ExplainOptions, WholeOptions } from './compile/explain.ts';
export { explainText } from './compile/explain-text.ts';
export { explainLive } from './compile/explain-live.ts';
export type { ExplainLiveOptions } from './compile/explain-live.ts';
export { drift, driftDocument } from './compile/drift.ts';
export type { RunningGateway } from './compile/drift.ts';
export { driftText, readEngineState } from './live/index.ts';
export type { DriftDocument, EngineState, GatewayDrift, LabelDrift, ServiceDrift, StackDrift } from './live/index.ts';
export type { Candidate, ExplainDocument, Explained, ExplainedDecision, Step } from './compile/explain-document.ts';
export { runRouteTests, TEST_ENGINES } from './compile/route-tests.ts';
export type { EngineResult, TestEngine, TestOptions, TestResult, TestRun } from './compile/route-tests.ts';
export { gatewayUnderTest } from './compile/test-gateway.ts';
export { createGateway } from './compile/in-process.ts';
export type { GatewayConfig } from './compile/in-process.ts';
export type { Backend, InProcess, InProcessOptions } from './server/index.ts';
export { generateTests, readTests } from './testing/index.ts';
export type { Coverage, Covered, Expectation, GatewayUnderTest, Outcome, RouteTest, TestsRead } from './testing/index.ts';
export { diff } from './compile/diff.ts';
export type { DiffOptions } from './compile/diff.ts';
export { COMPARED_TARGETS, diffTargets } from './compile/diff-targets.ts';
export type { ComparedTarget } from './compile/diff-targets.ts';
export { trafficReader } from './compile/traffic.ts';
export type { PolicySide } from './compile/policy.ts';
export { CLASSES as diffClasses, failsOn, isDay, printMarkdown, printReport, printText, readAcks, shownBy, TRAFFIC_FORMATS, withAcks } from './diff/index.ts';
export type { Ack, AckOptions, AckState, AcksRead, Acknowledged, ChangeClass, ChangeSeverity, Compares, DiffDocument, DiffLevel, DocumentAck, DocumentChange, FailOn, SideFinding, SidePlace, TrafficFormat, TrafficLog, TrafficReader } from './diff/index.ts';
export { parseRequest } from './compile/request.ts';
export type { ExplainRequest, ParsedRequest } from './compile/request.ts';
export type { BuildOptions, BuildResult, BuiltTarget, CompileInput, GatewayInput, LintResult, Loaded, LoadedGateway } from './compile/types.ts';
export type { Diagnostic, Finding, Fix, FormatOptions, Formatter, Report, Severity, TextEdit } from './diagnostics/index.ts';
export { createRuntime } from './runtime/index.ts';
export type { Runtime, RuntimeOptions } from './runtime/index.ts';
export type { Decision, Endpoint, Gateway, HeaderList, Probe, Ref, ResolvedService, Route, Routing, Workspace } from './ir/index.ts';
export type { EngineVersion, ResolvedGateway } from './resolve/index.ts';
export type { SourceHost, StackInput } from './sources/source.ts';
export { chooseHosts, readInspectFile, readLive, watchHosts } from './sources/docker/index.ts';
export type { ContainerFacts, DockerHost, FailedHost, HostChoice, LiveOptions, LiveRead, SeenHost, WatchOptions } from './sources/docker/index.ts';
export type { AddressOverrides, OutputFile, Verdict } from './targets/target.ts';
export type { LintRule } from './checks/rule.ts';
export { rules };
