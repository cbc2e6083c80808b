import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from '../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { Finding, Report } from '../../src/diagnostics/index.ts';
import { printAll, reportOf } from '../support/formats.ts';
import { isJsonObject } from '../support/json.ts';
import { lintFiles } from '../support/lint.ts';
import { parseXml } from '../support/xml.ts';
import type { XmlElement } from '../support/xml.ts';

const schema = (name: string): object => JSON.parse(readFileSync(new URL(`../../fixtures/formats/${name}.schema.json`, import.meta.url), 'utf8')) as object;
const ajv = new Ajv({ allErrors: true, strict: false });
const DOCUMENTS = { sarif: ajv.compile(schema('sarif')), gitlab: ajv.compile(schema('gitlab')), rdjson: ajv.compile(schema('rdjson')) };

/** Wide letters before a mistake, a mistake with several edits, findings with other places, a note. */
const STACK = `services:
  web:
    image: example/web:1
    expose: ["80"]
    labels:
      - "traefik.http.rotuers.🚀日本.rule=Host(\`a.example.com\`)"
      - traefik.http.rotuers.🚀日本.entrypoints=web
      - traefik.http.middlewares.日本.addprefix.prefx=/a
      - traefik.http.routers.b.rule=Host(\`b.example.com\`)
      - traefik.http.routers.b.middlewares=missing
      - traefik.http.routers.c.rule=Host(\`\${DOMAIN}\`)
`;
const sample = lintFiles({ files: { 'compose.yml': STACK }, versions: ['3.7'] });
const report = reportOf(sample);
const outputs = new Map(printAll(sample));
const output = (name: string): string => outputs.get(name) ?? '';
const parsed = (name: string): unknown => JSON.parse(output(name));

/** Attributes and children that the xUnit plugin of Jenkins allows. */
const JUNIT: Readonly<Record<string, { readonly required: readonly string[]; readonly optional: readonly string[]; readonly children: readonly string[] }>> = {
  testsuites: { required: [], optional: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: { required: ['name', 'tests', 'failures', 'errors'], optional: ['time', 'skipped', 'hostname', 'id', 'package', 'file'], children: ['testcase', 'system-out'] },
  testcase: { required: ['name'], optional: ['time', 'classname', 'group'], children: ['failure', 'system-out'] },
  failure: { required: [], optional: ['type', 'message'], children: [] },
  'system-out': { required: [], optional: [], children: [] },
};

function checkJunit(element: XmlElement): void {
  const rule = JUNIT[element.name];
  const names = Object.keys(element.attributes);
  expect(rule, element.name).toBeDefined();
  expect(names.filter((name) => rule?.required.includes(name) !== true && rule?.optional.includes(name) !== true)).toEqual([]);
  for (const name of rule?.required ?? []) expect(names).toContain(name);
  for (const child of element.children) {
    expect(rule?.children).toContain(child.name);
    checkJunit(child);
  }
}

function junitCounts(root: XmlElement): { readonly tests: number; readonly failures: number } {
  const cases = root.children.flatMap((suite) => suite.children);
  return { tests: cases.length, failures: cases.filter((one) => one.children.some(({ name }) => name === 'failure')).length };
}

function findingOf(rule: string): Finding {
  const found = report.findings.find((finding) => finding.rule === rule);
  if (found === undefined) throw new Error(`no ${rule} in the sample`);
  return found;
}

describe('documents', () => {
  it.each(Object.entries(DOCUMENTS))('%s fits its schema', (name, validate) => {
    expect(validate(parsed(name)), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
  });

  it('all of them are valid with no findings at all', () => {
    const empty = new Map(printAll(lintFiles({ files: { 'compose.yml': 'services:\n  web:\n    image: example/web:1\n' }, versions: ['3.7'] })));
    for (const [name, validate] of Object.entries(DOCUMENTS)) expect(validate(JSON.parse(empty.get(name) ?? '')), name).toBe(true);
    const root = parseXml(empty.get('junit') ?? '');
    checkJunit(root);
    expect(junitCounts(root)).toEqual({ tests: 1, failures: 0 });
  });

  it('junit fits, and its counts are true', () => {
    const root = parseXml(output('junit'));
    checkJunit(root);
    const errors = report.findings.filter(({ severity }) => severity === 'error').length;
    expect(errors).toBeGreaterThan(0);
    expect(junitCounts(root)).toEqual({ tests: report.findings.length, failures: errors });
    expect(root.attributes).toMatchObject({ tests: String(report.findings.length), failures: String(errors) });
  });

  it('json holds counts, findings and skipped checks', () => {
    const document = parsed('json');
    expect(document).toMatchObject({ schema: 'gateway.lint/1', summary: { errors: report.findings.filter(({ severity }) => severity === 'error').length } });
    expect(isJsonObject(document) && Array.isArray(document['skipped']) && document['skipped'].length).toBeGreaterThan(0);
  });
});

describe('positions', () => {
  const { line, column } = findingOf('label-unknown');
  const second = report.findings.find(({ message }) => message.startsWith('"prefx"'));

  it('SARIF counts UTF-16 units from 1', () => {
    expect(output('sarif')).toContain('"columnKind": "utf16CodeUnits"');
    const prefix = "      - traefik.http.middlewares.日本.addprefix.";
    expect(second).toMatchObject({ line: 8, column: prefix.length + 1, endColumn: prefix.length + 6 });
    expect(parsed('sarif')).toMatchObject({ runs: [{ results: expect.arrayContaining([expect.objectContaining({ locations: [{ physicalLocation: { artifactLocation: { uri: 'compose.yml' }, region: { startLine: 8, startColumn: prefix.length + 1, endLine: 8, endColumn: prefix.length + 6 } } }] })]) }] });
  });

  it('rdjson counts bytes of UTF-8', () => {
    const prefix = Buffer.byteLength('      - traefik.http.middlewares.日本.addprefix.');
    expect(parsed('rdjson')).toMatchObject({ diagnostics: expect.arrayContaining([expect.objectContaining({ location: { path: 'compose.yml', range: { start: { line: 8, column: prefix + 1 }, end: { line: 8, column: prefix + 6 } } }, suggestions: [{ range: { start: { line: 8, column: prefix + 1 }, end: { line: 8, column: prefix + 6 } }, text: 'prefix' }] })]) });
  });

  it('rdjson makes one suggestion of edits that stand together', () => {
    const document = parsed('rdjson');
    const all = isJsonObject(document) && Array.isArray(document['diagnostics']) ? document['diagnostics'] : [];
    const one = all.find((item) => isJsonObject(item) && String(item['message']).startsWith('"rotuers"'));
    expect(one).toMatchObject({ suggestions: [{ range: { start: { line: 6 }, end: { line: 7 } }, text: "routers.🚀日本.rule=Host(`a.example.com`)\"\n      - traefik.http.routers" }] });
  });

  it('GitLab and GitHub count lines from 1', () => {
    expect(parsed('gitlab')).toEqual(expect.arrayContaining([expect.objectContaining({ check_name: 'label-unknown', severity: 'blocker', location: { path: 'compose.yml', lines: { begin: line, end: line } } })]));
    expect(output('github')).toContain(`::error file=compose.yml,line=${String(line)},endLine=${String(line)},col=${String(column)},endColumn=${String(column + 7)},title=label-unknown::`);
  });

  it('fingerprints are unique, and survive moved lines', () => {
    const prints = report.findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    const moved = lintFiles({ files: { 'compose.yml': `# a comment\n\n${STACK}` }, versions: ['3.7'] });
    expect(moved.findings.map(({ fingerprint }) => fingerprint).sort()).toEqual([...prints].sort());
  });
});

/** What tries to be something else: commands of runners, terminal escapes, markup, links, mentions. */
const HOSTILE = ['\u001b[31m', '\u009b2J', '\r', '\u202e', '\u0000', '\u2028', '::error file=x::forged', '##[error]forged', '##vso[task.setvariable]x', '%0A::error::x', '](http://evil.example)', '<script>', '|', '`', '@everyone', '#123', '</failure>', ']]>', '&amp;', '\ud800', '--', 'https://evil.example', '*b*', '~~s~~', '![i](x)', 'www.evil.example', '\t', '"', "'"];
const nasty = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 6 })), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

function hostileReport(texts: readonly string[], path: string): Report {
  const [a = '', b = '', c = ''] = texts;
  const { findings: [template] } = report;
  if (template === undefined) throw new Error('the sample has no finding');
  const finding: Finding = { ...template, file: path, message: a, why: b, help: c, label: a, symbol: b, related: [{ ...template, message: c }] };
  return { ...report, findings: [finding, { ...finding, severity: 'note', fingerprint: 'other' }] };
}

const hostileOutputs = (texts: readonly string[], path: string): ReadonlyMap<string, string> => new Map(printAll({ ...sample, findings: hostileReport(texts, path).findings }));
const hostile = [fc.array(nasty, { minLength: 3, maxLength: 3 }), nasty.map((name) => `f${name}`)] as const;

describe('text from files cannot become anything else', () => {
  it('no output holds a terminal escape or an order to a build server', () => {
    fc.assert(fc.property(...hostile, (texts, path) => {
      for (const [name, text] of hostileOutputs(texts, path)) {
        expect(text, name).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        if (['text', 'concise', 'github', 'markdown'].includes(name)) expect(text, name).not.toMatch(/##[a-z]*\[/i);
        if (['text', 'concise', 'markdown'].includes(name)) expect(text, name).not.toMatch(/^\s*::/m);
      }
    }), { numRuns: 300 });
  }, 60_000);

  it('annotations are exactly one line a finding, with their own properties', () => {
    fc.assert(fc.property(...hostile, (texts, path) => {
      const lines = (hostileOutputs(texts, path).get('github') ?? '').split('\n');
      expect(lines).toHaveLength(3);
      for (const line of lines.slice(0, 2)) expect(line).toMatch(/^::(?:error|notice) file=[^,:]*,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[^,:]*::/);
    }), { numRuns: 300 });
  }, 60_000);

  it('Markdown keeps its table and gets no markup, link or mention', () => {
    fc.assert(fc.property(...hostile, (texts, path) => {
      const lines = (hostileOutputs(texts, path).get('markdown') ?? '').split('\n');
      const rows = lines.filter((line) => line.startsWith('| error') || line.startsWith('| note'));
      expect(rows).toHaveLength(2);
      for (const row of rows) {
        expect(row.split('|')).toHaveLength(6);
        expect(row.replaceAll('<br>', '')).not.toMatch(/[<>`[\]*_~!\\@]|#\d+(?![\d;])|:\/\/|www\./);
        expect(row).not.toMatch(/&(?!#\d+;|zwnj;)/);
      }
    }), { numRuns: 300 });
  }, 60_000);

  it('documents stay documents', () => {
    fc.assert(fc.property(...hostile, (texts, path) => {
      const all = hostileOutputs(texts, path);
      for (const [name, validate] of Object.entries(DOCUMENTS)) {
        const ok = validate(JSON.parse(all.get(name) ?? ''));
        const errors = (validate.errors ?? []).filter(({ instancePath, keyword }) => !(keyword === 'minLength' || (keyword === 'not' && instancePath.endsWith('/path'))));
        expect(ok || errors.length === 0, JSON.stringify(errors)).toBe(true);
      }
      const root = parseXml(all.get('junit') ?? '');
      checkJunit(root);
      expect(junitCounts(root).tests).toBe(2);
    }), { numRuns: 200 });
  }, 60_000);
});
