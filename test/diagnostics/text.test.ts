import { describe, expect, it } from 'vitest';
import { text } from '../../src/diagnostics/formatters/text.ts';
import { plainPaint } from '../../src/diagnostics/index.ts';
import type { Finding, Report } from '../../src/diagnostics/index.ts';
import { SourceFile } from '../../src/text/index.ts';

const SOURCE = 'services:\n  api:\n    labels:\n      - traefik.http.routers.api.entrypoint=websecure\n';

function finding(over: Partial<Finding>): Finding {
  return {
    rule: 'label-unknown', severity: 'error', blocking: true, file: 'compose.yml', line: 4, column: 34, endLine: 4, endColumn: 44,
    message: '"entrypoint" is not a router option', why: null, help: null, symbol: 'shop/api traefik.http.routers.api.entrypoint', fingerprint: 'f', label: null, related: [], fixes: [], follows: null, ...over,
  };
}

function report(findings: readonly Finding[], over: Partial<Report> = {}): Report {
  return { schema: 'gateway.lint/1', tool: { version: '0.1.0' }, findings, skipped: [], facts: { files: 1, labels: 11, services: 3, stacks: ['shop'] }, sources: new Map([['compose.yml', new SourceFile('compose.yml', SOURCE)]]), ...over };
}

const print = (one: Report, quiet = false): string => text.format(one, { width: 80, paint: plainPaint, quiet });
const EDIT = { file: 'compose.yml', start: 66, end: 76, newText: 'entrypoints' };
const place = { file: 'compose.yml', line: 4, column: 45, endLine: 4, endColumn: 54 };

describe('text for people', () => {
  it('says fact, place, consequence, way out; notes without a frame at the end; and counts', () => {
    const wrong = finding({ label: 'did you mean "entrypoints"?', why: 'Traefik 3.7 drops the container', help: 'write "entrypoints"', fixes: [{ title: 'replace it', safety: 'safe', edits: [EDIT] }] });
    const note = finding({ rule: 'static-unknown', severity: 'note', blocking: false, line: 1, message: 'the static configuration is not known', symbol: 'default static', help: 'name it with --static FILE' });
    const skipped = [{ rule: 'static-unknown', needs: 'static' as const, count: 3, places: [{ ...place, subject: 'websecure' }, { ...place, line: 9, subject: 'websecure' }, { ...place, subject: 'le' }] }, { rule: 'ref-unknown', needs: 'static' as const, count: 8, places: [] }];
    expect(print(report([note, wrong], { skipped }))).toBe(`compose.yml:4:34  error  label-unknown  "entrypoint" is not a router option
> 4 |       - traefik.http.routers.api.entrypoint=websecure
    |                                  ^^^^^^^^^^ did you mean "entrypoints"?
  Why   Traefik 3.7 drops the container
  Fix   safe: gateway lint --fix (replace it)

note  static-unknown  the static configuration is not known
      websecure  2 places, first compose.yml:4:45
      le         1 place, first compose.yml:4:45
      name it with --static FILE

1 error (1 fixable), 1 note, 11 checks skipped for missing facts. 11 labels, 3 services
`);
  });

  it('breaks prose at blanks for a terminal, never a word, and leaves whole what is set in', () => {
    const long = `name ${'x'.repeat(50)} here\n  traefik.http.routers.api.rule=Host(\`a.example.com\`) && Path(\`/\`)`;
    const note = finding({ rule: 'static-unknown', severity: 'note', blocking: false, symbol: 'n', why: 'the static configuration is not known here' });
    const shown = text.format(report([finding({ why: 'Traefik 3.7 drops the whole container, 日本語日本語日本語 with it', help: long }), note]), { width: 40, wrap: 40, paint: plainPaint, quiet: true });
    const all = text.format(report([finding({ why: 'Traefik 3.7 drops the whole container, 日本語日本語日本語 with it', help: long }), note]), { width: 40, paint: plainPaint, quiet: false });
    expect(shown.split('\n').slice(3)).toEqual(['  Why   Traefik 3.7 drops the whole', '        container, 日本語日本語日本語', '        with it', '  Fix   name', `        ${'x'.repeat(50)}`, '        here', '          traefik.http.routers.api.rule=Host(`a.example.com`) && Path(`/`)', '']);
    expect(all).toContain('  Why   Traefik 3.7 drops the whole container, 日本語日本語日本語 with it\n');
    expect(text.format(report([note]), { width: 40, wrap: 40, paint: plainPaint, quiet: false })).toContain('      the static configuration is not\n      known here\n');
  });

  it('puts what follows under its cause, through several steps, and alone where the cause is not shown', () => {
    const cause = finding({});
    const second = finding({ rule: 'ref-unknown', symbol: 'b', message: 'first step', follows: 'label-unknown shop/api traefik.http.routers.api.entrypoint' });
    const third = finding({ rule: 'route-tie', symbol: 'c', message: 'second step', follows: 'ref-unknown b' });
    const folded = print(report([third, second, cause]));
    expect(folded.match(/^compose\.yml.*$/gm)).toEqual(['compose.yml:4:34  error  label-unknown  "entrypoint" is not a router option']);
    expect(folded).toContain('  then  compose.yml:4:34  error  route-tie  second step\n  then  compose.yml:4:34  error  ref-unknown  first step\n');
    expect(folded).toContain('3 errors');
    expect(print(report([third, second]))).toMatch(/^compose\.yml:4:34 {2}error {2}ref-unknown {2}first step$/m);
    const circle = [finding({ symbol: 'a', follows: 'label-unknown b' }), finding({ symbol: 'b', follows: 'label-unknown a' })];
    expect(print(report(circle)).match(/^compose\.yml/gm)).toHaveLength(2);
  });

  it('tells findings that say the same and have one way out once, with the other places', () => {
    const one = (line: number, over: Partial<Finding> = {}): Finding => finding({ rule: 'target-approximate', message: 'kong can only approximate tls.resolver', help: 'allow it by name', line, symbol: String(line), ...over });
    const shown = print(report([...Array.from({ length: 25 }, (_, index) => one(index + 1)), one(40, { message: 'kong can only approximate middleware.rateLimit' })]));
    expect(shown.match(/^compose\.yml:.*$/gm)).toEqual(['compose.yml:1:34  error  target-approximate  kong can only approximate tls.resolver', 'compose.yml:40:34  error  target-approximate  kong can only approximate middleware.rateLimit']);
    expect(shown.match(/^ {2}also .*$/gm)).toEqual([...[2, 3, 4, 5, 6].map((line) => `  also  compose.yml:${String(line)}:34`), '  also  19 more places (all with --json)']);
    expect(shown).toContain('26 errors.');
  });

  it('names where the rest is, by what the command has', () => {
    const many = Array.from({ length: 21 }, (_, index) => finding({ line: index + 1, symbol: String(index) }));
    const rest = (schema: string): string | undefined => /^1 more .*$/m.exec(print(report(many, { schema })))?.[0];
    expect(['gateway.lint/1', 'gateway.build/1', 'gateway.serve/1'].map(rest)).toEqual(['1 more of label-unknown (see --format concise)', '1 more of label-unknown (all with --json)', '1 more of label-unknown (gateway lint --format concise has them)']);
  });

  it('keeps findings apart that have a fix of their own or that others follow from', () => {
    const fixes = [{ title: 'replace it', safety: 'safe', edits: [EDIT] }] as const;
    expect(print(report([1, 2].map((line) => finding({ line, symbol: String(line), help: 'write it', fixes })))).match(/^compose/gm)).toHaveLength(2);
    const causes = [1, 2].map((line) => finding({ line, symbol: String(line), help: 'write it' }));
    const shown = print(report([...causes, finding({ rule: 'ref-unknown', symbol: 'b', line: 9, follows: 'label-unknown 2' })]));
    expect(shown.match(/^compose.*$/gm)).toHaveLength(2);
    expect(shown).toContain('  then  compose.yml:9:34  error  ref-unknown');
  });

  it('shows 20 findings of a rule and counts the rest; with --quiet errors only', () => {
    const many = Array.from({ length: 25 }, (_, index) => finding({ symbol: String(index), fingerprint: String(index) }));
    const shown = print(report([...many, finding({ rule: 'route-tie', severity: 'warning' })]));
    expect(shown.match(/^compose\.yml/gm)).toHaveLength(21);
    expect(shown).toContain('5 more of label-unknown (see --format concise)');
    expect(shown).toContain('25 errors, 1 warning');
    expect(print(report([finding({ severity: 'warning' })]), true)).toBe('');
  });

  it('says how many findings it does not show, and why', () => {
    expect(print(report([], { hidden: [{ reason: 'known from the baseline', count: 2 }] }))).toBe('2 known from the baseline. 11 labels, 3 services\n');
    expect(print(report([]))).toBe('no problems. 11 labels, 3 services\n');
  });

  it('keeps a message on its line', () => {
    const forged = finding({ message: 'a\ncompose.yml:1:1  error  forged', file: 'a\nb.yml' });
    expect(print(report([forged])).match(/forged/g)).toHaveLength(1);
    expect(print(report([forged]))).not.toMatch(/^compose\.yml:1:1/m);
  });
});
