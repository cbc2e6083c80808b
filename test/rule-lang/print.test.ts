import fc from '../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { Argument, HttpMatcher, RuleExpr, TcpMatcher, TcpRuleExpr } from '../../src/ir/index.ts';
import { decodeUtf8, encodeUtf8, printRule, printTcpRule, toV3Text } from '../../src/rule-lang/index.ts';
import { Origins } from '../../src/text/index.ts';
import { see, seeTcp, shape } from './helpers.ts';

const origin = new Origins().default('test');
const argument = (value: string): Argument => ({ value, origin });
const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => !/\p{Surrogate}/u.test(value));
const ascii = fc.string({ minLength: 1, unit: 'grapheme-ascii' });
const pattern = fc.constantFrom('^/a', '[a-z]+\\.x$', '(?i)x', '.', 'a`b', '\\d{2}');

const matcher: fc.Arbitrary<HttpMatcher> = fc.oneof(
  ascii.map((host): HttpMatcher => ({ kind: 'host', host: argument(host), wildcard: host.startsWith('*') })),
  pattern.map((value): HttpMatcher => ({ kind: 'hostRegexp', pattern: argument(value) })),
  text.map((path): HttpMatcher => ({ kind: 'path', path: argument(`/${path}`) })),
  text.map((prefix): HttpMatcher => ({ kind: 'pathPrefix', prefix: argument(`/${prefix}`) })),
  pattern.map((value): HttpMatcher => ({ kind: 'pathRegexp', pattern: argument(value) })),
  text.map((method): HttpMatcher => ({ kind: 'method', method: argument(method) })),
  fc.tuple(text, text).map(([name, value]): HttpMatcher => ({ kind: 'header', name: argument(name), value: argument(value) })),
  fc.tuple(text, pattern).map(([name, value]): HttpMatcher => ({ kind: 'headerRegexp', name: argument(name), pattern: argument(value) })),
  text.map((name): HttpMatcher => ({ kind: 'query', name: argument(name) })),
  fc.tuple(text, text).map(([name, value]): HttpMatcher => ({ kind: 'query', name: argument(name), value: argument(value) })),
  fc.tuple(text, pattern).map(([name, value]): HttpMatcher => ({ kind: 'queryRegexp', name: argument(name), pattern: argument(value) })),
  fc.ipV4().map((range): HttpMatcher => ({ kind: 'clientIp', range: argument(range) })),
);

function rules<M>(leaf: fc.Arbitrary<M>): fc.Arbitrary<{ readonly kind: 'match'; readonly matcher: M; readonly origin: typeof origin }> {
  return leaf.map((one) => ({ kind: 'match', matcher: one, origin }));
}

const rule: fc.Arbitrary<RuleExpr> = fc.letrec<{ rule: RuleExpr }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4 },
    rules(matcher),
    tie('rule').map((operand): RuleExpr => ({ kind: 'not', operand })),
    fc.tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('rule'), { minLength: 2, maxLength: 4 })).map(([kind, operands]): RuleExpr => ({ kind, operands })),
  ),
})).rule;

const tcpMatcher: fc.Arbitrary<TcpMatcher> = fc.oneof(
  fc.domain().map((host): TcpMatcher => ({ kind: 'hostSni', host: argument(host) })),
  pattern.map((value): TcpMatcher => ({ kind: 'hostSniRegexp', pattern: argument(value) })),
  fc.ipV6().map((range): TcpMatcher => ({ kind: 'clientIp', range: argument(range) })),
  text.map((protocol): TcpMatcher => ({ kind: 'alpn', protocol: argument(protocol) })),
);

describe('printing', () => {
  it('is undone by parsing', () => {
    fc.assert(
      fc.property(rule, (tree) => {
        const printed = printRule(tree) ?? '';
        const { parsed } = see(printed);
        expect(parsed.errors).toEqual([]);
        expect(shape(parsed.rule)).toEqual(shape(tree));
      }),
      { numRuns: 300 },
    );
  });

  it('is undone by parsing for TCP', () => {
    fc.assert(
      fc.property(rules(tcpMatcher), rules(tcpMatcher), (left, right) => {
        const tree: TcpRuleExpr = { kind: 'or', operands: [left, { kind: 'not', operand: right }] };
        expect(shape(seeTcp(printTcpRule(tree) ?? '').parsed.rule)).toEqual(shape(tree));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['(Host("a")   ||Host(`b`))&&!( Path(`/x`))', '(Host(`a`) || Host(`b`)) && !Path(`/x`)'],
    ['Host("a`b")', 'Host("a`b")'],
  ])('%s', (written, printed) => {
    const { parsed } = see(written);
    expect(parsed.rule === undefined ? undefined : printRule(parsed.rule)).toBe(printed);
  });
});

describe('v2 rules in v3 text', () => {
  it.each([
    ['Host(`a`, `b`)', 'Host(`a`) || Host(`b`)', 0],
    ['Host(`a`, `b`) && PathPrefix(`/x`)', '(Host(`a`) || Host(`b`)) && PathPrefix(`/x`)', 0],
    ['!Host(`a`, `b`)', '!(Host(`a`) || Host(`b`))', 0],
    ['Path(`/x/{id}`)', 'PathRegexp(`^/x/[^/]+$`)', 0],
    ['PathPrefix(`/{l:(?:api|static)}/`)', 'PathRegexp(`^/(?:(?:api|static))/`)', 0],
    ['HostRegexp(`{s:[a-z]+}.t`)', 'HostRegexp(`(?i)^[a-z]+\\.t$`)', 1],
    ['Headers(`X`, `1`) && HeadersRegexp(`Y`, `a`)', 'Header(`X`, `1`) && HeaderRegexp(`Y`, `a`)', 0],
    ['Query(`a=b`, `c=`)', 'Query(`a`, `b`) && QueryRegexp(`c`, `^.*$`)', 1],
    ['Method(`GET`, `POST`)', 'Method(`GET`) || Method(`POST`)', 0],
  ])('%s', (v2, v3, differences) => {
    const { parsed } = see(v2, 'v2', '2.11');
    const converted = parsed.rule === undefined ? undefined : toV3Text(parsed.rule);
    expect(converted?.text).toBe(v3);
    expect(converted?.differs).toHaveLength(differences);
    expect(see(v3).parsed.errors).toEqual([]);
  });
  it('does not say what v3 cannot', () => {
    const { parsed } = see('Host(`*.a`)', 'v2', '2.11');
    expect(parsed.rule === undefined ? '' : toV3Text(parsed.rule)).toBeUndefined();
  });
});

describe('bytes and text', () => {
  it('are two views of the same', () => {
    fc.assert(fc.property(fc.uint8Array(), (raw) => {
      const bytes = String.fromCharCode(...raw);
      expect(encodeUtf8(decodeUtf8(bytes))).toBe(bytes);
    }));
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      fc.pre(!/\p{Surrogate}/u.test(value));
      expect(encodeUtf8(value)).toBe(Buffer.from(value).toString('latin1'));
      expect(decodeUtf8(encodeUtf8(value))).toBe(value);
    }));
  });
});
