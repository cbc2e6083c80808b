import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { casesByFeature, type CasesByFeature } from '../support/case-uses.ts';
import { conformancePage, featureRows, unproven } from '../support/conformance-page.ts';

const PAGE = 'docs/conformance.md';

let cases: CasesByFeature = new Map();
beforeAll(() => {
  cases = casesByFeature();
}, 120_000);

test('every feature of Traefik is used by a case', () => {
  expect(unproven(featureRows(), cases)).toEqual([]);
});

test('docs/conformance.md says what the tables say', () => {
  const page = conformancePage(cases);
  if (process.env['WRITE_PAGE'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
