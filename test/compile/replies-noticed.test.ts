import { expect, it } from 'vitest';
import { applyOverrides } from '../../src/compile/overrides.ts';
import { withoutOwnRoutes } from '../../src/compile/foreign.ts';
import { validate } from '../../src/compile/validate.ts';
import { readCases } from '../support/cases.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';

const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443 };
const ALLOWED = /middleware\.(?:compress|retry(?:\.status)?)$/;
/** Lines of nginx.conf that decide only after an endpoint was asked, or beside that. A second or two. */
const LINES: readonly (readonly [name: string, line: RegExp, instead: string, what: RegExp])[] = [
  ['mirroring-all', /^ *mirror \S+;\n/m, '', /^copies$/],
  ['mirroring-all', /(?<=location = gw_mirror\S+ \{[^}]*)proxy_set_header Host [^;]+;\n/, '', /^request header host of a copy$/],
  ['mirroring-all', /(?<=location = gw_mirror\S+ \{[^}]*proxy_pass http:\/\/[^;]*?):\d+/, ':1', /^copies$/],
  ['mirroring-without-body', /(?<=location = gw_mirror\S+ \{[^}]*)if \(\$gw_has_body\) \{\s*return 204;\s*\}/, '', /^copies of a request with a body/],
  ['retry-status-allowed', / http_503/, '', /^requests where an endpoint answers 503$/],
  ['retry-status-allowed', / http_503/, ' http_502', /^requests where an endpoint answers 50\d$/],
  ['retry-status-allowed', /proxy_next_upstream error /, 'proxy_next_upstream ', /^requests where an endpoint cannot be reached$/],
  ['retry-status-allowed', /proxy_next_upstream_tries 2/, 'proxy_next_upstream_tries 1', /^requests where /],
  ['retry-status-allowed', /^ *proxy_request_buffering on;\n/m, '', /^requests where an endpoint answers 503$/],
  ['compress-allowed', /^ *gzip on;\n/m, '', /^packing of an answer/],
  ['compress-allowed', /gzip_types [^;]+/, 'gzip_types text/css', /^packing of an answer/],
  ['compress-allowed', /gzip_min_length 100/, 'gzip_min_length 101', /^packing of an answer/],
  ['compress-allowed', /^ *gzip_vary on;\n/m, '', /^Vary of an answer/],
];

/** Lines that only an odd request depends on: another case of letters, an escape in what is cut, a body where none is limited. */
const ODD: readonly (readonly [name: string, target: string, line: RegExp, instead: string])[] = [
  ['query-odd', 'nginx', /"~(?=\S*a\|%61)/, '"~*'],
  ['strip-regex-end', 'nginx', /^ *rewrite \^ \$gw_stripped break;\n/m, ''],
  ['body-limit-zero', 'traefik', /maxRequestBodyBytes: 0/, 'maxRequestBodyBytes: 60000'],
];

it.each(LINES)('%s: %s', (name, line, instead, what) => {
  expect(noticed('nginx', name, line, instead)).toEqual(expect.arrayContaining([expect.stringMatching(what)]));
});

it.each(ODD)('%s in %s', (name, target, line, instead) => {
  expect(noticed(target, name, line, instead)).not.toEqual([]);
});

/** What the build's check says of a case whose files have one line changed. */
function noticed(target: string, name: string, line: RegExp, instead: string): readonly string[] {
  const cases = readCases();
  const index = cases.findIndex((one) => one.name === name);
  const one = cases[index];
  if (one === undefined) throw new Error(`there is no case ${name}`);
  const overrides = overridesOf(one, index, PORTS);
  const loaded = loadCase(one, overrides);
  const built = buildCase(loaded, target, undefined, overrides, one.allow.filter((feature) => ALLOWED.test(feature)));
  const resolved = loaded.gateways[0]?.resolved[0];
  if (built.files === undefined || resolved === undefined) throw new Error('the case is not built');
  const whole = applyOverrides(resolved.gateway, resolved.routing, overrides).routing;
  const routing = target === 'traefik' ? whole : withoutOwnRoutes(whole);
  const asked = (files: typeof built.files): readonly string[] => (validate({ target, version: built.version, routing, files, judged: built.judged })?.disagreements ?? []).map((found) => found.what);
  const changed = built.files.map((file) => (target !== 'nginx' || file.path === 'nginx.conf' ? { ...file, text: file.text.replace(line, instead) } : file));
  expect(changed).not.toEqual(built.files);
  expect(asked(built.files)).toEqual([]);
  return asked(changed);
}
