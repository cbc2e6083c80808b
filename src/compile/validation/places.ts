import { heardAt } from '../../ir/index.ts';
import type { EntryPoint, Routing } from '../../ir/index.ts';
import { placeText, type Place } from '../../text/index.ts';
import { differs, type Answer } from './verdict.ts';

/** Where the requests of an entry point are asked: at the first address that it is heard at. */
export function placesOf({ listeners }: Routing): ReadonlyMap<string, Place> {
  return new Map(listeners.map(({ entryPoint }) => [entryPoint.name, placeOf(entryPoint)]));
}

export function placeOf(entryPoint: Pick<EntryPoint, 'host' | 'port'>): Place {
  return { host: heardAt(entryPoint)[0] ?? entryPoint.host, port: entryPoint.port };
}

/** The other addresses: they must be heard as the first one is. */
function otherPlaces(entryPoint: Pick<EntryPoint, 'host' | 'port'>): readonly Place[] {
  return heardAt(entryPoint).slice(1).map((host) => ({ host, port: entryPoint.port }));
}

/** Whether the setting `ipv6: false` leaves all IPv6 addresses out; undefined = the settings are not known. */
export type Ipv6 = boolean | undefined;

/** What is wrong with an entry point's other addresses: `sameAs` tells whether one is heard as the first one is, undefined = not at all. */
export function astray({ listeners }: Routing, ipv6: Ipv6, sameAs: (first: Place, other: Place) => boolean | undefined): ReadonlyMap<string, Answer> {
  return new Map(listeners.flatMap(({ entryPoint }) => otherPlaces(entryPoint).flatMap((other): readonly (readonly [string, Answer])[] => {
    const same = sameAs(placeOf(entryPoint), other);
    const right = same === undefined ? ipv6 !== true : same && ipv6 !== false;
    return right ? [] : [[entryPoint.name, differs('heard at', ipv6 === false ? 'IPv4 addresses alone' : `${placeText(other)} as at ${placeText(placeOf(entryPoint))}`, same === undefined ? 'nothing there' : same ? 'IPv6 too' : 'other servers there')]];
  })));
}
