import { expect, it } from 'vitest';
import { lintFiles } from '../support/lint.ts';

const stack = (count: number): string => `services:\n${Array.from({ length: count }, (_, index) => `  s${String(index)}: {image: "example/web:1", expose: ["80"], labels: ["traefik.http.routers.s${String(index)}.rule=Host(\`s${String(index)}.example.com\`)"]}\n`).join('')}`;
const rulesOf = (count: number): readonly string[] => lintFiles({ files: { 'compose.yml': stack(count) }, versions: ['3.7'] }).findings.map(({ rule }) => rule);

it('speaks of more than a thousand routers, not of a thousand', () => {
  expect(rulesOf(1001)).toContain('scale-routers');
  expect(rulesOf(1000)).not.toContain('scale-routers');
}, 60_000);
