import { suggest } from '../../diagnostics/index.ts';
import type { Problem } from '../../ir/index.ts';
import { engineDoes, type VersionedProblem } from '../problems.ts';
import type { Example } from '../rule.ts';
import { replaceFix, withoutQuotes } from '../support/edits.ts';
import { withDynamic } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

/** A service `web` with the TLS options `modern` of the proxy's file. */
function withFile(title: string, ...dynamic: readonly string[]): Example {
  return withDynamic(title, ['traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.tls.options=modern@file'], dynamic);
}

const rule = problemRule(
  'tls-invalid',
  {
    summary: 'TLS settings that Traefik cannot use',
    why: 'Routers are not built with TLS options that name an unknown cipher suite, curve or kind of client authentication, or that verify client certificates by no authority: TLS connections for their hosts are closed. An unknown version is passed over, and a transport with one bad setting falls back on the default settings: its authorities and client certificates are not used.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    bad: [
      withFile('an unknown cipher suite', 'tls:', '  options:', '    modern:', '      cipherSuites:', '        - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA348', '#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ tls-invalid'),
      withFile('nobody to verify client certificates by', 'tls:', '  options:', '    modern:', '      clientAuth:', '        clientAuthType: RequireAndVerifyClientCert', '#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ tls-invalid'),
      withFile('a version as a number', 'tls:', '  options:', '    modern:', '      minVersion: "1.3"', '#                  ^^^ tls-invalid'),
    ],
    good: [withFile('names as Go has them', 'tls:', '  options:', '    modern:', '      minVersion: VersionTLS12', '      cipherSuites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]', '      curvePreferences: [X25519, secp256r1]', '      clientAuth:', '        clientAuthType: RequestClientCert')],
  },
  ({ problem, versions }, context) => {
    const meant = suggest(problem.subject, problem.candidates ?? []);
    return {
      message: problem.candidates === undefined ? whole(problem) : `"${problem.subject}" is no ${kindOf(problem)}`,
      ...(meant === undefined ? {} : { label: `did you mean "${meant}"?`, ...replaceFix(context, problem.origin, problem.subject, meant) }),
      ...consequenceOf(problem, versions),
      place: withoutQuotes(context, problem.origin),
      help: meant === undefined ? helpFor(problem) : `write "${meant}"`,
      ...alsoAt(problem, 'here too'),
    };
  },
);
export default rule;

const KINDS: Readonly<Record<string, string>> = { cipherSuites: 'cipher suite', curvePreferences: 'curve', 'clientAuth.clientAuthType': 'kind of client authentication', minVersion: 'version of TLS', maxVersion: 'version of TLS' };

function kindOf({ context = '' }: Problem): string {
  return KINDS[context.replace(/\[\d+\]$/, '')] ?? 'value for this option';
}

/** What no other value of the same option would mend. */
function whole(problem: Problem): string {
  return problem.kind === 'transport-invalid' ? `the least version "${problem.subject}" is above the greatest one` : `"${problem.subject}" needs caFiles`;
}

function consequenceOf({ kind, engineSays = '' }: Problem, versions: VersionedProblem['versions']): { readonly why?: string } {
  if (kind === 'tls-version-ignored') return { why: `${engineDoes(versions, 'passes')} over it without a word: the default versions hold` };
  if (kind !== 'transport-invalid') return {};
  return { why: `${engineDoes(versions, 'gives')} this transport the default TLS settings: certificates, authorities and insecureSkipVerify that stand beside it are not used ("${engineSays}")` };
}

function helpFor({ kind, candidates, context = '' }: Problem): string {
  if (candidates === undefined) return kind === 'transport-invalid' ? 'write maxVersion too: "VersionTLS13"' : 'name the files of the authorities: caFiles';
  return context.startsWith('cipherSuites') ? 'write a name of Go, like "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"' : `one of: ${list(candidates)}`;
}
