import { printable } from '../diagnostics/paint.ts';
import type { Paint } from '../diagnostics/paint.ts';
import { printJson } from '../diagnostics/print-json.ts';
import type { Covered, Explained, TestResult, TestRun } from '../index.ts';

interface TextOptions {
  readonly coverage: boolean;
  readonly paint: Paint;
  /** Failures only. */
  readonly quiet: boolean;
  readonly explain: (explained: Explained, paint: Paint) => string;
}

/** For people. */
export function testText(run: TestRun, options: TextOptions): string {
  const lines = run.results.flatMap((result) => resultLines(result, options));
  if (run.asked.length > 1 || run.asked[0] !== 'runtime') lines.push(`asked: ${run.asked.length === 0 ? 'nobody' : run.asked.join(', ')}`);
  const open = run.results.length - run.passed - run.failed;
  if (open > 0) lines.push(`${String(open)} of ${String(run.results.length)} tests could not be asked`);
  lines.push(`${String(run.passed)} passed, ${String(run.failed)} failed`);
  if (options.coverage) {
    const { routers, matchers, middlewares, percent } = run.coverage;
    lines.push(covered('routers', routers), covered('matchers', matchers), covered('middlewares', middlewares), `coverage ${String(percent)}%`);
  }
  if (run.survivors !== undefined) {
    const { total, unnoticed } = run.survivors;
    lines.push(`mistakes noticed ${String(total - unnoticed.length)}/${String(total)}`, ...unnoticed.map((what) => `  no test notices: ${printable(what)}`));
  }
  return `${lines.join('\n')}\n`;
}

function resultLines({ test, results, explained }: TestResult, { paint, quiet, explain }: TextOptions): readonly string[] {
  const failed = results.filter(({ kind }) => kind === 'failed');
  if (failed.length === 0) {
    const left = results.filter(({ kind }) => kind === 'not asked').map(({ engine, lines }) => `    ${engine} not asked: ${lines.join('; ')}`);
    const head = results.some(({ kind }) => kind === 'passed') ? paint.info('ok') : '? ';
    return quiet ? [] : [`${head}    ${printable(test.name)}`, ...left];
  }
  const why = failed.flatMap(({ engine, lines }) => lines.map((line) => `    ${engine}: ${printable(line)}`));
  const because = explained === undefined ? [] : explain(explained, paint).trimEnd().split('\n').map((line) => `    | ${line}`);
  return [`${paint.error('FAIL')}  ${printable(test.name)}  ${paint.dim(`${test.file}:${String(test.line)}`)}`, ...why, ...because];
}

function covered(what: string, { covered: count, total, missing }: Covered): string {
  return `${what} covered ${String(count)}/${String(total)}${missing.length === 0 ? '' : ` (missing: ${missing.map(printable).join(', ')})`}`;
}

/** `gateway.test/1`. */
export function testDocument(run: TestRun): string {
  const { passed, failed, asked, coverage, survivors, broken, absent } = run;
  const tests = run.results.map(({ test, results }) => ({ name: test.name, file: test.file, line: test.line, results: results.map(({ engine, kind, lines }) => ({ engine, result: kind, messages: lines })) }));
  return printJson({ schema: 'gateway.test/1', summary: { passed, failed }, asked, tests, coverage, ...(survivors === undefined ? {} : { mutation: survivors }), broken, absent });
}

/** What kept all tests from being asked. */
export interface TestProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** `gateway.test/1` of tests that could not be asked. */
export function refusedDocument(problems: readonly TestProblem[]): string {
  const none = { covered: 0, total: 0, missing: [] };
  const errors = problems.map(({ file, line, message }) => ({ file, line, message }));
  return printJson({ schema: 'gateway.test/1', summary: { passed: 0, failed: 0 }, asked: [], tests: [], coverage: { routers: none, matchers: none, middlewares: none, percent: 0 }, broken: [], absent: [], errors });
}

/** The same as JUnit XML: each problem is a case that could not run. */
export function refusedJunit(problems: readonly TestProblem[]): string {
  const count = String(problems.length);
  const cases = problems.map(({ file, line, message }) => `    <testcase name="${xml(message)}" classname="${xml(`${file}:${String(line)}`)}"><error message="${xml(message)}"/></testcase>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gateway test" tests="${count}" failures="0" errors="${count}">\n  <testsuite name="not asked" tests="${count}" failures="0" errors="${count}">\n${cases.join('')}  </testsuite>\n</testsuites>\n`;
}

/** JUnit XML: one suite a file, one case for each test and engine. */
export function testJunit(run: TestRun): string {
  const files = [...new Set(run.results.map(({ test }) => test.file))];
  const suites = files.map((file) => {
    const own = run.results.filter(({ test }) => test.file === file);
    const cases = own.flatMap(({ test, results }) => results.map((one) => {
      const head = `    <testcase name="${xml(test.name)}" classname="${xml(`${one.engine} ${file}:${String(test.line)}`)}"`;
      if (one.kind === 'passed') return `${head}/>\n`;
      const inside = one.kind === 'failed' ? `<failure message="${xml(one.lines[0] ?? '')}">${xml(one.lines.join('\n'))}</failure>` : `<skipped message="${xml(one.lines.join('; '))}"/>`;
      return `${head}>${inside}</testcase>\n`;
    }));
    return `  <testsuite name="${xml(file)}" tests="${String(cases.length)}" failures="${String(own.flatMap(({ results }) => results).filter(({ kind }) => kind === 'failed').length)}" errors="0">\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gateway test" tests="${String(run.results.length)}" failures="${String(run.failed)}" errors="0">\n${suites.join('')}</testsuites>\n`;
}

function xml(text: string): string {
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}
