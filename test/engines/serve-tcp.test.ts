import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';
import { greet } from '../support/tcp-client.ts';

/** How TCP services share connections out, beside real Traefik: weights, and what checks change in them. About 5 s and the start of Traefik. */
const NAMES = ['a', 'b', 'c'] as const;
const every = { interval: '300ms', timeout: '2s', send: 'PING', expect: 'PONG' };

type Tree = Readonly<Record<string, unknown>>;

/** Weights of members, each a service of its own: `a`, or `a+` with a check, or `NAME` of another one. */
const WEIGHTED: Readonly<Record<string, readonly [weights: Readonly<Record<string, number>>, tells?: true]>> = {
  three: [{ a: 3, b: 1 }],
  odd: [{ a: 5, b: 2, c: 1 }],
  common: [{ a: 4, b: 2 }],
  without: [{ a: 0, b: 1 }],
  nothing: [{ a: 0, b: 0 }],
  empty: [{}],
  'untold': [{ 'a+': 1, 'c+': 1 }],
  'told': [{ 'a+': 2, 'b+': 1, 'c+': 1 }, true],
  'told-all-down': [{ 'c+': 1 }, true],
  'told-zero': [{ 'a+': 0, 'b+': 1 }, true],
  'told-empty': [{}, true],
  'inner': [{ 'c+': 1 }, true],
  'outer': [{ inner: 2, 'a+': 1 }, true],
  'inner-up': [{ 'c+': 1, 'b+': 1 }, true],
  'outer-up': [{ 'inner-up': 2, 'a+': 1 }, true],
  'inner-twice': [{ a: 2, b: 1 }],
  'twice': [{ 'inner-twice': 1, c: 1 }],
};
const BALANCED: Readonly<Record<string, readonly [servers: readonly string[], checked: boolean]>> = { servers: [['a', 'b', 'c'], false], seen: [['a', 'b', 'c'], true], 'seen-down': [['c'], true], 'no-servers': [[], true] };
/** Those that only others use: a checked service with two users is checked for one of them, by chance. */
const INNER = ['inner', 'inner-up', 'inner-twice'];
const ASKED = [...Object.keys(WEIGHTED).filter((name) => !INNER.includes(name)), ...Object.keys(BALANCED)];

/** Traefik shuffles what it takes turns with: every order that it could have made of a service. */
function ordersOf(name: string): readonly Orders[] {
  const [weights = {}] = WEIGHTED[name] ?? [];
  const keys = WEIGHTED[name] === undefined ? (BALANCED[name]?.[0] ?? []) : Object.keys(weights);
  return permutations(keys).flatMap((order) => order.filter((key) => key in WEIGHTED).reduce<readonly Orders[]>((all, inner) => all.flatMap((so) => ordersOf(inner).map((more) => ({ ...so, ...more }))), [{ [name]: order }]));
}
type Orders = Readonly<Record<string, readonly string[]>>;

function permutations<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length < 2) return [list];
  return list.flatMap((one, at) => permutations(list.toSpliced(at, 1)).map((rest) => [one, ...rest]));
}

/** A service and all below it in one order, their names ending in its number: nothing is shared. */
function servicesOf(name: string, number: number, orders: Orders, ports: Readonly<Record<string, number>>): Readonly<Record<string, Tree>> {
  const balancer = (names: readonly string[], checked: boolean): Tree => ({ loadBalancer: { servers: names.map((one) => ({ address: `127.0.0.1:${String(ports[one])}` })), ...(checked ? { healthCheck: every } : {}) } });
  const own = `${name}-${String(number)}`;
  const order = orders[name] ?? [];
  const weighted = WEIGHTED[name];
  if (weighted === undefined) return { [own]: balancer(order, BALANCED[name]?.[1] === true) };
  const [weights, tells] = weighted;
  const members = order.map((member) => ({ name: member in WEIGHTED ? `${member}-${String(number)}-in-${name}` : `${own}-${member}`, weight: weights[member] ?? 0 }));
  const below = order.map((member): Readonly<Record<string, Tree>> => {
    if (!(member in WEIGHTED)) return { [`${own}-${member}`]: balancer([member.slice(0, 1)], member.endsWith('+')) };
    return Object.fromEntries(Object.entries(servicesOf(member, number, orders, ports)).map(([key, tree]) => [key === `${member}-${String(number)}` ? `${key}-in-${name}` : key, tree]));
  });
  return Object.assign({ [own]: { weighted: { services: members, ...(tells === true ? { healthCheck: {} } : {}) } } }, ...below);
}

/** Every service that is asked, in so many orders. */
function dynamicFor(ports: Readonly<Record<string, number>>, most: number): Tree {
  const services = Object.assign({}, ...ASKED.flatMap((name) => ordersOf(name).slice(0, most).map((orders, number) => servicesOf(name, number, orders, ports))));
  const asked = ASKED.flatMap((name) => ordersOf(name).slice(0, most).map((_, number) => `${name}-${String(number)}`));
  return { tcp: { routers: Object.fromEntries(asked.map((name) => [name, { rule: `HostSNI(\`${name}.test\`)`, tls: { passthrough: true }, service: name }])), services } };
}

describeEngine('traefik', 'TCP services, beside real Traefik', (engine) => {
  const servers: Server[] = [];
  let beside: Beside;

  beforeAll(async () => {
    const ports: Record<string, number> = {};
    for (const name of NAMES) {
      const server = createServer((socket: Socket) => void socket.on('error', () => undefined).once('data', (bytes: Buffer) => {
        if (bytes[0] === 22) socket.end(name);
        else socket.end(name === 'c' ? 'PANG' : 'PONG');
      }));
      servers.push(server);
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      ports[name] = (server.address() as AddressInfo).port;
    }
    beside = await serveBeside(engine, dynamicFor(ports, 1), dynamicFor(ports, Infinity));
    await new Promise((resolve) => void setTimeout(resolve, 2000));
  });
  afterAll(async () => {
    await beside.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  });

  it.concurrent.each(ASKED)('%s', async (name) => {
    const turns = async (port: number, number: number): Promise<string> => {
      const answers: string[] = [];
      for (let turn = 0; turn < 16; turn += 1) answers.push(await greet(port, { sni: `${name}-${String(number)}.test` }));
      return answers.join(' ');
    };
    const theirs = await turns(beside.theirs, 0);
    const ours = await Promise.all(ordersOf(name).map((_, number) => turns(beside.ours, number)));
    expect(ours).toContain(theirs);
  });
});
