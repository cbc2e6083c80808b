// Costs about 3 s; with FULL=1 about four minutes on a busy machine.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/models/kong/expression/evaluate.ts';
import { parseAtc } from '../../../src/models/kong/expression/parser.ts';
import { typeProblem } from '../../../src/models/kong/expression/types.ts';
import { loadAtcRouter } from '../../support/atc-router.ts';

/** Our reading of expressions against Kong's own router engine: what is refused, and what each expression decides. */
const atc = await loadAtcRouter();
const TEXTS = ['net.protocol', 'tls.sni', 'http.method', 'http.host', 'http.path', 'http.path.segments.*', 'http.headers.*', 'http.queries.*'];
const NUMBERS = ['net.src.port', 'net.dst.port', 'http.path.segments.len'];
const ADDRESSES = ['net.src.ip', 'net.dst.ip'];
const schema = new atc.Schema();
for (const field of TEXTS) schema.addField(field, 'String');
for (const field of NUMBERS) schema.addField(field, 'Int');
for (const field of ADDRESSES) schema.addField(field, 'IpAddr');

const textField = fc.constantFrom('http.path', 'http.host', 'http.method', 'net.protocol', 'tls.sni', 'http.headers.x_a', 'http.headers.xb', 'http.queries.q', 'http.path.segments.0', 'http.path.segments.0_1');
const wrongField = fc.constantFrom('http.pth', 'net.port', 'http.headers.', 'http.headers.x-a', 'http.cookies.a', 'HTTP.path', 'http');
const text = fc.constantFrom('/a', '/a/b', 'a', '', 'b.test', 'A.TEST', 'GET', 'é', 'É', 'ß', 'İ', 'a"b', 'a\\b', 'x#', 'https', '.test');
const regex = fc.constantFrom(
  '^/a', '/\\d+$', '(?i)A', '^(?P<n>/[a-z]+)/b', 'a|b', '[^/]+', '\\p{L}', '\\pl', '\\p{Foo}', '(?-u:a)', '^$', '(a', 'a{2,1}', '(?=a)', '\\1', 'a++', 'a**', '^*', '[[:alpha:]]', '\\w+', '\\bA\\b', '\\<a', 'a\\>', '(?s).*', '[a-z&&[^b]]', '[a-z--b]+',
  '[a&&]', '[--a]', '[a--]', '[]a]', '[]', '[z-a]', '[\\d-z]', 'a{,2}', '(?x) a b', '(?U)a+', '\\x41', '\\é', '(?P<a>a)(?P<a>b)', '\\z', '\\Z',
);
const number = fc.constantFrom('0', '80', '-1', '0x50', '010', '08', '1e3', '9223372036854775807', '9223372036854775808', '8000', '-0x10', '+5');
const network = fc.constantFrom('10.0.0.1', '::1', '10.0.0.0/8', 'fe80::/10', '10.0.0.1/8', '0.0.0.0/0', '::/0', '10.0.0.256', '::ffff:10.0.0.1', '1.2.3.4/33', '2001:db8::', '010.0.0.1', '[::1]');
const literal = (value: string): fc.Arbitrary<string> => fc.constantFrom(...(value.includes('"#') ? [] : [`r#"${value}"#`]), `"${value.replace(/[\\"]/g, '\\$&')}"`);
const called = (field: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(fc.constantFrom('', '', '', 'lower', 'any', 'both', 'foo'), field).map(([name, inner]) => (name === '' ? inner : name === 'both' ? `any(lower(${inner}))` : `${name}(${inner})`));
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map((all) => all.join(' '));

const predicate = fc.oneof(
  { weight: 6, arbitrary: joined(called(textField), fc.constantFrom('==', '!=', '^=', '=^', 'contains', '>', 'in'), text.chain(literal)) },
  { weight: 4, arbitrary: joined(called(textField), fc.constant('~'), regex.chain(literal)) },
  { weight: 3, arbitrary: joined(called(fc.constantFrom(...NUMBERS)), fc.constantFrom('==', '!=', '>', '>=', '<', '<=', '^='), number) },
  { weight: 3, arbitrary: joined(called(fc.constantFrom(...ADDRESSES)), fc.constantFrom('in', 'not in', '==', '!=', 'contains'), network) },
  { weight: 1, arbitrary: joined(wrongField, fc.constant('=='), text.chain(literal)) },
  { weight: 1, arbitrary: joined(textField, fc.constantFrom('==', '~', '^='), fc.oneof(number, network)) },
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'expression' },
    predicate,
    joined(tie('expression'), fc.constantFrom('&&', '||', '&& ', '||\n'), tie('expression')),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `!(${inner})`),
  ),
}));

const values = (choices: readonly string[]): fc.Arbitrary<readonly string[]> => fc.array(fc.constantFrom(...choices), { maxLength: 2 });
const one = (choices: readonly string[]): fc.Arbitrary<readonly string[]> => fc.array(fc.constantFrom(...choices), { maxLength: 1 });
const request = fc.record<Record<string, readonly string[]>>({
  'http.path': one(['/a', '/a/b', '/A/b', '/', '/é', '/12', '']), 'http.host': one(['b.test', 'a.b.test', 'A.TEST']), 'http.method': one(['GET', 'POST']), 'net.protocol': one(['http', 'https']), 'tls.sni': one(['b.test']),
  'http.headers.x_a': values(['a', 'A', 'b', 'É', 'ß', 'İ', '']), 'http.headers.xb': values(['a', 'b.test']), 'http.queries.q': values(['a', '', 'A']), 'http.path.segments.0': one(['a', 'A', 'é']), 'http.path.segments.0_1': one(['a/b']),
  'net.src.port': one(['0', '80', '8000', '-1']), 'net.dst.port': one(['8', '80']), 'http.path.segments.len': one(['0', '2']), 'net.src.ip': one(['10.0.0.1', '::1', 'fe80::1']), 'net.dst.ip': one(['192.168.0.1', '2001:db8::', '::ffff:10.0.0.1']),
});

/** Undefined = refused. */
function theirs(source: string, fields: Readonly<Record<string, readonly string[]>>): boolean | undefined {
  const router = new atc.Router(schema);
  if (router.addMatcher(1, '00000000-0000-4000-8000-000000000000', source) !== undefined) return undefined;
  const context = new atc.Context(schema);
  for (const [field, all] of Object.entries(fields)) for (const value of all) context.addValue(field, NUMBERS.includes(field) ? { Int: Number(value) } : ADDRESSES.includes(field) ? { IpAddr: value } : { String: value });
  const held = router.execute(context);
  context.free();
  router.free();
  return held;
}

function ours(source: string, fields: Readonly<Record<string, readonly string[]>>): boolean | undefined {
  const parsed = parseAtc(source);
  if (!parsed.ok || typeProblem(parsed.atc, 'http') !== undefined) return undefined;
  return evaluate(parsed.atc, (field) => (fields[field] ?? []).map((value) => (NUMBERS.includes(field) ? BigInt(value) : value)), { texts: new Map(), captures: new Map() });
}

const path = (value: string): Readonly<Record<string, readonly string[]>> => ({ 'http.path': [value] });

describe('expressions', () => {
  it('are refused, and hold, where the engine says so', () => {
    fc.assert(fc.property(expression, request, (source, fields) => ours(source, fields) === theirs(source, fields)), { numRuns: process.env['FULL'] === '1' ? 150_000 : 4_000, seed: 7 });
  }, 600_000);

  it.each([
    // `||` first: the whole is (a || b) && c.
    ['http.path == "/a" || http.path == "/b" && http.path == "/c"', '/a', false],
    ['http.path == "/x" && http.path == "/y" || http.path == "/a"', '/a', false],
    ['http.path == "/a" || (http.path == "/b" && http.path == "/c")', '/a', true],
    ['net.port == 80', '/a', undefined],
    ['net.src.port == "80"', '/a', undefined],
    ['http.path in 10.0.0.0/8', '/a', undefined],
    ['net.src.ip == 010.0.0.1', '/a', undefined],
    ['http.path ~ r#"^/[a-z&&[^b]]$"#', '/b', false],
    ['http.path ~ r#"^/[a-z&&[^b]]$"#', '/a', true],
  ])('%s of %s', (source, target, wanted) => {
    expect(theirs(source, path(target))).toBe(wanted);
    expect(ours(source, path(target))).toBe(wanted);
  });
});
