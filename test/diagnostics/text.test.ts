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
