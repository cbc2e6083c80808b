import { describe, expect, it } from 'vitest';
import { compileOne, withLabels } from '../../support/compile-one.ts';
import { overrideLabels } from '../../support/override-labels.ts';

const RULE = 'traefik.http.routers.w.rule';

function labels(source: '2.11' | '3.7', version: string, ...given: readonly string[]): { readonly text: string; readonly web: Readonly<Record<string, string>>; readonly said: readonly string[] } {
  const built = compileOne({ compose: withLabels(...given), target: 'traefik-labels', version, sourceVersion: source, allow: ['rule.query'] });
  const text = built.files?.[0]?.text ?? '';
  return { text, web: text === '' ? {} : (overrideLabels(text.replaceAll('!override', ''))['web'] ?? {}), said: built.diagnostics.filter(({ blocking }) => blocking).map(({ message }) => message) };
}

describe('rules from 2.11 to 3.7', () => {
  it.each([
    ['Host(`a.test`,`b.test`)', 'Host(`a.test`) || Host(`b.test`)'],
    ['Headers(`X-A`,`b`)', 'Header(`X-A`, `b`)'],
    ['Path(`/x/{id}`)', 'PathRegexp(`^/x/[^/]+$`)'],
    ['PathPrefix(`/x`)', 'PathPrefix(`/x`)'],
  ])('%s', (rule, wanted) => {
    const { web } = labels('2.11', '3.7', `${RULE}=${rule}`);
    expect([web[RULE], web['traefik.http.routers.w.rulesyntax'], web['traefik.http.routers.w.priority']]).toEqual([wanted, undefined, String(rule.length)]);
  });
  it.each(['Query(`a=b`)', 'HostRegexp(`{sub:[a-z]+}.a.test`)'])('%s keeps its grammar', (rule) => {
    expect(labels('2.11', '3.7', `${RULE}=${rule}`).web).toMatchObject({ [RULE]: rule, 'traefik.http.routers.w.rulesyntax': 'v2' });
  });
});

describe('rules from 3.7 to 2.11', () => {
  it.each([
    ['Host(`a.test`) || Host(`b.test`)', 'Host(`a.test`) || Host(`b.test`)'],
    ['Header(`X-A`, `b`) && !PathPrefix(`/x`)', 'Headers(`X-A`, `b`) && !PathPrefix(`/x`)'],
    ['Host(`*.a.test`)', 'HostRegexp(`{label:[^.]*}.a.test`, `{label:[^.]*}.a.test.`)'],
    ['PathRegexp(`^/v[0-9]+/`)', 'PathPrefix(`/{rest:v[0-9]+/}`)'],
    ['Query(`a`, `b`)', 'Query(`a=b`)'],
  ])('%s', (rule, wanted) => expect(labels('3.7', '2.11', `${RULE}=${rule}`).web[RULE]).toBe(wanted));
  it.each(['PathRegexp(`x$`)', 'Query(`a`)', 'Path(`/a{b}`)', 'PathRegexp(`^/a|b`)'])('%s is refused', (rule) => {
    expect(labels('3.7', '2.11', `${RULE}=${rule.replaceAll('$', '$$$$')}`).said).toEqual(['Traefik 2.11 has no rule that decides as this one']);
  });
});

describe('options between versions', () => {
  it('refuses what 2.11 does not know, by its name', () => {
    const { said } = labels('3.7', '2.11', `${RULE}=Host(\`a.test\`)`, 'traefik.http.routers.w.middlewares=m', 'traefik.http.middlewares.m.errors.status=500', 'traefik.http.middlewares.m.errors.service=w', 'traefik.http.middlewares.m.errors.query=/e', 'traefik.http.middlewares.m.errors.statusrewrites.404=410', 'traefik.http.services.w.loadbalancer.server.port=8000');
    expect(said).toEqual(['labels cannot say "traefik.http.middlewares.m.errors.statusRewrites"']);
  });
  it('refuses what 3.7 would read without effect', () => {
    const { said } = labels('2.11', '3.7', `${RULE}=Host(\`a.test\`)`, 'traefik.http.routers.w.middlewares=m', 'traefik.http.middlewares.m.headers.sslredirect=true');
    expect(said).toContain('Traefik 3.7 reads "sslRedirect" and does nothing with it');
  });
  it('tells 2.11 of defaults that it has otherwise, and takes away what it would obey', () => {
    const { text, web } = labels('3.7', '2.11', `${RULE}=Host(\`a.test\`)`, 'traefik.http.routers.w.middlewares=s,h', 'traefik.http.middlewares.s.stripprefix.prefixes=/x', 'traefik.http.middlewares.h.headers.sslredirect=true', 'traefik.http.middlewares.h.headers.framedeny=true', 'other.label=$$5 "q"');
    expect(web).toMatchObject({ 'traefik.http.middlewares.s.stripprefix.forceslash': 'false', 'traefik.http.middlewares.h.headers.framedeny': 'true', 'traefik.enable': 'true', 'other.label': '$5 "q"' });
    expect(web['traefik.http.middlewares.h.headers.sslredirect']).toBeUndefined();
    expect(text).toContain('    labels: !override\n');
  });
  it('refuses versions that nothing is known of', () => {
    expect(labels('3.7', '3.1', `${RULE}=Host(\`a.test\`)`).said).toEqual(['Traefik 3.1 is not a version that can be written for']);
  });
});
