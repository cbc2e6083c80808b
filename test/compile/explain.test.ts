import { describe, expect, it } from 'vitest';
import { explainText, explainWhole } from '../../src/index.ts';
import { plainPaint } from '../../src/diagnostics/index.ts';
import { everywhere, explained, gatewayOf, loaded, request, service } from './explain-load.ts';

/** Costs about a second. */
const SHOP = loaded(
  service('admin', ['traefik.http.routers.admin.rule=Host(`a.test`) && PathPrefix(`/admin`)', 'traefik.http.routers.admin.middlewares=auth,strip', 'traefik.http.middlewares.auth.basicauth.users=u:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'traefik.http.middlewares.strip.stripprefix.prefixes=/admin']),
  service('api', ['traefik.http.routers.api.rule=Host(`a.test`) && PathPrefix(`/api`) && !Method(`DELETE`)', 'traefik.http.routers.api.middlewares=fields,away', 'traefik.http.middlewares.fields.headers.customrequestheaders.X-Api-Key=hunter2', 'traefik.http.middlewares.fields.headers.customrequestheaders.X-From=edge', 'traefik.http.middlewares.fields.headers.customresponseheaders.X-Frame=deny', 'traefik.http.middlewares.away.stripprefix.prefixes=/api']),
  service('site', ['traefik.http.routers.site.rule=Host(`a.test`)']),
  service('safe', ['traefik.http.routers.safe.rule=Host(`s.test`)', 'traefik.http.routers.safe.entrypoints=websecure', 'traefik.http.routers.safe.tls=true']),
  service('tie', ['traefik.http.routers.tie1.rule=Host(`t.test`)', 'traefik.http.routers.tie2.rule=Host(`T.test`)']),
);

describe('candidates', () => {
  const reasons = (line: string): Readonly<Record<string, string>> => Object.fromEntries(explained(SHOP, line).candidates.map(({ router, reason }) => [router.split('@')[0] ?? '', reason]));

  it.each([
    ['http://a.test/api/x', { api: 'wins', site: 'match, lower priority than api@docker (14 < 57)', admin: 'path is not under /admin', safe: undefined }],
    ['DELETE http://a.test/api', { api: 'excluded: method is DELETE', site: 'wins' }],
    ['http://b.test/', { api: 'host is not a.test', site: 'host is not a.test' }],
    ['http://t.test/', { tie1: 'a tie', tie2: 'a tie' }],
  ])('%s: every router says why', (line, wanted) => {
    expect(reasons(line)).toMatchObject(Object.fromEntries(Object.entries(wanted).filter(([, reason]) => reason !== undefined)));
  });

  it('a tie is no winner', () => {
    expect(explained(SHOP, 'http://t.test/').decision).toMatchObject({ kind: 'tie', router: 'tie1@docker or tie2@docker' });
  });

  it('headers that the entry point takes away are not seen by rules', () => {
    const stack = loaded(service('web', ['traefik.http.routers.web.rule=Host(`a.test`) && Header(`X-Forwarded-Host`,`b.test`)']));
    const { decision, candidates } = explained(stack, 'http://a.test/', { headers: ['X-Forwarded-Host: b.test'] });
    expect([decision.router, candidates[0]?.matched]).toEqual([null, false]);
  });
});

describe('a host whose TLS options cannot be used', () => {
  const stack = loaded(service('web', ['traefik.http.routers.web.rule=Host(`a.test`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.options=nope']), service('other', ['traefik.http.routers.other.rule=PathPrefix(`/`)', 'traefik.http.routers.other.entrypoints=websecure', 'traefik.http.routers.other.tls=true']));

  it('is closed in the handshake: nobody answers, and the ladder says which router is missing', () => {
    const document = explained(stack, 'https://a.test/');
    expect([document.decision, document.candidates, document.nearest]).toEqual([{ kind: 'refused', router: null, service: null, endpoint: null, target: null, status: null, headers: [] }, [], []]);
    expect(document.ladders.map(({ rungs }) => rungs.find(({ state }) => state === 'failed')?.text)).toEqual([expect.stringContaining(`TLS option set "nope@docker" does not exist`)]);
    expect(explainText({ document }, plainPaint)).toContain('refused: the connection is closed in its TLS handshake');
  });
  it('does not close other names', () => {
    expect(explained(stack, 'https://b.test/').decision).toMatchObject({ kind: 'forward', router: 'other@docker' });
  });
});

describe('near misses', () => {
  it('names what is right and what is not', () => {
    expect(explained(SHOP, 'http://s.test/x').nearest).toEqual([{ router: 'safe@docker', entryPoint: 'websecure', tls: true, ok: ['host ok'], failed: ['entry point is websecure only', 'TLS only'], at: expect.stringMatching(/^compose\.yml:\d+:\d+$/) }]);
  });

  it('the nearest comes first, and another host is none', () => {
    const stack = loaded(service('x', ['traefik.http.routers.far.rule=Host(`a.test`) && Path(`/y`) && Method(`PUT`)', 'traefik.http.routers.near.rule=Host(`a.test`) && Path(`/x`) && Method(`PUT`)', 'traefik.http.routers.no.rule=Host(`b.test`)']));
    expect(explained(stack, 'http://a.test/x').nearest.map(({ router, failed }) => [router, failed])).toEqual([['near@docker', ['method is GET, not PUT']], ['far@docker', ['path is not /y', 'method is GET, not PUT']]]);
  });

  it('a host that is spelt nearly so is asked back', () => {
    expect(explained(loaded(service('x', ['traefik.http.routers.x.rule=Host(`shop.test`)'])), 'http://shpo.test/').notes).toEqual(['no router names this host; did you mean shop.test?']);
  });
});

describe('steps', () => {
  it('target and headers before and after, credentials hidden, places', () => {
    const { steps, decision } = explained(SHOP, 'http://a.test/api/x?q=1');
    expect(steps).toMatchObject([
      { middleware: 'fields@docker', kind: 'headers', before: '/api/x?q=1', after: '/api/x?q=1', reached: true, requestHeaders: [{ name: 'X-Api-Key', before: null, after: '***' }, { name: 'X-From', before: null, after: 'edge' }], responseHeaders: [{ name: 'X-Frame', before: null, after: 'deny' }] },
      { middleware: 'away@docker', kind: 'stripPrefix', before: '/api/x?q=1', after: '/x?q=1', requestHeaders: [{ name: 'X-Forwarded-Prefix', before: null, after: '/api' }], responseHeaders: [] },
    ]);
    expect(decision.headers).toContainEqual(['X-Api-Key', '***']);
    expect(JSON.stringify(explained(SHOP, 'http://a.test/api/x'))).not.toContain('hunter2');
  });

  it('a middleware that answers ends the way, and what is behind it is shown all the same', () => {
    const { steps, decision, notes } = explained(SHOP, 'http://a.test/admin/x');
    expect(decision).toMatchObject({ kind: 'respond', status: 401, router: 'admin@docker' });
    expect(steps.map(({ before, after, reached }) => [before, after, reached])).toEqual([['/admin/x', '401', true], ['/admin/x', '/x', false]]);
    expect(notes).toEqual(['a request that is let through goes to http://admin:8000/x']);
  });
});

it('what a plugin does is opaque: nothing is claimed of it, and the rest of the way is shown', () => {
  const stack = loaded(service('web', ['traefik.http.routers.web.rule=Host(`a.test`)', 'traefik.http.routers.web.middlewares=geo,strip', 'traefik.http.middlewares.geo.plugin.geo.country=xx', 'traefik.http.middlewares.strip.stripprefix.prefixes=/api']));
  const { decision, steps, notes } = explained(stack, 'http://a.test/api/x');
  expect(decision).toMatchObject({ kind: 'forward', target: '/x' });
  expect(steps.map(({ kind, before, after, reached, note }) => [kind, before, after, reached, note])).toEqual([['plugin', '/api/x', '/api/x', true, 'opaque: what it does is not known here'], ['stripPrefix', '/api/x', '/x', true, null]]);
  expect(notes).toEqual(['unproven: what the plugin geo@docker does is not known here, so the request may end otherwise']);
});

it('parts: where each is written, and what is a default', () => {
  const { parts } = explained(SHOP, 'http://a.test/');
  expect(parts.map(({ part, at }) => [part, at.replace(/:\d+:\d+$/, ':LINE')])).toEqual([['rule', 'compose.yml:LINE'], ['priority', 'default: the length of the rule'], ['entry point', 'default: the router names none'], ['service', 'compose.yml:LINE'], ['endpoint', 'compose.yml:LINE']]);
});

it('a bare host is GET on every entry point, with TLS where it is served', () => {
  const answers = everywhere(SHOP, 's.test');
  expect(answers.map(({ request: { method, entryPoint, tls, target }, decision }) => [method, entryPoint, tls, target, decision.router])).toEqual([['GET', 'web', false, '/', null], ['GET', 'websecure', false, '/', null], ['GET', 'websecure', true, '/', 'safe@docker']]);
  expect(everywhere(SHOP, 'http://s.test/')).toHaveLength(1);
});

it('a TCP router that takes the connection first is said', () => {
  const stack = loaded(service('db', ['traefik.tcp.routers.db.rule=HostSNI(`*`)', 'traefik.tcp.routers.db.entrypoints=web', 'traefik.tcp.services.db.loadbalancer.server.port=5432']), service('web', ['traefik.http.routers.web.rule=Host(`a.test`)']));
  expect(explained(stack, 'http://a.test/').notes).toEqual([expect.stringMatching(/^TCP router db@docker takes the whole connection before HTTP is spoken \(compose\.yml:\d+:\d+\)$/)]);
});

describe('targets', () => {
  const asked = (line: string): readonly unknown[] => explainWhole(SHOP, gatewayOf(SHOP), request(line), { build: { targets: ['nginx', 'kong', 'traefik'], versions: new Map(), allowances: new Map(), inlineSecrets: true, settings: { nginx: { tls: { certificate: 'a.pem', key: 'a.key' } } }, overrides: { endpoints: [], entryPoints: new Map() } } }).flatMap(({ document }) => document.targets.map(({ target, outcome, took }) => [target, outcome, took]));

  it('the block and route that take a request, and whether it is the same decision', () => {
    const stack = loaded(service('api', ['traefik.http.routers.api.rule=Host(`a.test`) && PathPrefix(`/api`)', 'traefik.http.routers.api.middlewares=strip', 'traefik.http.middlewares.strip.stripprefix.prefixes=/api']));
    const [answer] = explainWhole(stack, gatewayOf(stack), request('http://a.test/api/x'), { build: { targets: ['nginx', 'kong', 'traefik'], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } } });
    expect(answer?.document.targets.map(({ target, outcome, took }) => [target, outcome, took])).toEqual([
      ['nginx', 'same', expect.stringMatching(/^server a\.test on port 80, location \S+ -> http:\/\/api:8000\/x$/)],
      ['kong', 'same', expect.stringMatching(/^route \S+, service \S+ -> http:\/\/api:8000\/x$/)],
      ['traefik', 'same', null],
    ]);
  });

  it('what is not written is said with the reason', () => {
    expect(asked('http://t.test/')).toEqual(expect.arrayContaining([['nginx', 'unwritten', null]]));
  });
});

it('text is one line per fact, safe for a terminal', () => {
  const text = explainText({ document: explained(loaded(service('x', ['traefik.http.routers.x.rule=Host(`a.test`) && Header(`X-Api-Key`,`open sesame`)', 'traefik.http.routers.y.rule=Host(`a.test`) && Path(`/\u001b[31m`)', 'traefik.http.routers.z.rule=Host(`b.test`)'])), 'http://a.test/') }, plainPaint);
  expect(text).toContain('404, no router matches; nearest: x@docker (host ok, header X-Api-Key is not the wanted value) at compose.yml:');
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('sesame');
});

describe('a service inside the engine', () => {
  const stack = loaded(service('x', ['traefik.http.routers.old.rule=Host(`old.test`)', 'traefik.http.routers.old.service=noop@internal', 'traefik.http.routers.old.middlewares=away,late', 'traefik.http.middlewares.away.redirectscheme.scheme=https', 'traefik.http.middlewares.late.headers.customresponseheaders.X-Late=1']));

  it('answers nothing that the steps before it are told by: a redirection begins with the request', () => {
    const { steps, decision } = explained(stack, 'http://old.test/x');
    expect(decision).toMatchObject({ kind: 'respond', status: 302 });
    expect(steps.map(({ middleware, before, after, reached }) => [middleware, before, after, reached])).toEqual([['away@docker', '/x', '302', true], ['late@docker', '/x', '/x', false]]);
  });
});
