import { expect, it } from 'vitest';
import { generateTests } from '../../src/testing/generate.ts';
import { readTests } from '../../src/testing/read-tests.ts';

/** What a file of route tests is told that says its request in a way of its own; costs nothing. */
it('a request that is no text is one mistake, with how it is written', () => {
  const { problems, tests } = readTests('a.gateway-test.yaml', 'tests:\n  - request: { method: GET, url: "http://a.test/" }\n    expect: { router: a }\n  - expect: { router: a }\n');
  expect(tests).toEqual([]);
  expect(problems.map(({ line, message }) => `${String(line)} ${message}`)).toEqual(['2 "request" is one text: GET http://HOST/PATH; headers and the like stand beside it', '4 a test needs "request"']);
});

it('what is generated for stacks without a route is a file that holds no tests, and can be read', () => {
  const { problems, tests } = readTests('a.gateway-test.yaml', generateTests({ listeners: [], certificates: [], tlsOptions: [], tlsStores: [] }));
  expect({ problems, tests }).toEqual({ problems: [], tests: [] });
});
