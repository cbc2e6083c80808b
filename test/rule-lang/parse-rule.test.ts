import { describe, expect, it } from 'vitest';
import { loadFixture, see, seeTcp, shape } from './helpers.ts';

const host = (value: string, wildcard = false): unknown => ({ kind: 'match', matcher: { kind: 'host', host: { value }, wildcard } });
const prefix = (value: string): unknown => ({ kind: 'match', matcher: { kind: 'pathPrefix', prefix: { value } } });

describe('trees', () => {
  it.each([
    ['Host(`a`)', host('a')],
    ['host("a")', host('a')],
    ['HOST(`*.a`)', host('*.a', true)],
    ['Host(`a`) && PathPrefix(`/x`) && Host(`b`)', { kind: 'and', operands: [host('a'), prefix('/x'), host('b')] }],
    ['Host(`a`) || Host(`b`) && PathPrefix(`/x`)', { kind: 'or', operands: [host('a'), { kind: 'and', operands: [host('b'), prefix('/x')] }] }],
    ['(Host(`a`) && Host(`b`)) && Host(`c`)', { kind: 'and', operands: [{ kind: 'and', operands: [host('a'), host('b')] }, host('c')] }],
    ['!(Host(`a`) || Host(`b`))', { kind: 'not', operand: { kind: 'or', operands: [host('a'), host('b')] } }],
    ['Host("a\\x62\\u0063\\104")', host('abcD')],
    ['Host(`a`) // why', host('a')],
    ['Host(\n`a`,\n)', host('a')],
  ])('%s', (rule, tree) => {
    const { parsed } = see(rule);
    expect(parsed.errors).toEqual([]);
    expect(shape(parsed.rule)).toEqual(tree);
  });

  it('reads v2 syntax into the same tree', () => {
    const { parsed, at } = see('Host(`a`, `b`) && Path(`/x/{id}`) && Query(`k=v`, `p=`, `n={d:[0-9]+}`) && HostRegexp(`{s:a|b}.t`)', 'v2', '2.11');
    expect(parsed.errors).toEqual([]);
    expect(shape(parsed.rule)).toEqual({
      kind: 'and',
      operands: [
        { kind: 'or', operands: [host('a'), host('b')] },
        { kind: 'match', matcher: { kind: 'pathRegexp', pattern: { value: '^/x/[^/]+$' }, v2: true } },
        {
          kind: 'and',
          operands: [
            { kind: 'match', matcher: { kind: 'query', name: { value: 'k' }, value: { value: 'v' }, v2: true } },
            { kind: 'match', matcher: { kind: 'queryPresent', name: { value: 'p' } } },
            { kind: 'match', matcher: { kind: 'queryRegexp', name: { value: 'n' }, pattern: { value: '^[0-9]+$' }, v2: true } },
          ],
        },
        { kind: 'match', matcher: { kind: 'hostRegexp', pattern: { value: '(?i)^(?:a|b)\\.t$' }, v2: true } },
      ],
    });
    const first = parsed.rule?.kind === 'and' ? parsed.rule.operands[0] : undefined;
    const second = first?.kind === 'or' ? first.operands[1] : undefined;
    expect(second?.kind === 'match' && second.matcher.kind === 'host' ? at(second.matcher.host.origin) : '').toBe('b');
  });
});

describe('errors: code, exact place, way out', () => {
  it.each([
    ['pathPrefix(`/a`)', [['unknown-matcher', 'pathPrefix', 'PathPrefix']]],
    ['Hosst(`a`) && Method(`GET`)', [['unknown-matcher', 'Hosst', 'Host']]],
    ['Headers(`a`, `b`)', [['unknown-matcher', 'Headers', 'Header']]],
    ['Host(`a`, `b`)', [['arity', 'Host(`a`, `b`)', 'Host(`a`) || Host(`b`)']]],
    ['Host(``)', [['empty-argument', '', undefined]]],
    ['Host()', [['no-argument', 'Host()', undefined]]],
    ['Path(`x`)', [['no-leading-slash', 'x', '/x']]],
    ['Host(`caf\u00e9.t`)', [['non-ascii-host', 'caf\u00e9.t', undefined]]],
    ['PathRegexp(`(?=a)`)', [['bad-regexp', '(?=a)', undefined]]],
    ['ClientIP(`10.0.0.0/33`)', [['bad-ip', '10.0.0.0/33', undefined]]],
    ["Host('a.b')", [['quote', "'a.b'", '`a.b`']]],
    ["Host('a')", [['quote', "'a'", '`a`']]],
    ['Host(\u201ca\u201d)', [['quote', '\u201c', undefined], ['quote', '\u201d', undefined]]],
    ['Host(a.b)', [['quote', 'a.b', '`a.b`']]],
    ['Host(`a`) and Host(`b`)', [['syntax', 'and', '&&']]],
    ['Host(`a`) & Host(`b`)', [['syntax', '&', '&&']]],
    ['', [['empty-rule', '', undefined]]],
    ['Host(`a`', [['syntax', '', undefined]]],
    ['Host', [['syntax', 'Host', undefined]]],
    // All of them, in the order of the text; the engine names the first only.
    ['Hosst(`a`) || Path(`x`) || Method(`a`, `b`)', [['unknown-matcher', 'Hosst', 'Host'], ['no-leading-slash', 'x', '/x'], ['arity', 'Method(`a`, `b`)', 'Method(`a`) || Method(`b`)']]],
    ["Hosst(`a`) || Path('/x')", [['unknown-matcher', 'Hosst', 'Host'], ['quote', "'/x'", '`/x`']]],
  ])('%s', (rule, expected) => {
    const { parsed, at } = see(rule);
    expect(parsed.errors.map((error) => [error.code, at(error.origin), error.suggestion])).toEqual(expected);
    expect(parsed.rule).toBeUndefined();
  });

  it('maps an argument inside a longer text', () => {
    const { parsed, at } = see('Host(`x.test`) && PathRegexp(`^/a`)');
    const second = parsed.rule?.kind === 'and' ? parsed.rule.operands[1] : undefined;
    expect(second?.kind === 'match' && second.matcher.kind === 'pathRegexp' ? at(second.matcher.pattern.origin) : '').toBe('^/a');
    expect(second?.kind === 'match' ? at(second.origin) : '').toBe('PathRegexp(`^/a`)');
  });
});

describe('what real Traefik 3.7.15 says of rules', () => {
  const { rules } = loadFixture<{ readonly rules: readonly { readonly rule: string; readonly syntax: 'v2' | 'v3'; readonly error: string | null }[] }>('traefik/rule-errors.json');
  it(`${rules.length} rules, ${rules.filter(({ error }) => error !== null).length} of them bad`, () => {
    for (const { rule, syntax, error } of rules) {
      const { parsed } = see(rule, syntax);
      const said = parsed.errors.map(({ engineSays }) => `error while parsing rule ${rule}: ${engineSays}`);
      if (error === null) expect([rule, said]).toEqual([rule, []]);
      else expect(said, rule).toContain(error);
    }
  });
});

describe('variables without a value', () => {
  it('says nothing about arguments that hold one', () => {
    const rule = 'Host(`${DOMAIN}`) && Path(`${BASE}/x`) && PathRegexp(`[${X}`) && ClientIP(`${NET}`) && HostRegexp(`^${DOMAIN}$`)';
    const { parsed } = see(rule, 'v3', '3.7', ['DOMAIN', 'BASE', 'X', 'NET']);
    expect(parsed.errors).toEqual([]);
    expect(shape(parsed.rule)).toMatchObject({ operands: [{ matcher: { host: { value: '${DOMAIN}', holes: ['DOMAIN'] } } }, {}, {}, {}, {}] });
  });
  it('still says what is wrong elsewhere', () => {
    const { parsed } = see('Host(`${DOMAIN}`) && Path(`x`)', 'v3', '3.7', ['DOMAIN']);
    expect(parsed.errors.map(({ code }) => code)).toEqual(['no-leading-slash']);
  });
  it.each(['${RULE}', 'Host(`a`) ${MORE}', '${FN}(`a`)'])('does not guess a shape: %s', (rule) => {
    const names = [...rule.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
    expect(see(rule, 'v3', '3.7', names).parsed).toEqual({ errors: [] });
  });
  it('keeps v2 templates apart from variables', () => {
    const { parsed } = see('Host(`${A}`) || Path(`/${A}`) || Query(`k=${A}`) || HostRegexp(`{x}.${A}`)', 'v2', '2.11', ['A']);
    expect(parsed.errors).toEqual([]);
  });
});

describe('TCP rules', () => {
  it.each([
    ['HostSNI(`*`)', 'v3', []],
    ['HostSNI(`*.a.test`) && ClientIP(`10.0.0.0/8`)', 'v3', []],
    ['HostSNI(`a`, `b`)', 'v3', ['unexpected number of parameters; got 2, expected 1']],
    ['HostSNI(`a`, `b`)', 'v2', []],
    ['HostSNI(`*.a`)', 'v2', ['invalid value for "HostSNI" matcher, "*.a" is not a valid hostname or IP']],
    ['HostSNI(`a b`)', 'v3', ['invalid value for HostSNI matcher, "a b" is not a valid hostname']],
    ['HostSNIRegexp(`[`)', 'v3', ['compiling HostSNIRegexp matcher: error parsing regexp: missing closing ]: `[`']],
    ['HostSNIRegexp(`{x`)', 'v2', ['invalid pattern value for "HostSNIRegexp" matcher, "{x" is not a valid pattern: mux: unbalanced braces in "{x"']],
    ['ALPN(`acme-tls/1`)', 'v3', ['invalid protocol value for ALPN matcher, "acme-tls/1" is not allowed']],
    ['Host(`a`)', 'v3', ['unsupported function: Host']],
  ] as const)('%s in %s', (rule, syntax, errors) => {
    expect(seeTcp(rule, syntax).parsed.errors.map(({ engineSays }) => engineSays)).toEqual(errors);
  });
  it('suggests the TCP name', () => {
    expect(seeTcp('HostSni(`a`)').parsed.errors[0]?.suggestion).toBe('HostSNI');
  });
});
