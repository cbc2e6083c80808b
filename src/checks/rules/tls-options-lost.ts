import { engineDoes } from '../problems.ts';
import type { Example } from '../rule.ts';
import { withDynamic } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';

const RULE = 'traefik.http.routers.web.rule=Host(`a.example.com`)';

/** A service `web` beside a proxy whose file declares the TLS options `modern`. */
function withOptions(title: string, ...labels: readonly string[]): Example {
  return withDynamic(title, labels, ['tls:', '  options:', '    modern:', '      minVersion: VersionTLS13']);
}

const rule = problemRule(
  'tls-options-lost',
  {
    summary: 'TLS options that are not in force',
    why: 'TLS options are chosen by the server name, before any rule is asked. Where two routers of one host and entry point name different ones, or a rule names no host, connections get the default options: a client certificate that was demanded is not asked for.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    bad: [
      withOptions('two routers of a host', RULE, 'traefik.http.routers.web.tls.options=modern@file', '                                     ^^^^^^^^^^^ tls-options-lost', 'traefik.http.routers.api.rule=Host(`a.example.com`) && PathPrefix(`/api/`)', 'traefik.http.routers.api.tls=true'),
      withOptions('no host in the rule', 'traefik.http.routers.web.rule=PathPrefix(`/web/`)', 'traefik.http.routers.web.tls.options=modern@file', '                                     ^^^^^^^^^^^ tls-options-lost'),
    ],
    good: [withOptions('the same options in all routers of a host', RULE, 'traefik.http.routers.web.tls.options=modern@file', 'traefik.http.routers.api.rule=Host(`a.example.com`) && PathPrefix(`/api/`)', 'traefik.http.routers.api.tls.options=modern@file')],
  },
  ({ problem, versions }) => {
    const clash = problem.context === 'clash';
    return {
      message: `the TLS options "${problem.subject}" are not used: ${clash ? 'another router of this host has other ones' : 'the rule names no host'}`,
      why: `${engineDoes(versions, 'gives')} connections its default TLS options`,
      help: clash ? 'give every router of the host the same options' : 'add a Host matcher, or make these the options called "default"',
      ...alsoAt(problem, 'other TLS options here'),
    };
  },
);
export default rule;
