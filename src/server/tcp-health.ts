import { optionTable, refKey, type Routing, type TcpEndpoint, type TcpService } from '../ir/index.ts';
import { rounds, type Rounds } from './rounds.ts';
import type { IsUp } from './tcp-pick.ts';
import { dial, type Way, type Ways } from './tcp-way.ts';
import { duration } from './timeouts.ts';

/** What a TCP service wants to see of its servers. */
interface Check extends Rounds {
  readonly timeout: number;
  /** 0 = the server's own. */
  readonly port: number;
  readonly send: Buffer;
  readonly expect: Buffer;
}

/** Who is up, as far as anybody looks. */
export interface TcpHealth {
  readonly isUp: IsUp;
  readonly stop: () => void;
}

const INTERVAL = 30_000;
const TIMEOUT = 5000;

/** Connects to servers now and then, says what is to be said and reads what is expected (pkg/healthcheck; ran). */
export function watchTcp(routing: Routing, ways: Ways): TcpHealth {
  const down = new Set<string>();
  const key = ({ ref }: TcpService, { host, port }: TcpEndpoint): string => `${refKey(ref)} ${host} ${String(port)}`;
  const stops = checkedServices(routing).flatMap(({ service, check, endpoints }) => endpoints.map((endpoint) =>
    rounds(check, () => look(ways({ endpoint, service }), check), (up) => void (up ? down.delete(key(service, endpoint)) : down.add(key(service, endpoint))))));
  return { isUp: (service, endpoint) => !down.has(key(service, endpoint)), stop: () => stops.forEach((stop) => stop()) };
}

interface Checked {
  readonly service: TcpService;
  readonly check: Check;
  readonly endpoints: readonly TcpEndpoint[];
}

function checkedServices({ listeners }: Routing): readonly Checked[] {
  const services = new Map(listeners.flatMap(({ tcp }) => tcp.flatMap(({ service, members }) => [service, ...members])).map((service) => [refKey(service.ref), service]));
  return [...services.values()].flatMap((service) => {
    const { spec } = service;
    const check = spec.kind === 'loadBalancer' && spec.healthCheck !== undefined ? checkOf(spec.healthCheck) : undefined;
    return spec.kind === 'loadBalancer' && check !== undefined ? [{ service, check, endpoints: spec.endpoints }] : [];
  });
}

function checkOf(written: unknown): Check {
  const tree = optionTable(written);
  const positive = (name: string, otherwise: number): number => {
    const found = duration(tree.get(name)) ?? 0;
    return found > 0 ? found : otherwise;
  };
  const interval = positive('interval', INTERVAL);
  const text = (name: string): Buffer => Buffer.from(String(tree.get(name) ?? ''));
  return { interval, unhealthyInterval: positive('unhealthyinterval', interval), timeout: positive('timeout', TIMEOUT), port: Number(tree.get('port') ?? 0), send: text('send'), expect: text('expect') };
}

function look(way: Way | undefined, { port, timeout, send, expect }: Check): Promise<boolean> {
  if (way === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const settle = (up: boolean): void => {
      clearTimeout(late);
      server.destroy();
      resolve(up);
    };
    const server = dial({ ...way, at: { ...way.at, port: port === 0 ? way.at.port : port } }, () => {
      if (send.length > 0) server.write(send);
      if (expect.length === 0) settle(true);
    });
    const late = setTimeout(() => settle(false), timeout);
    server.on('error', () => undefined).once('close', () => settle(false)).on('data', (bytes: Buffer) => {
      said = Buffer.concat([said, bytes]);
      // One read decides, as with the engine: half of what is expected is not it.
      settle(said.subarray(0, expect.length).equals(expect));
    });
  });
}
