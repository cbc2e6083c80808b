import { describe, expect, it } from 'vitest';
import type { RuleSyntax } from '../../../src/ir/index.ts';
import { parseTcpRule } from '../../../src/rule-lang/index.ts';
import { compileTcpRule } from '../../../src/runtime/match/index.ts';
import { known, Origins } from '../../../src/text/index.ts';

function decides(rule: string, syntax: RuleSyntax, serverName: string, clientIp = '10.0.0.1', alpn: readonly string[] = []): boolean {
  const origins = new Origins();
  const parsed = parseTcpRule({ value: known(rule), origin: origins.span('rule', 0, rule.length) }, syntax, '3.7', origins);
  if (parsed.rule === undefined) throw new Error(JSON.stringify(parsed.errors));
  return compileTcpRule(parsed.rule)({ serverName, clientIp, alpn });
}

describe('TCP rules (pkg/muxer/tcp, read)', () => {
  it.each([
    ['HostSNI(`*`)', 'v3', '', true],
    ['HostSNI(`*`)', 'v3', 'a.test', true],
    ['HostSNI(`A.test`)', 'v3', 'a.TEST', true],
    ['HostSNI(`a.test.`)', 'v3', 'a.test', true],
    ['HostSNI(`*.test`)', 'v3', 'a.test', true],
    ['HostSNI(`*.test`)', 'v3', 'b.a.test', false],
    ['HostSNI(`a.test`)', 'v3', '', false],
    ['HostSNIRegexp(`^a`)', 'v3', 'A.test', true],
    ['HostSNIRegexp(`^A`)', 'v3', 'a.test', false],
    ['HostSNIRegexp(`^$`)', 'v3', '', true],
    ['HostSNI(`a`, `b`)', 'v2', 'b', true],
    ['HostSNI(`a`, `*`)', 'v2', '', false],
    ['HostSNI(`*`, `a`)', 'v2', '', true],
    ['HostSNIRegexp(`{s}.test`)', 'v2', 'x.TEST', true],
    ['HostSNIRegexp(`{s}.test`)', 'v2', 'x.y.test', false],
    ['!HostSNI(`a`)', 'v3', 'b', true],
  ] as const)('%s in %s asked for %j: %s', (rule, syntax, name, expected) => {
    expect(decides(rule, syntax, name)).toBe(expected);
  });
  it('asks protocols and addresses', () => {
    expect(decides('ALPN(`h2`) && ClientIP(`10.0.0.0/8`)', 'v3', 'a', '10.1.1.1', ['http/1.1', 'h2'])).toBe(true);
    expect(decides('ALPN(`h2`)', 'v3', 'a', '10.1.1.1', ['http/1.1'])).toBe(false);
  });
});
