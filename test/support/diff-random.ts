import { readFileSync } from 'node:fs';
import { createComparison, seenWith, type BehaviourChange, type Comparison } from '../../src/diff/behaviour.ts';
import { applyOverrides, load } from '../../src/index.ts';
import type { Loaded } from '../../src/index.ts';
import type { Middleware, Probe, Route, Routing } from '../../src/ir/index.ts';
import { answerKey } from '../../src/diff/answer.ts';
import { readRequest } from './case-request.ts';
import { addressOf, CASES_FOLDER } from './cases.ts';
import { comparable, decisionOf } from './decisions.ts';
import { asSent, claimsBetween, diffSide } from './diff-sides.ts';
import type { Observation, ProbeInput } from './engine-ask.ts';
import { composeText } from './gen/compose.ts';
import { drawn } from './gen/draw.ts';
import { drawGateway } from './gen/gateway.ts';
import { mutate } from './gen/mutate.ts';
import { drawRequests } from './gen/requests.ts';
import type { GatewaySpec } from './gen/spec.ts';
import { memoryRuntime, type MemoryRuntime } from './memory-run.ts';

/** Two gateways that differ in one thing, and requests that know both. */
export interface RandomPair {
  readonly what: string;
  readonly before: GatewaySpec;
  readonly after: GatewaySpec;
  readonly requests: readonly string[];
}

/** The same pair for the same seed and number. */
export function randomPair(seed: number, number: number, requests: number): RandomPair {
  return drawn(seed * 100_003 + number, (draw) => {
    const before = allAlive(drawGateway(draw));
    const { what, spec: after } = mutate(draw, before);
    return { what, before, after, requests: [...drawRequests(draw, before, requests / 2), ...drawRequests(draw, after, requests / 2)] };
  });
}

/** Behind a dead server every change looks alike. */
function allAlive(spec: GatewaySpec): GatewaySpec {
  const port = 'loadbalancer.server.port';
  return { ...spec, services: spec.services.map((service) => ({ ...service, alive: true, options: service.options[port] === '81' ? { ...service.options, [port]: '8000' } : service.options })) };
}

/** What is wrong with a pair: a claim that nothing confirms, or a difference that was not claimed. */
export interface Fault {
  readonly kind: 'not confirmed' | 'missed';
  readonly what: string;
  readonly class: string;
  readonly request: string;
}

export interface JudgedPair {
  readonly faults: readonly Fault[];
  readonly claims: readonly BehaviourChange[];
  /** Random requests that both sides answer otherwise. */
  readonly different: number;
}

/** What the comparison claims of a pair, and of which of it the claim is that the answer itself is another one. */
export function claimsOf({ before, after }: RandomPair): readonly { readonly change: BehaviourChange; readonly shown: boolean }[] {
  const { changes } = claimsBetween(diffSide(loadSpec(before), 'old'), diffSide(loadSpec(after), 'new'));
  return changes.map((change) => ({ change, shown: isShown(change) }));
}

/** Index of the case table whose addresses the pairs take. */
const INDEX = 0;

/** Each claim is asked of the whole runtime on both sides, and each random request that is answered otherwise must be claimed. */
export function judgePair({ what, before, after, requests }: RandomPair): JudgedPair {
  const [left, right] = [loadSpec(before), loadSpec(after)];
  const [old, now] = [diffSide(left, 'old'), diffSide(right, 'new')];
  const { changes, blind } = claimsBetween(old, now);
  const [was, is] = [memoriesOf(before, left), memoriesOf(after, right)];
  const unconfirmed = changes.filter((change) => isShown(change) && !isConfirmed(change, was, is)).map((change): Fault => ({ kind: 'not confirmed', what, class: change.class, request: JSON.stringify(change.witness.probe) }));
  const probes = requests.map((text) => ({ text, probe: readRequest(text) })).filter(({ probe }) => probe.httpVersion !== '1.0');
  const different = probes.filter(({ probe }) => answerOf(was.plain, probe) !== answerOf(is.plain, probe));
  const claimed = new Set(changes.map(keyOf));
  const comparison = createComparison(old, now);
  const missed = blind > 0 ? [] : different.flatMap(({ text, probe }) => missedBy(text, seenBy(comparison, asProbe(probe)), claimed).filter(({ key }) => !isSecretLogin(probe, key, claimed))).map(({ id, text }): Fault => ({ kind: 'missed', what, class: id, request: text }));
  return { faults: [...unconfirmed, ...missed], claims: changes, different: different.length };
}

/** The right ones of generated gateways. */
const LOGINS: readonly string[] = ['ap:test', 'sh:secret'];
const KNOWN = 'known:test';
const KNOWN_USER = 'known:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=';

/** Who has which password cannot be asked; where the users changed, this is what the comparison says. */
function isSecretLogin({ headers }: ProbeInput, key: string, claimed: ReadonlySet<string>): boolean {
  const entity = key.slice(key.indexOf(' ') + 1);
  return claimed.has(`unproven ${entity}`) && headers.some(([name, value]) => name.toLowerCase() === 'authorization' && /^basic /i.test(value));
}

interface SeenClass {
  readonly id: string;
  readonly key: string;
}

function seenBy({ old, now, world }: Comparison, probe: Probe): readonly SeenClass[] {
  return seenWith(probe, { before: old.ask(probe), after: now.ask(probe) }, false, world).map(({ id, key }) => ({ id, key: key.split('\n').slice(0, 2).join(' ') }));
}

/** Nothing seen where something differs is a miss too. */
function missedBy(text: string, seen: readonly SeenClass[], claimed: ReadonlySet<string>): readonly (SeenClass & { readonly text: string })[] {
  if (seen.length === 0) return [{ id: 'nothing', key: '', text }];
  return seen.filter(({ key }) => !claimed.has(key)).map(({ id, key }) => ({ id, key, text: `${key}: ${text}` }));
}

function keyOf({ class: id, entity }: BehaviourChange): string {
  return `${id} ${entity}`;
}

function isShown({ witness }: BehaviourChange): boolean {
  return answerKey(witness.before.decision) !== answerKey(witness.after.decision);
}

interface Memories {
  readonly plain: MemoryRuntime;
  /** With one login everywhere, and authentication servers that let everybody pass: nobody knows what fits the hash of a digest, or what they say. */
  readonly open: MemoryRuntime;
}

function isConfirmed({ witness }: BehaviourChange, was: Memories, is: Memories): boolean {
  const plain = asSent({ ...witness, loggedIn: false }, '');
  if (!witness.loggedIn) return withFields(plain, witness).some((probe) => answerOf(was.plain, probe) !== answerOf(is.plain, probe) || answerOf(was.open, probe) !== answerOf(is.open, probe));
  const asked = LOGINS.map((login) => asSent(witness, login)).map((probe) => [was.plain.ask(probe), is.plain.ask(probe)] as const);
  const known = asSent(witness, KNOWN);
  return answerOf(was.open, known) !== answerOf(is.open, known) || asked.some(([before, after]) => before.status !== 401 && after.status !== 401 && textOf(before) !== textOf(after));
}

/** The request, and the same to endpoints that answer with the fields which one side takes out: without them nobody sees it. */
function withFields(probe: ProbeInput, { before, after }: BehaviourChange['witness']): readonly ProbeInput[] {
  const removed = [before, after].flatMap(({ decision }) => (decision.kind === 'forward' ? decision.responseHeaders.remove : []));
  if (removed.length === 0) return [probe];
  const query = removed.map((name) => `h=${name}:of-the-endpoint`).join('&');
  return [probe, { ...probe, target: `${probe.target}${probe.target.includes('?') ? '&' : '?'}${query}` }];
}

function answerOf(memory: MemoryRuntime, probe: ProbeInput): string {
  return textOf(memory.ask(probe));
}

/** What a challenge makes up is masked, and which replica of a service answers: to Compose they have one name. */
export function textOf(seen: Observation): string {
  const text = JSON.stringify(comparable('runtime', decisionOf('', seen)));
  return text.replace(/(nonce|opaque)=\\"[^"]*\\"/g, '$1=CHANCE').replace(/\b127\.\d+\.\d+\.(\d+):(?:8000|81)\b/g, (_, last: string) => `SERVER-${String(Number(last) % 50)}`).replace(/\b(srv|lb)=[0-9a-f]{16}\b/g, '$1=SERVER').replace(/\b(p\d+)#\d+/g, '$1');
}

function asProbe({ body, clientIp = '127.0.0.1', tls = false, ...rest }: ProbeInput): Probe {
  const { entryPoint, method, target, host, headers } = rest;
  return { entryPoint, method, target, host, headers, clientIp, tls: tls === false ? false : { sni: tls.sni }, ...(body === undefined ? {} : { body: Buffer.from(body, 'latin1') }) };
}

/** A generated gateway, read and resolved. */
function loadSpec(spec: GatewaySpec): Loaded {
  const variables = new Map(spec.services.map(({ name }, at) => [`${name.toUpperCase()}_IP`, addressOf(INDEX, at)]));
  const files = new Map([['compose.yaml', composeText(spec)], ['traefik.yml', readFileSync(`${CASES_FOLDER}/_static/${spec.profile}.yml`, 'utf8')]]);
  const host = { readFile: (path: string) => files.get(path.replace(/^\.\//, '')), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yaml'], projectName: 'case', variables }], static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

function memoriesOf(spec: GatewaySpec, loaded: Loaded): Memories {
  const resolved = loaded.gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  const places = spec.services.flatMap(({ name, replicas, alive }, at) => Array.from({ length: replicas }, (_, replica) => ({ name, alive, host: addressOf(INDEX, at, replica) })));
  const endpoints = places.map(({ name, host, alive }) => ({ service: name, host, toPort: alive ? 8000 : 81 }));
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, { endpoints, entryPoints: new Map() });
  const names = new Map(places.filter(({ alive }) => alive).map(({ name, host }) => [`${host}:8000`, name]));
  return { plain: memoryRuntime(routing, names), open: memoryRuntime(withKnownLogin(routing), names) };
}

function withKnownLogin(routing: Routing): Routing {
  const open = (chain: readonly Middleware[]): readonly Middleware[] => chain.map(opened);
  const openedRoute = (route: Route): Route => ({ ...route, chain: open(route.chain), service: { ...route.service, chain: open(route.service.chain) } });
  return { ...routing, listeners: routing.listeners.map((listener) => ({ ...listener, plain: listener.plain.map(openedRoute), tls: listener.tls.map(openedRoute) })) };
}

function opened({ spec, ...rest }: Middleware): Middleware {
  if (spec.kind === 'basicAuth' || spec.kind === 'digestAuth') return { ...rest, spec: { ...spec, kind: 'basicAuth', users: [KNOWN_USER], usersFile: '' } };
  return { ...rest, spec: spec.kind === 'forwardAuth' ? { ...spec, address: spec.address.replace(/([?&])status=\d+/, '$1status=200') } : spec };
}
