import { describe, expect, it } from 'vitest';
import { printAll } from '../support/formats.ts';
import { lintFiles } from '../support/lint.ts';
import type { Linted } from '../support/lint.ts';

const service = (...labels: readonly string[]): string => `services:\n  web:\n    image: example/web:1\n    expose: ["80"]\n    labels:\n${labels.map((label) => `      - ${label}\n`).join('')}`;
const WRONG = 'traefik.http.rotuers.web.rule=Host(`a.example.com`)';

/** A bomb of aliases: each level doubles the one before. */
const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, level) => `a${String(level + 1)}: &a${String(level + 1)} [*a${String(level)}, *a${String(level)}]`), 'services:', '  web:', '    image: example/web:1', '    labels: *a40'].join('\n');

const INPUTS: Readonly<Record<string, { readonly text: string; readonly finds: RegExp }>> = {
  'a bomb of aliases': { text: bomb, finds: /^yaml-syntax|^compose-schema/ },
  'a bomb of merge keys': { text: ['x0: &x0 {a: 1, b: 2}', ...Array.from({ length: 25 }, (_, level) => `x${String(level + 1)}: &x${String(level + 1)} {<<: [*x${String(level)}, *x${String(level)}], k${String(level)}: 1}`), 'services: {web: {image: a, labels: *x25}}'].join('\n'), finds: /^[a-z-]+ / },
  'a scalar of 10 MB': { text: service(`"${'x'.repeat(10_000_000)}"`, WRONG), finds: /^label-unknown/ },
  'a label of 1 MB with a mistake in it': { text: service(`traefik.http.routers.web.rule=Host(\`${'a.'.repeat(500_000)}example.com\`) || Hots(\`b\`)`), finds: /^rule-/ },
  'a key of 1 MB': { text: service(`traefik.http.routers.${'a.'.repeat(500_000)}rule=x`), finds: /^label-/ },
  'an anchor that holds itself': { text: 'services: &s\n  web:\n    image: a\n    labels: *s\n', finds: /^yaml-syntax|^compose-schema/ },
  'services that extend each other': { text: 'services:\n  a: {extends: b, image: x}\n  b: {extends: a, image: x}\n', finds: /^compose-/ },
  'a service that extends itself': { text: 'services:\n  a: {extends: {service: a}, image: x}\n', finds: /^compose-/ },
  'a chain of extends': { text: `services:\n${Array.from({ length: 1000 }, (_, index) => `  s${String(index)}: {extends: s${String(index + 1)}}\n`).join('')}  s1000: {image: a}\n`, finds: /^compose-schema .* too many "extends"/ },
  'a rule of 10,000 alternatives': { text: service(`traefik.http.routers.web.rule=${Array.from({ length: 10_000 }, (_, index) => `Host(\`h${String(index)}.example.com\`)`).join(' || ')} || Hots(\`b\`)`), finds: /^rule-syntax / },
  'chains that double': { text: service('traefik.http.routers.web.rule=Host(`a`)', 'traefik.http.routers.web.middlewares=m0', ...Array.from({ length: 40 }, (_, index) => `traefik.http.middlewares.m${String(index)}.chain.middlewares=m${String(index + 1)},m${String(index + 1)}`), 'traefik.http.middlewares.m40.compress=true'), finds: /^middleware-invalid / },
  'chains in chains in chains': { text: service('traefik.http.routers.web.rule=Host(`a`)', 'traefik.http.routers.web.middlewares=m0', ...Array.from({ length: 1000 }, (_, index) => `traefik.http.middlewares.m${String(index)}.chain.middlewares=m${String(index + 1)}`), 'traefik.http.middlewares.m1000.compress=true'), finds: /^middleware-invalid / },
  'a file that includes itself': { text: 'include: [compose.yml]\nservices: {web: {image: a}}\n', finds: /^compose-/ },
  'brackets nested 100,000 deep': { text: `services: ${'['.repeat(100_000)}`, finds: /^yaml-syntax/ },
  'mappings nested 3,000 deep': { text: Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), finds: /^[a-z-]+ / },
  'parentheses nested 10,000 deep in a rule': { text: service(`traefik.http.routers.web.rule=${'('.repeat(10_000)}Host(\`a\`)${')'.repeat(10_000)}`), finds: /^[a-z-]+ / },
  'a NUL': { text: `services:\n  web:\n    image: "a\u0000b"\n`, finds: /^yaml-syntax|^compose-/ },
  'a NUL in a label': { text: service(`"traefik.http.rotuers.web\u0000.rule=x"`), finds: /^[a-z-]+ / },
  'half of a surrogate pair': { text: service(`"traefik.http.rotuers.\ud800.rule=x"`), finds: /^label-/ },
  'half of a surrogate pair, escaped': { text: service(`"traefik.http.rotuers.\\ud800.rule=x"`), finds: /^[a-z-]+ / },
  'CRLF and a byte order mark': { text: `\ufeff${service(WRONG).replaceAll('\n', '\r\n')}`, finds: /^label-unknown compose\.yml:6:22 / },
  'old line ends': { text: service(WRONG).replaceAll('\n', '\r'), finds: /^[a-z-]+ / },
  'nothing': { text: '', finds: /^/ },
  'a list': { text: '- a\n- b\n', finds: /^compose-schema/ },
  'a prototype': { text: service('__proto__.polluted=1', 'traefik.http.routers.__proto__.rule=Hots(`a`)', 'traefik.http.middlewares.constructor.toString=1'), finds: /^label-unknown/ },
};

const told = ({ findings }: Linted): readonly string[] => findings.map((finding) => `${finding.rule} ${finding.file}:${String(finding.line)}:${String(finding.column)} ${finding.message.slice(0, 200)}`);

describe('hostile input ends in findings that every format can print', () => {
  it.each(Object.entries(INPUTS))('%s', (name, { text, finds }) => {
    const linted = lintFiles({ files: { 'compose.yml': text } });
    if (name !== 'nothing') expect(told(linted).some((line) => finds.test(line)), told(linted).slice(0, 10).join('\n')).toBe(true);
    for (const [format, output] of printAll(linted)) expect(output, format).not.toMatch(/ {4}at .*\.[cm]?[jt]s:\d/);
  }, 120_000);

  it('files that include each other twice', () => {
    const files = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [index === 0 ? 'compose.yml' : `c${String(index)}.yml`, index === 23 ? 'services: {z: {image: a}}\n' : `include: [c${String(index + 1)}.yml, {path: c${String(index + 1)}.yml}]\n`]));
    expect(told(lintFiles({ files })).join('\n')).toContain('more than 2000 files are included');
  }, 120_000);

  it('10,000 findings', () => {
    const linted = lintFiles({ files: { 'compose.yml': service(...Array.from({ length: 10_000 }, (_, index) => `traefik.http.rotuers.r${String(index)}.rule=x`)) } });
    expect(linted.findings.filter(({ rule }) => rule === 'label-unknown').length + linted.findings.flatMap(({ related }) => related).length).toBeGreaterThan(0);
    const outputs = new Map(printAll(linted));
    expect((outputs.get('text') ?? '').length).toBeLessThan(60_000);
  }, 120_000);

  it('10,000 findings of as many services', () => {
    const services = Array.from({ length: 10_000 }, (_, index) => `  s${String(index)}:\n    image: example/web:1\n    imgae: x\n`).join('');
    const linted = lintFiles({ files: { 'compose.yml': `services:\n${services}` } });
    expect(linted.findings.length).toBeGreaterThanOrEqual(10_000);
    const outputs = new Map(printAll(linted));
    expect(outputs.get('text')).toContain('more of compose-schema');
    expect((outputs.get('text') ?? '').length).toBeLessThan(60_000);
  }, 120_000);
});
