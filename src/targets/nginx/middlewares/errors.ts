import { refKey, type ResolvedService, type Routing, type SpecOf } from '../../../ir/index.ts';
import { instead } from '../add-headers.ts';
import { keptName, withHeader, type ChainState, type Location, type ResponseHeader, type Site } from '../chain.ts';
import { errorPages, type CaughtStatus } from '../error-pages.ts';
import type { HeaderLine } from '../forwarded.ts';
import { directive, literal, message, template, variable, type Part, type Statement } from '../plan.ts';
import { headerVariable } from '../atoms.ts';
import { BARE, escapedOrBare } from '../path-state.ts';
import { queryValue } from '../query-value.ts';
import { authority, query, rawPath } from '../request.ts';
import { rewritten, statusesOf } from '../statuses.ts';
import { UNDERSCORES } from '../underscores.ts';
import { givesWay, poolOf } from '../upstreams.ts';
import { headerStatement } from './auth.ts';

/** Where a chain begins to be watched, and by whom. */
export interface Watch {
  readonly site: Site;
  readonly spec: SpecOf<'errors'>;
  readonly pages: readonly Page[];
  readonly statuses: readonly number[];
  /** What outer middlewares set: of the inner ones a page carries nothing. */
  readonly outer: readonly ResponseHeader[];
  /** The stage from which on answers are caught. */
  readonly from: number;
}

/** A named location that asks for the page of some statuses. */
interface Page {
  readonly name: string;
  readonly caught: readonly CaughtStatus[];
  /** The status that was caught, where a page asks for it and nginx knows only what was made of it. */
  readonly original?: number;
}

export function watch(site: Site, spec: SpecOf<'errors'>, outer: readonly ResponseHeader[], from: number): Watch {
  const statuses = statusesOf(spec.status) ?? [];
  return { site, spec, pages: pagesOf(site, spec, statuses), statuses, outer, from };
}

/** One page for all statuses; where it asks for a status that is rewritten, that one has a location of its own. */
function pagesOf(site: Site, spec: SpecOf<'errors'>, statuses: readonly number[]): readonly Page[] {
  const { route: { router }, middleware: { ref }, tls } = site;
  const nameOf = (suffix: string): string => keptName(site, `errors ${router.name}@${router.namespace} ${ref.name}@${ref.namespace} ${String(tls)}${suffix}`, `${router.name}_${ref.name}${suffix}`);
  const caught = statuses.map((status): CaughtStatus => ({ status, answer: rewritten(status, spec.statusRewrites) }));
  const isOwn = ({ status, answer }: CaughtStatus): boolean => spec.query.includes('{originalStatus}') && answer !== status;
  const shared = caught.filter((one) => !isOwn(one));
  return [
    ...(shared.length === 0 ? [] : [{ name: nameOf(''), caught: shared }]),
    ...caught.filter(isOwn).map((one): Page => ({ name: nameOf(`_${String(one.status)}`), caught: [one], original: one.status })),
  ];
}

/** What a location says whose answers are caught. */
export function catching({ pages }: Watch, proxies: boolean): readonly Statement[] {
  return [...(proxies ? [directive('proxy_intercept_errors', 'on')] : []), ...pages.flatMap(({ caught, name }) => errorPages(caught, name))];
}

/** An answer with a text of its own would go out uncaught: of a caught status only the status is left. */
export function withoutTexts(statements: readonly Statement[], statuses: readonly number[]): readonly Statement[] {
  const caught = new Set(statuses.map(String));
  return statements.map((statement) => {
    if (statement.kind !== 'directive') return statement;
    if (statement.block !== undefined) return { ...statement, block: withoutTexts(statement.block, statuses) };
    const [first, status, text] = statement.words;
    const isText = first?.kind === 'word' && first.text === 'return' && status?.kind === 'word' && caught.has(status.text) && text !== undefined && text.kind !== 'template';
    return isText ? directive('return', status.text) : statement;
  });
}

/** The locations of the pages, which differ in the status that they ask for. */
export function pageLocations(watched: Watch, state: ChainState, routing: Routing): readonly Location[] {
  return watched.pages.map((page) => pageLocation(watched, page, state, routing));
}

/** The page: another service is asked with GET, for a request without a body and without the address of the peer (ran on 3.7.15). */
function pageLocation({ site, spec, outer }: Watch, { name, original }: Page, state: ChainState, routing: Routing): Location {
  const service = pageService(routing, spec);
  const pool = service === undefined ? undefined : poolOf(site.sheet, service, site.options.version, site.outputs.pools);
  const lines = pageLines(site, spec, state);
  const statements = [
    ...instead(outer),
    directive('proxy_method', 'GET'),
    directive('proxy_pass_request_body', 'off'),
    ...(spec.errorRequestHeaders === undefined ? [] : [directive('proxy_pass_request_headers', 'off')]),
    ...lines.map((line) => headerStatement(site, line)),
    ...(spec.errorRequestHeaders === undefined ? [UNDERSCORES] : []),
    ...(pool === undefined ? [directive('return', '503', message('no available server\n'))] : [
      ...givesWay(pool),
      ...pool.before,
      directive('set', template(variable(PAGE)), site.sheet.text(...pageTarget(spec.query, original, () => askedFor(site, state)))),
      directive('proxy_pass', site.sheet.text(`${pool.scheme}://`, ...pool.target, variable(PAGE))),
    ]),
  ];
  return { words: [`@${name}`], statements };
}

/** nginx takes no path behind an address in a named location, unless it is a variable. */
const PAGE = 'gw_error_page';

export function pageService({ services = [] }: Routing, spec: SpecOf<'errors'>): ResolvedService | undefined {
  const key = refKey(spec.service);
  return services.find(({ service }) => refKey(service.ref) === key);
}

function pageLines({ forwarding }: Site, { errorRequestHeaders }: SpecOf<'errors'>, state: ChainState): readonly HeaderLine[] {
  const gone: readonly HeaderLine[] = ['Content-Length', 'Connection', 'Upgrade'].map((name) => ({ name, value: [] }));
  const base = [{ name: 'X-Forwarded-For', value: forwarding.believedFor }, ...gone].reduce(withHeader, state.request);
  if (errorRequestHeaders === undefined) return base;
  const wanted = new Set(errorRequestHeaders.map((name) => name.toLowerCase()));
  const named = base.filter(({ name, value }) => wanted.has(name.toLowerCase()) && value.length > 0);
  const known = new Set(base.map(({ name }) => name.toLowerCase()));
  const own = errorRequestHeaders.filter((name) => !known.has(name.toLowerCase())).map((name): HeaderLine => ({ name, value: [headerVariable(name.toLowerCase())] }));
  const host = base.filter(({ name }) => name === 'Host' && !wanted.has('host'));
  return [...host, ...named, ...own, ...gone];
}

/** Path and query of the page. `$status` is the one that the client will see, which is also the one that was caught unless `original` says it. */
function pageTarget(text: string, original: number | undefined, url: () => Part): readonly Part[] {
  const pieces = `/${text.replace(/^\//, '')}`.split(/(\{(?:status|originalStatus|url)\})/).filter((piece) => piece !== '');
  return pieces.map((piece) => {
    if (piece === '{url}') return url();
    if (piece === '{originalStatus}' && original !== undefined) return String(original);
    return /^\{\w+\}$/.test(piece) ? variable('status') : piece;
  });
}

/** The address that was asked for, as a value of a query. A path that nginx cannot write down stands as the client wrote it. */
function askedFor({ sheet }: Site, { path }: ChainState): Part {
  const escaped = escapedOrBare(sheet, path);
  const told = sheet.map('asked_path', escaped, [
    { key: literal('default'), value: template(...escaped) },
    { key: literal(''), value: template(variable(rawPath(sheet))) },
    ...(path.kind === 'byForm' && path.bare !== undefined ? [{ key: literal(BARE), value: template('') }] : []),
  ]);
  // The mark of an empty query does not stand in it (ran on 3.7.15).
  const asked = sheet.map('asked_query', [variable(query(sheet))], [{ key: literal('default'), value: template(variable(query(sheet))) }, { key: literal('?'), value: template('') }]);
  return queryValue(sheet, [variable('scheme'), '://', variable(authority(sheet)), variable(told), variable(asked)]);
}
