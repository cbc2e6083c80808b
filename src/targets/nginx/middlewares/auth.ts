import { readUser, type SpecOf } from '../../../ir/index.ts';
import { addHeader, addHeaders, unlessSaid } from '../add-headers.ts';
import { keptName, withHeader, type ChainState, type Responder, type Site, type Step } from '../chain.ts';
import type { HeaderLine } from '../forwarded.ts';
import { escapedParts } from '../path-state.ts';
import { block, comment, directive, literal, template, variable, type Part, type Statement } from '../plan.ts';
import { UNDERSCORES } from '../underscores.ts';
import { address, isFixed, LOCAL } from '../upstreams.ts';
import { askedWith } from './auth-headers.ts';
import { refuseEmpty } from './paths.ts';

/** 401 with the realm, `traefik` by default. Only hashes that Traefik compares are written: nginx would take more kinds. */
export function basicAuth(site: Site, state: ChainState, spec: SpecOf<'basicAuth'>): Step {
  const realm = spec.realm === '' ? 'traefik' : spec.realm;
  const file = usersFile(site, spec);
  let request = state.request;
  if (spec.headerField !== '') request = withHeader(request, { name: spec.headerField, value: [variable('remote_user')] });
  if (spec.removeHeader) request = withHeader(request, { name: 'Authorization', value: [] });
  const statements = [...file.notes.map(comment), directive('auth_basic', site.sheet.text(realm)), directive('auth_basic_user_file', site.sheet.text(file.path))];
  return { state: { ...state, request }, respond: [{ phase: 'basic', statements: () => statements }] };
}

/** Users that came from a variable are not written: the operator provides the file. */
function usersFile(site: Site, spec: SpecOf<'basicAuth'>): { readonly path: string; readonly notes: readonly string[] } {
  if (spec.usersFile !== '') return { path: spec.usersFile, notes: [] };
  const { middleware, options, outputs } = site;
  const path = `auth/${keptName(site, `htpasswd ${middleware.ref.name}@${middleware.ref.namespace}`, middleware.ref.name)}.htpasswd`;
  const variables = secretVariables(site, 'basicAuth.users');
  if (variables.unset.length > 0 || (variables.filled.length > 0 && !options.inlineSecrets)) {
    const names = [...variables.unset, ...variables.filled].join(', ');
    return { path, notes: [`write this file yourself, one "user:hash" a line: its users come from ${names}`] };
  }
  const lines = spec.users.filter((line) => readUser(line).kind === 'usable');
  outputs.files.set(path, { path, text: lines.map((line) => `${line}\n`).join(''), ...(variables.filled.length > 0 ? { secret: true } : {}) });
  return { path, notes: [] };
}

/** The variables behind an option and its items. */
export function secretVariables({ middleware }: Pick<Site, 'middleware'>, path: string): { readonly unset: readonly string[]; readonly filled: readonly string[] } {
  const found = [...middleware.variables].filter(([key]) => key === path || key.startsWith(`${path}[`)).map(([, value]) => value);
  return { unset: [...new Set(found.flatMap(({ unset }) => unset))], filled: [...new Set(found.flatMap(({ filled }) => filled))] };
}

/**
 * A subrequest. 2xx passes; 401 and 403 come back as they are; of other answers only the status, Location and Set-Cookie can
 * be passed on, the body is nginx's own.
 */
export function forwardAuth(site: Site, state: ChainState, spec: SpecOf<'forwardAuth'>): Step {
  const id = keptName(site, `auth ${site.route.router.name}@${site.route.router.namespace} ${site.middleware.ref.name}@${site.middleware.ref.namespace}`, `auth_${site.middleware.ref.name}`);
  const path = escapedParts(site.sheet, state.path);
  // A name without a slash cannot be asked for from outside.
  const beside = [...state.beside, { words: ['=', id], statements: authLocation(site, state, spec, id, path) }, { words: [`@${id}_refused`], statements: refusedLocation(id, state) }];
  const sets = spec.authResponseHeaders.map((name, index) => ({ name, variable: `${id}_${String(index)}`, from: `upstream_http_${name.toLowerCase().replaceAll('-', '_')}` }));
  const request = sets.reduce<readonly HeaderLine[]>((lines, set) => withHeader(lines, { name: set.name, value: [variable(set.variable)] }), state.request);
  const statements = [
    directive('auth_request', id),
    directive('auth_request_set', template(variable(`${id}_status`)), template(variable('upstream_status'))),
    directive('auth_request_set', template(variable(`${id}_location`)), template(variable('upstream_http_location'))),
    directive('auth_request_set', template(variable(`${id}_cookie`)), template(variable('upstream_http_set_cookie'))),
    ...sets.map((set) => directive('auth_request_set', template(variable(set.variable)), template(variable(set.from)))),
    directive('error_page', '500', '=', `@${id}_refused`),
  ];
  const [only] = path;
  const refuse: readonly Responder[] = typeof only === 'object' ? [refuseEmpty(only.variable)] : [];
  return { state: { ...state, request, beside }, respond: [...refuse, { phase: 'request', statements: () => statements }] };
}

function authLocation(site: Site, state: ChainState, spec: SpecOf<'forwardAuth'>, id: string, path: readonly Part[]): readonly Statement[] {
  const url = new URL(spec.address);
  const host = address({ host: url.hostname, port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port) });
  const fixed = isFixed(url.hostname);
  const target = `${url.pathname}${url.search}`;
  return [
    directive('internal'),
    ...(spec.authRequestHeaders.length === 0 ? [] : [directive('proxy_pass_request_headers', 'off')]),
    directive('proxy_pass_request_body', 'off'),
    directive('proxy_method', 'GET'),
    ...askedWith(site, state, spec, url.host, path).map((line) => headerStatement(site, line)),
    UNDERSCORES,
    ...(fixed ? [] : [directive('set', template(variable(`${id}_host`)), site.sheet.text(host))]),
    ...(url.hostname === LOCAL ? [directive('proxy_next_upstream', 'error', 'timeout')] : []),
    directive('proxy_pass', site.sheet.text(`${url.protocol}//`, ...(fixed ? [host] : [variable(`${id}_host`)]), target)),
  ];
}

export function headerStatement(site: Pick<Site, 'sheet'>, { name, value }: HeaderLine): Statement {
  return directive('proxy_set_header', literal(name), site.sheet.text(...value));
}

/** What middlewares before this one say is said of a refusal too. */
function refusedLocation(id: string, { response }: ChainState): readonly Statement[] {
  const redirects = ['301', '302', '303', '307', '308'].map((code) => block(['if', `($${id}_status`, '=', `${code})`], [directive('return', code, template(variable(`${id}_location`)))]));
  const cookie = addHeader({ name: 'Set-Cookie', value: template(variable(`${id}_cookie`)) });
  return [...addHeaders(response), ...unlessSaid([cookie], response), ...redirects, directive('return', '500')];
}
