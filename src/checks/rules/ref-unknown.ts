import { suggest } from '../../diagnostics/index.ts';
import type { Fix } from '../../diagnostics/index.ts';
import type { Problem } from '../../ir/index.ts';
import type { VersionedProblem } from '../problems.ts';
import type { LintContext } from '../rule.ts';
import { replaceFix, writtenAt } from '../support/edits.ts';
import { services, web } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';
import type { Said } from '../support/problem-rule.ts';
import { list } from '../support/words.ts';

const rule = problemRule(
  'ref-unknown',
  {
    summary: 'a reference to something that does not exist',
    why: 'A name without @ is looked up in the provider of the object that names it: auth in a label means auth@docker. A middleware, service, serversTransport or TLS option that is not there disables the router: requests get 404.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    fix: 'safe',
    needs: ['static'],
    bad: [
      web('a misspelt service', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.service=hub', '                                 ^^^ ref-unknown', 'traefik.http.services.hbu.loadbalancer.server.port=80'),
      web('a middleware that nobody declares', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', '                                     ^^^^ ref-unknown'),
      web('the API where it is off', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.service=api@internal', '                                 ^^^^^^^^^^^^ ref-unknown'),
      web('the provider in front', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=docker@strip', '                                     ^^^^^^^^^^^^ ref-unknown', 'traefik.http.middlewares.strip.stripprefix.prefixes=/api'),
    ],
    good: [services('a middleware of another container', { auth: ['traefik.enable=true', 'traefik.http.routers.auth.rule=Host(`auth.example.com`)', 'traefik.http.middlewares.strip.stripprefix.prefixes=/api'], web: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=strip@docker'] })],
  },
  (found, context) => said(found, context),
);
export default rule;

const WORDS = { router: 'router', service: 'service', middleware: 'middleware', transport: 'serversTransport', tlsOptions: 'TLS option set', tlsStore: 'TLS store' } as const;

function said({ problem, gateway }: VersionedProblem, context: LintContext): Said | undefined {
  if (problem.kind === 'parent-invalid') return ofTree(problem);
  const kind = problem.kind === 'plugin-unknown' ? 'plugin' : WORDS[problem.ref?.kind ?? 'service'];
  if (problem.causedBy !== undefined) return { message: `${kind} "${problem.subject}" is declared, but lost`, related: (problem.related ?? []).map((origin) => ({ origin, label: 'declared here' })), help: 'its own finding says why' };
  const off = switchedOff(problem);
  if (off !== undefined) return off;
  const meant = meantBy(problem);
  // What is wrong with the part that could not be read is said there.
  if (context.gateways.some(({ name, partial }) => name === gateway && partial !== undefined)) return undefined;
  if (meant === undefined && isOneOfSeveral(problem, gateway, context)) return elsewhere(problem, kind, context);
  const written = writtenAt(context, problem.origin) ?? problem.subject;
  if (isOfSpec(problem, written)) return ofSpec(problem, written, meant, context);
  return {
    message: `${kind} "${problem.subject}" does not exist${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
    ...(meant === undefined ? {} : { label: `did you mean "${meant}"?` }),
    help: meant === undefined ? available(problem, written) : `write "${meant}"`,
    ...(meant === undefined ? {} : fixed(context, problem, written, meant)),
  };
}

/** A router among those above and below it. */
function ofTree({ engineSays = 'the router tree is not valid' }: Problem): Said {
  const leadsNowhere = /^router (?:has no service|must have)|^the service is missing/.test(engineSays);
  return { message: engineSays, ...(leadsNowhere ? { help: 'name its service, or name it in the parentRefs of other routers' } : {}) };
}

/** What switches Traefik's own services on, in its static configuration (docs: reference/install-configuration). */
const SWITCHES: Readonly<Record<string, string>> = { 'api@internal': '--api=true', 'dashboard@internal': '--api.dashboard=true', 'ping@internal': '--ping=true', 'prometheus@internal': '--metrics.prometheus=true', 'rest@internal': '--providers.rest=true' };

/** A service of Traefik itself that its static configuration does not switch on. */
function switchedOff({ subject }: Problem): Said | undefined {
  const option = SWITCHES[subject];
  if (option === undefined) return undefined;
  return { message: `service "${subject}" is not there: Traefik's static configuration does not switch it on`, help: `switch it on with ${option}` };
}

/** The same name of another provider, the two halves swapped, or a near spelling. */
function meantBy(problem: Problem): string | undefined {
  const all = problem.candidates ?? [];
  const [name = '', provider = ''] = problem.subject.split('@');
  const exact = all.find((candidate) => candidate.startsWith(`${name}@`)) ?? all.find((candidate) => candidate === `${provider}@${name}`);
  if (exact !== undefined) return shortened(exact, problem);
  const same = all.filter((candidate) => candidate.endsWith(`@${provider}`)).map((candidate) => candidate.slice(0, candidate.lastIndexOf('@')));
  const near = suggest(name, same) ?? (same.includes(name) ? name : undefined);
  return near === undefined ? undefined : shortened(`${near}@${provider}`, problem);
}

/** A gateway.yaml has names without a provider: its entities stand where those of containers do. */
function isOfSpec(problem: Problem, written: string): boolean {
  return problem.container === undefined && problem.subject.endsWith('@docker') && !written.includes('@');
}

const SPEC_WORDS = { ...WORDS, router: 'route', transport: 'transport', tlsOptions: 'set of TLS options' } as const;
const SPEC_SECTIONS = { router: 'routes', service: 'services', middleware: 'middlewares', transport: 'transports', tlsOptions: 'tls.options', tlsStore: 'tls.stores' } as const;

function ofSpec(problem: Problem, written: string, meant: string | undefined, context: LintContext): Said {
  const bare = (name: string): string => name.replace(/@docker$/, '');
  const kind = problem.ref?.kind ?? 'service';
  const known = (problem.candidates ?? []).map(bare);
  const section = `${problem.ref === undefined || problem.ref.protocol === 'http' ? '' : `${problem.ref.protocol}.`}${SPEC_SECTIONS[kind]}`;
  const name = meant === undefined ? undefined : bare(meant);
  const address = kind === 'service' ? `write an address as ${bare(problem.subject)}:PORT; ` : '';
  return {
    message: `${SPEC_WORDS[kind]} "${bare(problem.subject)}" does not exist${name === undefined ? '' : `, did you mean "${name}"?`}`,
    help: name !== undefined ? `write "${name}"` : known.length === 0 ? `${address}declare it under ${section}` : `${address}declared: ${list(known)}`,
    ...(name === undefined ? {} : { label: `did you mean "${name}"?`, ...fixed(context, problem, written, name) }),
  };
}

/** Names of the same provider are written as short as before. */
function shortened(name: string, problem: Problem): string {
  const [bare = '', provider] = name.split('@');
  const own = problem.container === undefined ? 'file' : 'docker';
  return provider === own || (provider === 'swarm' && problem.container !== undefined) ? bare : name;
}

function available(problem: Problem, written: string): string {
  const known = problem.candidates ?? [];
  if (problem.kind === 'plugin-unknown') return 'declare it below experimental.plugins in the static configuration';
  return known.length === 0 ? `declare it, or name its provider: "${written.split('@')[0] ?? ''}@file"` : `declared: ${list(known)}`;
}

function fixed(context: LintContext, problem: Problem, written: string, meant: string): { readonly fixes?: readonly Fix[] } {
  return replaceFix(context, problem.origin, written, meant, meant.split('@')[0] === problem.subject.split('@')[0] ? 'safe' : 'unsafe');
}

/** Without its proxy a stack is one of several: what labels can declare and it does not, another one may. */
function isOneOfSeveral(problem: Problem, gateway: string, context: LintContext): boolean {
  const known = context.gateways.find((one) => one.name === gateway)?.staticKnown === true;
  return !known && problem.ref?.kind === 'middleware' && problem.ref.namespace !== 'internal' && problem.kind !== 'plugin-unknown';
}

/**
 * A file nearby that declares it settles the matter. Otherwise these files alone give a router that is disabled; it does
 * not block, because a stack that nobody showed may have it.
 */
function elsewhere(problem: Problem, kind: string, context: LintContext): Said {
  const stack = context.workspace.stacks.find(({ name }) => name === problem.container?.stack);
  const nearby = stack?.nearby?.find(({ protocol, middleware }) => protocol === problem.ref?.protocol && middleware === problem.ref.name);
  const name = problem.subject.split('@')[0] ?? '';
  if (nearby !== undefined) return { severity: 'info', blocking: false, message: `${kind} "${problem.subject}" is declared in another stack`, label: `declared in ${nearby.file}`, why: 'it is there as long as one proxy reads both', help: `lint the two together: ${[...(stack?.files ?? []), nearby.file].join(' ')}` };
  return { blocking: false, message: `${kind} "${problem.subject}" does not exist in what was read`, help: `declare it, write "${name}@file" if a file does, or lint this together with the stack that declares it` };
}
