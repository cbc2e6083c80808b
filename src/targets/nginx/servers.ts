import type { Route } from '../../ir/index.ts';
import { routeBody, type Body } from './body.ts';
import { plainAnswer, type ListenerSite } from './terminal.ts';
import { keptName, type Location } from './chain.ts';
import { choice, NONE } from './decisions.ts';
import { candidateFinder, hostRegions, type HostRegion } from './hosts.ts';
import { decisionKey, pathRegions, type Decision, type PathRegion } from './paths.ts';
import { BLANK, block, comment, directive, literal, template, variable, type Statement, type Word } from './plan.ts';
import { literalPattern } from './regex.ts';
import { wildcardPattern } from './atoms.ts';
import { checkedPaths } from './included.ts';

/** A server block: hosts that decide alike, and their table. */
interface Table {
  readonly regions: readonly HostRegion[];
  readonly paths: readonly PathRegion[];
}

/** The servers of a listener: literal hosts that decide alike share one, the last is for every other host. */
export function servers(listener: ListenerSite, routes: readonly Route[], listen: (isDefault: boolean) => readonly Statement[]): readonly Statement[] {
  const all = tables(routes);
  const wildcards = all.flatMap(({ regions }) => regions).flatMap((region) => (region.kind === 'wildcard' ? [region.pattern] : []));
  return all.flatMap(({ regions, paths }) => {
    const isDefault = regions.some(({ kind }) => kind === 'other');
    return [BLANK, block(['server'], [...listen(isDefault), serverName(regions, wildcards), ...serverBody(listener, paths)])];
  });
}

function tables(routes: readonly Route[]): readonly Table[] {
  const byKey = new Map<string, { regions: HostRegion[]; readonly paths: readonly PathRegion[] }>();
  const candidatesIn = candidateFinder(routes);
  for (const region of hostRegions(routes)) {
    const paths = pathRegions(candidatesIn(region));
    const key = JSON.stringify(paths.map(({ kind, path, decision }) => [kind, path, decisionKey(decision)]));
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { regions: [region], paths });
    else known.regions = [...known.regions, region];
  }
  return [...byKey.values()];
}

/** `_` also stands for a request without a host: `$host` is the server's name then. */
function serverName(regions: readonly HostRegion[], wildcards: readonly string[]): Statement {
  if (regions.some(({ kind }) => kind === 'other')) {
    // Every other host comes here anyway, but one that a wildcard of another server would take has to be named.
    const taken = regions.filter((region) => region.kind === 'wildcard' || (region.kind === 'literal' && wildcards.some((pattern) => region.host.endsWith(pattern.slice(1)))));
    return directive('server_name', '_', ...(taken.some(({ kind }) => kind === 'literal') ? taken.map(nameOf) : []));
  }
  return directive('server_name', ...regions.map(nameOf));
}

function nameOf(region: HostRegion): Word {
  if (region.kind === 'wildcard') return literal(`~${wildcardPattern(region.pattern)}`);
  if (region.kind === 'other') return literal('_');
  return literal(/^[a-z0-9_.-]+$|^\[[0-9a-f:.]+\]$/.test(region.host) ? region.host : `~^${literalPattern(region.host)}\\z`);
}

function serverBody(listener: ListenerSite, paths: readonly PathRegion[]): readonly Statement[] {
  if (paths.every(({ decision }) => decision.length === 0)) return [BLANK, locationBlock(['/'], notFound(), [])];
  const writer = createWriter(listener);
  const locations = paths.flatMap((region) => [BLANK, writer.region(region)]);
  return [checkedPaths(), ...locations, ...writer.beside()];
}

interface Writer {
  region(region: PathRegion): Statement;
  beside(): readonly Statement[];
}

/** Locations of one server: named ones are written once, however often they are chosen. */
function createWriter(listener: ListenerSite): Writer {
  const bodies = new Map<Route, Body>();
  const named = new Map<string, Statement>();
  const bodyOf = (route: Route): Body => {
    const body = bodies.get(route) ?? routeBody(listener, route);
    bodies.set(route, body);
    for (const location of body.beside) named.set(location.words.join(' '), besideBlock(location));
    return body;
  };
  const nameRoute = (route: Route): string => {
    const name = keptName(listener, `route ${route.router.name}@${route.router.namespace} ${String(route.rank)}`, route.router.name);
    if (!named.has(`@${name}`)) {
      const body = bodyOf(route);
      named.set(`@${name}`, locationBlock([`@${name}`], body.statements({ named: true }), [originOf(route)]));
    }
    return name;
  };
  return {
    region: ({ kind, path, decision }) => {
      const words = kind === 'exact' ? ['=', literal(path)] : [literal(path)];
      const [first] = decision;
      if (first === undefined) return locationBlock(words, notFound(), []);
      if (first.rule.kind === 'constant') return locationBlock(words, bodyOf(first.route).statements({ named: false }), [originOf(first.route)]);
      if (!isComplete(decision)) named.set(`@${NONE}`, locationBlock([`@${NONE}`], notFound(), []));
      const chosen = choice(listener.sheet, listener.forwarding.source, decision, nameRoute);
      return locationBlock(words, [directive('error_page', '418', '=', template('@', variable(chosen))), directive('return', '418')], []);
    },
    beside: () => [...named.values()].flatMap((statement) => [BLANK, statement]),
  };
}

function isComplete(decision: Decision): boolean {
  return decision.at(-1)?.rule.kind === 'constant';
}

function notFound(): readonly Statement[] {
  return plainAnswer(404, '404 page not found\n');
}

function originOf(route: Route): string {
  return route.symbol;
}

function besideBlock({ words, statements }: Location): Statement {
  return block(['location', ...words], statements);
}

function locationBlock(words: readonly (string | Word)[], statements: readonly Statement[], origins: readonly string[]): Statement {
  return block(['location', ...words], [...origins.map((origin) => comment(origin)), ...statements]);
}
