import { refName } from '../../ir/index.ts';
import type { Problem, Ref } from '../../ir/index.ts';
import { agreeing, versionsText } from '../problems.ts';

/** `"a"`, `"a" and "b"`, `"a", "b" and 3 more`: at most five names. */
export function list(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  const unique = [...new Set(names)];
  const shown = unique.length > 5 ? unique.slice(0, 4) : unique;
  const quoted = shown.map((name) => `"${name}"`);
  if (unique.length > shown.length) return `${quoted.join(', ')} and ${String(unique.length - shown.length)} more`;
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** A name as people wrote it: without the provider where that is the containers' own. */
export function shortName(ref: Ref): string {
  return ref.namespace === 'docker' || ref.namespace === 'swarm' ? ref.name : refName(ref);
}

/** The Compose service that a problem belongs to; undefined for files. */
export function serviceOf(problem: Problem): string | undefined {
  if (problem.container !== undefined) return problem.container.service;
  const [head = ''] = problem.symbol.split(' ');
  return /\.(?:ya?ml|toml|json)$/i.test(head) ? undefined : head.slice(head.lastIndexOf('/') + 1);
}

/** What the engine does because of a problem, with its own words where it has any. */
export function consequence(problem: Problem, versions: readonly string[]): string {
  const says = problem.engineSays === undefined ? '' : ` ("${problem.engineSays}")`;
  return `${versionsText(versions)} ${effect(problem, (verb) => agreeing(versions, verb))}${says}`;
}

function effect(problem: Problem, verb: (singular: string) => string): string {
  const owner = serviceOf(problem);
  const routers = (problem.loses ?? []).filter((ref) => ref.kind === 'router');
  const lost = routers.length === 0 ? '' : `: ${routers.length === 1 ? 'its router' : 'its routers'} ${list(routers.map(shortName))} ${routers.length === 1 ? 'answers' : 'answer'} 404`;
  switch (problem.loss) {
    case 'provider':
      if (problem.kind === 'file-invalid') return `${verb('rejects')} all dynamic files because of it: after a start nothing of them is served, after a change what was right before`;
      return `${verb('panics')} on this label and ${verb('tries')} again for ever: no container of this proxy is served at all`;
    case 'everyContainer':
      return `${verb('drops')} every container of this proxy`;
    case 'container':
      return owner === undefined ? `${verb('rejects')} the whole file${lost}` : `${verb('drops')} the whole container "${owner}"${lost}`;
    case 'router':
      return disabled(problem, routers, verb);
    case 'service':
      return `${verb('drops')} the service${routers.length === 0 ? '' : `, and ${list(routers.map(shortName))} with it`}`;
    case 'middleware':
      return `${verb('drops')} the middleware${routers.length === 0 ? '' : `, and ${list(routers.map(shortName))} with it`}`;
    case 'entryPoint':
      return `${verb('serves')} nothing on this entry point`;
    case 'requests':
      return `${verb('accepts')} it and ${verb('serves')} something else than what is written`;
    case 'nothing':
      return `${verb('ignores')} it`;
  }
}

/** Without options no handshake is made for the names of such a router (ran on 3.7.15). */
const TLS_KINDS: ReadonlySet<Problem['kind']> = new Set(['tls-options-unknown', 'tls-options-invalid']);

function disabled(problem: Problem, routers: readonly Ref[], verb: (singular: string) => string): string {
  const names = routers.length > 0 ? routers.map(shortName) : problem.ref?.kind === 'router' ? [shortName(problem.ref)] : [];
  const answer = TLS_KINDS.has(problem.kind) ? 'TLS connections for the hosts of its rule are closed' : 'requests get 404';
  if (names.length === 0) return `${verb('disables')} each router that needs it: ${answer}`;
  const protocols = new Set((routers.length > 0 ? routers : problem.ref === undefined ? [] : [problem.ref]).map(({ protocol }) => protocol));
  const [only] = protocols.size === 1 ? [...protocols] : [];
  return `${verb('disables')} the ${names.length === 1 ? 'router' : 'routers'} ${list(names)}: ${only === 'tcp' ? 'connections are closed' : only === 'udp' ? 'packets are dropped' : answer}`;
}
