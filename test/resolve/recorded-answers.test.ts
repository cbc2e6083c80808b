import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultRule } from '../../src/resolve/docker/default-rule.ts';
import { known } from '../../src/text/index.ts';
import { ourView, recordedView } from './api-form.ts';
import { readRecording, resolveCase, type Verdict } from './recording.ts';

/** Hosts that a rule denies, names beyond ASCII or of nothing, rules that are other Go: what real Traefik said, half a second. */
const NOTHING: Pick<Verdict, 'routers' | 'services' | 'middlewares' | 'log'> = { routers: {}, services: {}, middlewares: {}, log: [] };

describe('containers', () => {
  it.each(['denied-and-foreign', 'odd-references'].flatMap((name) => readRecording(`fixtures/oracle/labels/${name}.json`)).map((recorded) => [recorded.id, recorded] as const))('%s', (_id, recorded) => {
    expect(ourView(resolveCase(recorded, '3.7'), '3.7')).toEqual(recordedView({ ...NOTHING, ...recorded['v3.7'] }, '3.7'));
  });
});

describe('default rules', () => {
  const { rules } = JSON.parse(readFileSync('fixtures/oracle/labels/default-rules.json', 'utf8')) as { readonly rules: readonly (readonly [string, string | null])[] };

  it.each(rules)('%s', (template, wanted) => {
    const made = defaultRule(`Host(\`a\`) && Path(\`/${template}\`)`, { name: 'web', containerName: 'web', labels: new Map([['set', known('W')]]) });
    expect(made.kind === 'rule' ? made.rule.text : made.kind).toBe(wanted ?? 'fails');
  });

  it('says that it does not know what it does not know', () => {
    for (const template of ['{{ range .Labels }}{{ . }}{{ end }}', '{{ printf "%s" .Name }}', '{{ $x := .Name }}', '{{ eq .Labels.a .Labels.b }}', '{{ toString .Name }}', '{{ constructor }}', '{{ hasKey .Labels "a" }}']) expect(defaultRule(template, { name: 'web', containerName: 'web', labels: new Map() }).kind).toBe('unknown');
  });
});
