import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { casesByFeature, type CasesByFeature } from '../support/case-uses.ts';
import { conformancePage, featureRows, unproven } from '../support/conformance-page.ts';

const PAGE = 'docs/conformance.md';

/** Features that no case uses, each said on the page. It only gets shorter. */
const WITHOUT_CASE: readonly string[] = [
  'entryPoint.proxyProtocol',
  'middleware.basicAuth.usersFile',
  'middleware.digestAuth',
  'middleware.plugin',
  'middleware.rateLimit.redis',
  'service.sticky',
  'service.weighted.sticky',
  'tls.certificates',
  'tls.options',
  'tcp.alpn',
  'tcp.passthrough',
  'tcp.weighted',
  'tcp.proxyProtocol',
  'udp.router',
];

let cases: CasesByFeature = new Map();
beforeAll(() => {
  cases = casesByFeature();
}, 120_000);

test('every feature that a target claims is used by a case', () => {
  expect(unproven(featureRows(), cases)).toEqual(WITHOUT_CASE);
});

test('docs/conformance.md says what the tables say', () => {
  const page = conformancePage(cases);
  if (process.env['WRITE_PAGE'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
