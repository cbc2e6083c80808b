import { containerSymbol, refName } from '../ir/index.ts';
import { dialAll, routerTrouble } from '../live/index.ts';
import type { Dialled, EngineState } from '../live/index.ts';
import type { ExplainDocument, Explained } from './explain-document.ts';
import { explainAll, explainWhole } from './explain.ts';
import type { WholeOptions } from './explain.ts';
import { ladderOf } from './ladder/rung.ts';
import type { Ladder, Rung } from './ladder/rung.ts';
import type { ExplainRequest } from './request.ts';
import type { Loaded, LoadedGateway } from './types.ts';

export interface ExplainLiveOptions extends WholeOptions {
  /** The stacks of the same gateway in git: what they have and nobody runs is missing. */
  readonly files?: { readonly loaded: Loaded; readonly gateway: LoadedGateway };
  /** Containers have addresses that can be reached from here. */
  readonly isLocal: boolean;
  /** How long a server may take to accept a connection, in milliseconds. */
  readonly timeoutMs: number;
  /** What the running engine says of its routers. */
  readonly engine?: EngineState;
  /** What could not be read although its host answered. */
  readonly unseen: readonly string[];
}

/** What happens to a request in a gateway of running containers, from the container up to the server that must accept it. */
export async function explainLive(loaded: Loaded, gateway: LoadedGateway, request: ExplainRequest, options: ExplainLiveOptions): Promise<readonly Explained[]> {
  const { files, isLocal, timeoutMs, unseen, engine, ...whole } = options;
  const answers = explainWhole(loaded, gateway, request, { ...whole, live: true }).map(({ document }) => document);
  const missing = files === undefined ? [] : missingContainers(gateway, files, request);
  const addresses = answers.flatMap(serversOf).filter(isLiteral);
  const dialled = isLocal ? await dialAll(addresses, timeoutMs) : new Map<string, Dialled>();
  return answers.map((document) => {
    const ladders = [...document.ladders.map((ladder) => withEngine(withBackend(ladder, document, dialled, isLocal), engine)), ...(document.decision.router === null ? missing : [])];
    const notes = [...document.notes, ...nobodyNote(document, ladders), ...unseen.map((one) => `not visible: ${one}`)];
    return { document: { ...document, ladders, notes } };
  });
}

/** What git would answer with, and no container is there for. */
function missingContainers(live: LoadedGateway, { loaded, gateway }: { readonly loaded: Loaded; readonly gateway: LoadedGateway }, request: ExplainRequest): readonly Ladder[] {
  const running = new Set((live.resolved[0]?.gateway.fates ?? []).map(({ container }) => containerSymbol(container)));
  const found = new Map<string, Ladder>();
  for (const { document } of explainAll(loaded, gateway, request)) {
    const router = gateway.resolved[0]?.gateway.routers.find(({ ref }) => refName(ref) === document.decision.router);
    const wanted = [...(router === undefined ? [] : [{ subject: `router ${refName(router.ref)}`, path: router.symbol.split(' ')[0] ?? '', at: document.candidates.find(({ reason }) => reason === 'wins')?.at ?? null }]), ...document.ladders.flatMap(({ subject, container, rungs }) => (container === null ? [] : [{ subject, path: container, at: rungs[0]?.at ?? null }]))];
    for (const { subject, path, at } of wanted) {
      if (running.has(path) || !path.includes('/')) continue;
      const [project = '', service = ''] = path.split('/');
      const rung: Rung = { rung: 'container', state: 'failed', text: `git has it, and no container of it is there: docker compose -p ${project} up -d ${service}`, at };
      found.set(path, ladderOf(subject, path, [rung]));
    }
  }
  return [...found.values()];
}

/** `172.18.0.3:80` of every server that may be chosen. */
function serversOf({ parts }: ExplainDocument): readonly string[] {
  return parts.filter(({ part }) => part === 'endpoint').map(({ value }) => value.replace(/^\w+:\/\//, '').replace(/\/.*$/, ''));
}

/** A name means what it means where the proxy runs, an address the same everywhere on its machine. */
function isLiteral(address: string): boolean {
  return /^(?:\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.]+\]):\d+$/.test(address);
}

function withBackend(ladder: Ladder, document: ExplainDocument, dialled: ReadonlyMap<string, Dialled>, isLocal: boolean): Ladder {
  if (ladder.subject !== `router ${document.decision.router ?? ''}`) return ladder;
  const rung = backendRung(serversOf(document), dialled, isLocal);
  return ladderOf(ladder.subject, ladder.container, ladder.rungs.map((one) => (one.rung === 'backend' && one.state === 'unseen' ? rung : one)));
}

/** The engine's own word counts more than what its labels should make of it. */
function withEngine(ladder: Ladder, engine: EngineState | undefined): Ladder {
  const name = /^router (.+@.+)$/.exec(ladder.subject)?.[1];
  const trouble = engine === undefined || name === undefined ? undefined : routerTrouble('http', name, engine);
  if (trouble === undefined) return ladder;
  return ladderOf(ladder.subject, ladder.container, ladder.rungs.map((one): Rung => (one.rung === 'router' && one.state === 'ok' ? { ...one, state: 'failed', text: `${trouble}, although its labels are sound` } : one)));
}

function backendRung(servers: readonly string[], dialled: ReadonlyMap<string, Dialled>, isLocal: boolean): Rung {
  const of = (state: Rung['state'], text: string): Rung => ({ rung: 'backend', state, text, at: null });
  if (!isLocal) return of('unseen', 'only its own host can reach it');
  const refused = servers.filter((server) => dialled.get(server)?.kind === 'refused');
  if (refused.length > 0) return of('failed', `nothing listens on ${refused.join(', ')}${refused.length < servers.length ? ` (${String(servers.length - refused.length)} other servers are there)` : ''}`);
  const silent = servers.filter((server) => dialled.get(server)?.kind !== 'accepted');
  if (servers.length === 0 || silent.length > 0) return of('unseen', servers.length === 0 ? 'there is no server' : `no answer from here: ${silent.join(', ')}`);
  return of('ok', `${servers.join(', ')} accepts connections`);
}

function nobodyNote({ decision, request }: ExplainDocument, ladders: readonly Ladder[]): readonly string[] {
  return decision.router === null && decision.status === 404 && ladders.length === 0 ? [`no container that is visible here speaks of ${request.host}`] : [];
}
