import { describe, expect, it } from 'vitest';
import { withoutOwnRoutes } from '../../src/compile/foreign.ts';
import { applyOverrides } from '../../src/compile/overrides.ts';
import { validate, type Validation } from '../../src/compile/validate.ts';
import type { OutputFile } from '../../src/index.ts';
import { readCases } from '../support/cases.ts';
import { slice } from '../support/slice.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';

/**
 * An approximation that was allowed excuses the requests that it speaks of and no others: a mistake beside it is still found. Every
 * case with an allowance (today's third of them, or all with FULL), as it is and with endpoints that are wrong; about 3 seconds.
 */
const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443 };
const cases = readCases().map((one, index) => ({ one, index })).filter(({ one }) => one.allow.length > 0 && slice(one.name));
/** No request gets as far as an endpoint: nobody knows the passwords in the operator's file, or all are redirected. */
const UNREACHED = new Set(['basic-auth-users-file', 'redirect-regex-fragment']);

/** Every endpoint of the files moved to another port. */
function misled(files: readonly OutputFile[]): readonly OutputFile[] {
  return files.map((file) => ({ ...file, text: file.text.replace(/(127\.\d+\.\d+\.\d+:)8000\b/g, '$18001').replace(/(target: "?127\.[\d.]+:)8000/g, '$18001').replace(/(host: "?127\.[\d.]+"?\n\s+port: )8000/g, '$18001') }));
}

describe.each(['nginx', 'kong'])('approximations of %s', (target) => {
  let misledCases = 0;
  it.each(cases.map(({ one, index }) => [one.name, one, index] as const))('%s: excuses what it speaks of, and nothing else', (_, one, index) => {
    const overrides = overridesOf(one, index, PORTS);
    const loaded = loadCase(one, overrides);
    const built = buildCase(loaded, target, undefined, overrides, one.allow);
    const resolved = loaded.gateways[0]?.resolved[0];
    const { files, judged, version } = built;
    if (files === undefined || resolved === undefined || !judged.some(({ allowed }) => allowed !== undefined)) return;
    const routing = withoutOwnRoutes(applyOverrides(resolved.gateway, resolved.routing, overrides).routing);
    const check = (texts: readonly OutputFile[]): Validation | undefined => validate({ target, version, routing, files: texts, judged });
    expect(check(files)?.disagreements).toEqual([]);
    const wrong = misled(files);
    if (JSON.stringify(wrong) === JSON.stringify(files) || UNREACHED.has(one.name)) return;
    misledCases += 1;
    expect(check(wrong)?.disagreements.length ?? 0, 'another port of every endpoint').toBeGreaterThan(0);
  });
  it('was shown with some of them', () => expect(misledCases).toBeGreaterThan(target === 'nginx' ? 2 : 0));
});
