import { expect, test } from 'vitest';
import { comparePolicy, type PolicySide } from '../../src/compile/policy.ts';
import { EMPTY_CONFIG } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read.ts';
import { diff, failsOn } from '../../src/index.ts';
import { composeOf, loadText } from './pair.ts';

const LABELS = ['routers.web.rule=Host(`a.test`)'];
const COMPOSE = composeOf(LABELS);

interface State {
  readonly config?: string;
  readonly compose?: string;
  readonly baseline?: readonly string[];
}

function sideOf({ config, compose = COMPOSE, baseline }: State): PolicySide {
  const read = config === undefined ? { kind: 'read' as const, config: EMPTY_CONFIG } : readConfig('gateway.config.yaml', config);
  if (read.kind === 'invalid') throw new Error(read.message);
  const text = baseline === undefined ? undefined : JSON.stringify({ schema: 'gateway.baseline/1', findings: baseline.map((fingerprint) => ({ fingerprint, rule: 'bypass-port', file: 'app/compose.yml', symbol: 'web' })) });
  return { config: read.config, loaded: loadText(compose), host: { readFile: (path) => (path === 'app/gateway-baseline.json' ? text : undefined), listFolder: () => undefined } };
}

const said = (before: State, after: State): readonly string[] => comparePolicy(sideOf(before), sideOf(after)).map(({ what }) => what);

const IGNORED = COMPOSE.replace('    image:', '    # gateway-ignore bypass-port -- on purpose\n    image:');

test.each<readonly [string, State, State, readonly RegExp[]]>([
  ['a rule switched off', {}, { config: 'rules: { bypass-port: off }' }, [/^rules\.bypass-port: \w+ became off$/]],
  ['a rule that was raised goes back', { config: 'rules: { host-unbounded: error }' }, {}, []],
  ['a rule lowered', { config: 'rules: { bypass-port: error }' }, { config: 'rules: { bypass-port: info }' }, [/^rules\.bypass-port: error became info$/]],
  ['an exception for some files', {}, { config: 'overrides: [{ files: ["legacy/**"], rules: { bypass-port: off } }]' }, [/^overrides: bypass-port is off in legacy\/\*\*, was/]],
  ['a strict exception taken out', { config: 'rules: { bypass-port: info }\noverrides: [{ files: ["edge/**"], rules: { bypass-port: error } }]' }, { config: 'rules: { bypass-port: info }' }, [/^overrides: bypass-port is info in edge\/\*\*, was error$/]],
  ['fail-on loosened', { config: 'fail-on: breaking' }, { config: 'fail-on: security' }, [/^fail-on: breaking became security$/]],
  ['fail-on taken out', { config: 'fail-on: any' }, {}, [/^fail-on: any became security$/]],
  ['fail-on switched off', {}, { config: 'fail-on: none' }, [/^fail-on: security became none$/]],
  ['reasons no longer asked for', { config: 'requireReason: true' }, {}, [/^requireReason/]],
  ['an older rule set', { config: 'rules: { as-of: "0.10" }' }, { config: 'rules: { as-of: "0.9" }' }, [/^rules\.as-of: 0\.10 became 0\.9$/]],
  ['a comment that ignores', {}, { compose: IGNORED }, [/^gateway-ignore bypass-port: 1 comment more than before \(1 in all\)$/]],
  ['one more of them', { compose: IGNORED }, { compose: IGNORED.replace('    expose:', '    # gateway-ignore bypass-port -- here, too\n    expose:') }, [/1 comment more than before \(2 in all\)$/]],
  ['a baseline', {}, { baseline: ['aaa', 'bbb'] }, [/knows more findings of bypass-port: .*\(aaa\), .*\(bbb\)$/]],
  ['a baseline that grew', { baseline: ['aaa'] }, { baseline: ['aaa', 'bbb'] }, [/: web in app\/compose\.yml \(bbb\)$/]],
])('%s', (_name, before, after, texts) => {
  const found = said(before, after);
  expect(found).toHaveLength(texts.length);
  for (const [at, text] of texts.entries()) expect(found[at]).toMatch(text);
});

test.each<readonly [string, State, State]>([
  ['nothing', {}, {}],
  ['stricter rules', { config: 'rules: { bypass-port: off }\nfail-on: none' }, { config: 'fail-on: any' }],
  ['a comment that moved', { compose: IGNORED }, { compose: IGNORED.replace('services:', '\n\nservices:') }],
  ['a baseline that shrank', { baseline: ['aaa', 'bbb'] }, { baseline: ['bbb'] }],
  ['text that only looks like a comment', {}, { compose: COMPOSE.replace('example/web:1', '"example/web:1 # gateway-ignore bypass-port"') }],
])('%s is no loosening', (_name, before, after) => {
  expect(said(before, after)).toEqual([]);
});

test('a loosening fails, though no request changes and though a side does not build', () => {
  const [before, after] = [sideOf({ config: 'fail-on: any' }), sideOf({ config: 'fail-on: none' })];
  const document = diff(before.loaded, after.loaded, { policy: { before, after } });
  expect(document.changes).toMatchObject([{ class: 'policy-weakened', severity: 'security', witness: null, at: [{ side: 'new', file: 'gateway.config.yaml', line: 1 }] }]);
  expect(failsOn(document, 'security')).toBe(true);
});
