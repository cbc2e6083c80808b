import { BlockList, isIP } from 'node:net';
import { ipEdges } from '../analysis/index.ts';
import { chainOf, routesOf, visitMatchers, type Routing } from '../ir/index.ts';

/** What of a request decides something on either side. */
export interface LookedAt {
  /** Names that rules ask for, sorted. */
  readonly hosts: readonly string[];
  readonly headers: readonly string[];
  readonly queryValues: boolean;
  readonly ranges: readonly string[];
  readonly forwardedFor: boolean;
}

export function lookedAt(...sides: readonly Routing[]): LookedAt {
  const [hosts, headers, ranges] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const flags = { queryValues: false, forwardedFor: false };
  for (const route of sides.flatMap((routing) => routesOf(routing))) {
    visitMatchers(route.rule, (matcher) => {
      if (matcher.kind === 'host' && !matcher.wildcard) hosts.add(matcher.host.value.toLowerCase());
      if (matcher.kind === 'header' || matcher.kind === 'headerRegexp') headers.add(matcher.name.value);
      if ((matcher.kind === 'query' && (matcher.value?.value ?? '') !== '') || (matcher.kind === 'queryRegexp' && matcher.pattern !== undefined)) flags.queryValues = true;
      if (matcher.kind === 'clientIp') ranges.add(matcher.range.value);
    });
    for (const { spec } of chainOf(route)) {
      if (spec.kind !== 'ipAllowList') continue;
      for (const range of spec.sourceRange) ranges.add(range);
      if (spec.ipStrategy !== undefined) flags.forwardedFor = true;
    }
  }
  return { hosts: [...hosts].toSorted(), headers: [...headers].toSorted(), ranges: [...ranges].toSorted(), ...flags };
}

/** The client of a request that no rule looks at; one that this machine can be. */
const ANYBODY = '127.0.0.1';

/**
 * One address for all that lie in the same of these ranges: what is asked and shown is none of the log wherever another
 * address can stand for it.
 */
export function clientClasses(ranges: readonly string[]): (ip: string) => string {
  if (ranges.length === 0) return () => ANYBODY;
  const lists = ranges.map(blockList);
  const classOf = (ip: string): string => lists.map((list) => (isIn(list, ip) ? '1' : '0')).join('');
  const known = new Map<string, string>();
  // Networks lie in one another or apart, so what is in some of them only begins where one begins or behind the end of one.
  for (const candidate of [ANYBODY, '192.0.2.1', '2001:db8::1', ...ranges.flatMap((range) => [...ipEdges(range).inside, ...ipEdges(range).outside])]) if (!known.has(classOf(candidate))) known.set(classOf(candidate), candidate);
  return (ip) => {
    const found = known.get(classOf(ip));
    if (found === undefined) known.set(classOf(ip), ip);
    return found ?? ip;
  };
}

function blockList(range: string): BlockList {
  const list = new BlockList();
  const [address = '', bits] = range.split('/');
  const version = isIP(address);
  if (version !== 0) list.addSubnet(address, bits === undefined ? (version === 4 ? 32 : 128) : Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return list;
}

function isIn(list: BlockList, ip: string): boolean {
  const version = isIP(ip);
  return version !== 0 && list.check(ip, version === 4 ? 'ipv4' : 'ipv6');
}
