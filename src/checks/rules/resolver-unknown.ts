import { suggest } from '../../diagnostics/index.ts';
import { engineDoes } from '../problems.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { alsoAt, problemRule } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'resolver-unknown',
  {
    summary: 'a certificate resolver that is not declared',
    why: 'Traefik logs one line and goes on: the router is enabled and serves the default certificate, a self-signed one that every browser refuses.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    needs: ['static'],
    bad: [web('a misspelt resolver', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.certresolver=letsencrpyt', '                                          ^^^^^^^^^^^ resolver-unknown')],
    good: [web('a declared resolver', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.certresolver=letsencrypt')],
  },
  ({ problem, versions }, context) => {
    const declared = problem.candidates ?? [];
    const meant = suggest(problem.subject, declared);
    return {
      message: `certificate resolver "${problem.subject}" is not declared${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
      ...(meant === undefined ? {} : { label: `did you mean "${meant}"?` }),
      why: `${engineDoes(versions, 'serves')} ${problem.ref?.kind === 'tlsStore' ? 'its self-signed certificate wherever the default one is asked for' : 'the router with its self-signed default certificate'}`,
      help: declared.length === 0 ? 'declare it below certificatesResolvers in the static configuration' : `declared: ${list(declared)}`,
      ...alsoAt(problem, 'here too'),
      ...(meant === undefined ? {} : replaceFix(context, problem.origin, problem.subject, meant)),
    };
  },
);
export default rule;
