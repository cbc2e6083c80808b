import { refKey, type ResolvedService, type Routing, type SpecOf } from '../../../ir/index.ts';
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
import { poolOf } from '../upstreams.ts';
import { headerStatement } from './auth.ts';
import { addHeader } from './cors.ts';

/** Where a chain begins to be watched, and by whom. */
export interface Watch {
  readonly site: Site;
  readonly spec: SpecOf<'errors'>;
  readonly name: string;
  readonly statuses: readonly number[];
  /** What outer middlewares set: of the inner ones a page carries nothing. */
  readonly outer: readonly ResponseHeader[];
  /** The stage from which on answers are caught. */
  readonly from: number;
}

export function watch(site: Site, spec: SpecOf<'errors'>, outer: readonly ResponseHeader[], from: number): Watch {
  const { router } = site.route;
  const name = keptName(site, `errors ${router.name}@${router.namespace} ${site.middleware.ref.name}@${site.middleware.ref.namespace} ${String(site.tls)}`, `${router.name}_${site.middleware.ref.name}`);
  return { site, spec, name, statuses: statusesOf(spec.status) ?? [], outer, from };
}

/** What a location says whose answers are caught. */
export function catching({ spec, name, statuses }: Watch, proxies: boolean): readonly Statement[] {
  const caught = statuses.map((status): CaughtStatus => ({ status, answer: rewritten(status, spec.statusRewrites) }));
  return [...(proxies ? [directive('proxy_intercept_errors', 'on')] : []), ...errorPages(caught, name)];
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

/** The page: another service is asked with GET, for a request without a body and without the address of the peer (ran on 3.7.15). */
export function pageLocation({ site, spec, name, outer }: Watch, state: ChainState, routing: Routing): Location {
  const service = pageService(routing, spec);
  const pool = service === undefined ? undefined : poolOf(site.sheet, service, site.options.version, site.outputs.pools);
  const lines = pageLines(site, spec, state);
  const statements = [
    ...outer.map((header) => directive('proxy_hide_header', literal(header.name))),
    ...outer.flatMap((header) => (header.value === undefined ? [] : [addHeader(header)])),
    directive('proxy_method', 'GET'),
    directive('proxy_pass_request_body', 'off'),
    ...(spec.errorRequestHeaders === undefined ? [] : [directive('proxy_pass_request_headers', 'off')]),
    ...lines.map((line) => headerStatement(site, line)),
    ...(spec.errorRequestHeaders === undefined ? [UNDERSCORES] : []),
    ...(pool === undefined ? [directive('return', '503', message('no available server\n'))] : [
      ...pool.before,
      directive('set', template(variable(PAGE)), site.sheet.text(...pageTarget(spec.query, () => askedFor(site, state)))),
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

/** Path and query of the page. `$status` is the one that the client will see; both placeholders of it are the same where judge let it pass. */
function pageTarget(text: string, url: () => Part): readonly Part[] {
  const pieces = `/${text.replace(/^\//, '')}`.split(/(\{(?:status|originalStatus|url)\})/);
  return pieces.filter((piece) => piece !== '').map((piece) => (piece === '{url}' ? url() : /^\{\w+\}$/.test(piece) ? variable('status') : piece));
}

/** The address that was asked for, as a value of a query. A path that nginx cannot write down stands as the client wrote it. */
function askedFor({ sheet }: Site, { path }: ChainState): Part {
  const escaped = escapedOrBare(sheet, path);
  const told = sheet.map('asked_path', escaped, [
    { key: literal('default'), value: template(...escaped) },
    { key: literal(''), value: template(variable(rawPath(sheet))) },
    ...(path.kind === 'byForm' && path.bare !== undefined ? [{ key: literal(BARE), value: template('') }] : []),
  ]);
  return queryValue(sheet, [variable('scheme'), '://', variable(authority(sheet)), variable(told), variable(query(sheet))]);
}
