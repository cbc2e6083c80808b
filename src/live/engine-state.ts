import { maskEngineWords } from '../diagnostics/mask.ts';
import type { ContainerFacts } from '../sources/docker/index.ts';

interface RouterState {
  readonly status: string;
  readonly errors: readonly string[];
  readonly entryPoints: readonly string[];
}

/** What a running Traefik says of its routers (`GET /api/rawdata`). */
export interface EngineState {
  /** By protocol and `name@provider`: `http web@docker`, in lower case. */
  readonly routers: ReadonlyMap<string, RouterState>;
}

/** Reads an answer of `/api/rawdata`; undefined for any other text. */
export function readEngineState(text: string): EngineState | undefined {
  const data = parsed(text);
  if (!isObject(data) || !(isObject(data['routers']) || isObject(data['services']))) return undefined;
  const of = (protocol: string, routers: unknown): readonly (readonly [string, RouterState])[] => Object.entries(isObject(routers) ? routers : {}).map(([name, router]) => [`${protocol} ${name}`.toLowerCase(), stateOf(router)] as const);
  return { routers: new Map([...of('http', data['routers']), ...of('tcp', data['tcpRouters']), ...of('udp', data['udpRouters'])]) };
}

function stateOf(router: unknown): RouterState {
  if (!isObject(router)) return { status: 'enabled', errors: [], entryPoints: [] };
  const { status, error, entryPoints } = router;
  return { status: typeof status === 'string' ? status : 'enabled', errors: textsIn(error).map(maskEngineWords), entryPoints: textsIn(entryPoints) };
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ROUTER = /^traefik\.(http|tcp|udp)\.routers\.([^.]+)\./i;

/** What the engine says against the routers that these containers declare. Entry points may make several of one: `web-x@docker`. */
export function disagreements(containers: readonly ContainerFacts[], engine: EngineState): readonly string[] {
  const names = new Map(containers.flatMap(routersOf).map((one): [string, RouterName] => [`${one.protocol} ${one.name}`, one]));
  return [...names].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { protocol, name }]) => routerTrouble(protocol, name, engine) ?? []);
}

/** What the engine says against one router, `web@docker`; undefined = nothing. */
export function routerTrouble(protocol: string, name: string, { routers }: EngineState): string | undefined {
  const wanted = `${protocol} ${name}`.toLowerCase();
  const exact = routers.get(wanted);
  const own = exact === undefined ? [...routers].filter(([key, state]) => isCopy(key, state, wanted)).map(([, state]) => state) : [exact];
  if (own.length === 0) return `router ${name} is missing in the engine`;
  const off = own.find(({ status }) => status === 'disabled');
  return off === undefined ? undefined : `router ${name} is disabled in the engine${off.errors.length === 0 ? '' : `: ${off.errors.join('; ')}`}`;
}

interface RouterName {
  readonly protocol: string;
  readonly name: string;
}

/** What an entry point has for all its routers makes one of its own for it, which is named for it and stands on no other. */
function isCopy(key: string, { entryPoints }: RouterState, name: string): boolean {
  const [protocol = '', bare = ''] = name.split(' ');
  const [only, ...more] = entryPoints;
  return only !== undefined && more.length === 0 && key === `${protocol} ${only.toLowerCase()}-${bare}`;
}

/** The routers that labels name. */
function routersOf({ labels, task }: ContainerFacts): readonly RouterName[] {
  const off = Object.entries(labels).some(([key, value]) => key.toLowerCase() === 'traefik.enable' && value.toLowerCase() === 'false');
  if (off) return [];
  return Object.keys(labels).flatMap((key) => {
    const [, protocol, name] = ROUTER.exec(key) ?? [];
    return protocol === undefined || name === undefined ? [] : [{ protocol: protocol.toLowerCase(), name: `${name}@${task === undefined ? 'docker' : 'swarm'}` }];
  });
}
