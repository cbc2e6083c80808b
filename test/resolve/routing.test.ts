import { describe, expect, it } from 'vitest';
import { refName, type Route } from '../../src/ir/index.ts';
import type { ResolvedGateway } from '../../src/resolve/index.ts';
import { ROUTER_FAULTS } from '../support/router-faults.ts';
import { resolveCompose, service, stack } from './compose.ts';

const STATIC = `entryPoints:
  web: { address: ":80", http: { redirections: { entryPoint: { to: secure } } } }
  secure: { address: ":443", http: { tls: { options: modern@file, certResolver: le }, middlewares: [first@file] } }
  plain: { address: ":81" }
  tcp: { address: ":5000" }
  dns: { address: ":53/udp" }
certificatesResolvers: { le: { acme: { email: a@b.c, storage: x, httpChallenge: { entryPoint: plain } } } }
api: { insecure: true }
providers: { docker: {}, file: { filename: d.yml } }
`;
const DYNAMIC = `http:
  middlewares:
    first: { addPrefix: { prefix: /ep } }
    inner: { chain: { middlewares: [a, b] } }
    outer: { chain: { middlewares: [inner, a] } }
    a: { addPrefix: { prefix: /a } }
    b: { addPrefix: { prefix: /b } }
    page: { errors: { status: ["500"], service: err, query: / } }
  services:
    err: { loadBalancer: { servers: [{ url: "http://err:80" }] } }
    main: { loadBalancer: { servers: [{ url: "http://main:80" }] } }
    both: { weighted: { services: [{ name: err, weight: 3 }, { name: main }] } }
tls:
  options: { modern: { minVersion: VersionTLS13 }, old: {} }
`;

function run(labels: readonly string[], more: Partial<Parameters<typeof resolveCompose>[0]> = {}): ResolvedGateway {
  return resolveCompose({ static: STATIC, dynamic: [DYNAMIC], stacks: { p: stack({ web: service(['traefik.http.services.s.loadbalancer.server.port=80', ...labels]) }) }, ...more });
}
function router(name: string, rule: string, ...rest: readonly string[]): readonly string[] {
  return [`traefik.http.routers.${name}.rule=${rule}`, `traefik.http.routers.${name}.service=s`, ...rest.map((text) => `traefik.http.routers.${name}.${text}`)];
}
function using(config: string): unknown {
  return run(router('x', 'Host(`a`)'), { static: config }).gateway.states.find(({ ref }) => ref.name === 'x')?.using;
}
function tcp(name: string, rule: string, ...rest: readonly string[]): readonly string[] {
  return [`traefik.tcp.routers.${name}.rule=${rule}`, `traefik.tcp.routers.${name}.entrypoints=tcp`, ...rest.map((text) => `traefik.tcp.routers.${name}.${text}`)];
}
function listener({ routing }: ResolvedGateway, name: string): ResolvedGateway['routing']['listeners'][number] {
  const found = routing.listeners.find(({ entryPoint }) => entryPoint.name === name);
  if (found === undefined) throw new Error(`no listener ${name}`);
  return found;
}
function lines(routes: readonly Route[]): readonly string[] {
  return routes.map(({ router: ref, priority, chain, tiedWith, tls, rank }) => {
    const prefixes = chain.map(({ spec }) => (spec.kind === 'addPrefix' ? spec.prefix : spec.kind)).join('');
    return [String(rank), refName(ref), String(priority), prefixes, tls === undefined ? '' : 'tls', tiedWith.length === 0 ? '' : `= ${tiedWith.map(refName).join(' ')}`].filter((part) => part !== '').join(' ');
  });
}

describe('order on an entry point', () => {
  const labels = [...router('long', 'Host(`a.test`) && PathPrefix(`/x`)', 'entrypoints=plain'), ...router('b', 'Host(`b.test`)', 'entrypoints=plain'), ...router('a', 'Host(`a.test`)', 'entrypoints=plain'), ...router('path', 'Path(`/23456`)', 'entrypoints=plain'), ...router('low', 'Host(`é.test`)', 'entrypoints=plain', 'priority=-1'), ...router('set', 'Host(`c.test`)', 'entrypoints=plain', 'priority=99')];

  it('is priority, then chance, which is marked unless the hosts differ', () => {
    expect(lines(listener(run(labels), 'plain').plain)).toEqual([
      '0 acme-http@internal 9223372036854775807',
      '1 set@docker 99',
      '2 long@docker 34',
      '3 a@docker 14 = path@docker',
      '4 b@docker 14 = path@docker',
      '5 path@docker 14 = a@docker b@docker',
    ]);
  });

  it('counts bytes, not letters', () => {
    const byLength = run(router('u', 'PathPrefix(`/é`)', 'entrypoints=plain'));
    expect(listener(byLength, 'plain').plain.map(({ priority }) => priority)).toContain(17n);
  });

  it('is broken by providers.precedence where that is set', () => {
    const dynamic = 'http: { routers: { f: { rule: "Path(`/23456`)", service: f, entryPoints: [plain] } }, services: { f: { loadBalancer: { servers: [{ url: "http://f:80" }] } } } }';
    const both = (config: string): readonly string[] => lines(listener(run(router('d', 'Host(`d.test`)', 'entrypoints=plain'), { static: config, dynamic: [dynamic] }), 'plain').plain).slice(1);
    const bare = STATIC.replace('tls: { options: modern@file, certResolver: le }, middlewares: [first@file]', 'middlewares: []');
    expect(both(bare)).toEqual(['1 d@docker 14 = f@file', '2 f@file 14 = d@docker']);
    expect(both(bare.replace('docker: {}', 'docker: {}, precedence: [file, docker]'))).toEqual(['1 f@file 14', '2 d@docker 14']);
  });
});

describe('what entry points add', () => {
  it('a redirection beats every router of its entry point', () => {
    const [first] = listener(run(router('x', 'Host(`a`)')), 'web').plain;
    expect(first).toMatchObject({ router: { name: 'web-to-secure', namespace: 'internal' }, priority: 9_223_372_036_854_775_806n, synthetic: true, service: { service: { spec: { kind: 'internal', name: 'noop' } } } });
    expect(first?.chain.map(({ spec }) => spec)).toEqual([{ kind: 'redirectScheme', scheme: 'https', port: '443', permanent: true }]);
    expect(first?.rule).toMatchObject({ kind: 'match', matcher: { kind: 'hostRegexp', pattern: { value: '^.+$' } } });
  });

  it('middlewares stand before those of the router, TLS holds where the router has none', () => {
    const resolved = run(router('x', 'Host(`a.test`)', 'entrypoints=secure,plain', 'middlewares=a@file'));
    expect(lines(listener(resolved, 'secure').tls)).toEqual(['0 x@docker 14 /ep/a tls']);
    expect(listener(resolved, 'secure').tls[0]?.tls?.options?.value).toMatchObject({ name: 'modern', namespace: 'file' });
    expect(lines(listener(resolved, 'plain').plain)).toContain('1 x@docker 14 /a');
    expect(resolved.running.filter(({ ref }) => ref.kind === 'router').map(({ ref, using }) => [ref.name, using])).toEqual([['secure-x', ['secure']], ['x', ['plain']]]);
    expect(resolved.gateway.states.find(({ ref }) => ref.name === 'x')).toMatchObject({ status: 'enabled', using: ['plain', 'secure'] });
  });

  it('the insecure API has its own entry point and routers', () => {
    expect(lines(listener(run([]), 'traefik').plain).slice(0, 2)).toEqual(['0 api@internal 9223372036854775806', '1 dashboard@internal 9223372036854775805 redirectRegexstripPrefix']);
  });

  it('default entry points are the flagged ones, else all TCP ones but `traefik`', () => {
    expect(using(STATIC)).toEqual(['plain', 'secure', 'tcp', 'web']);
    expect(using(STATIC.replace('address: ":81"', 'address: ":81", asDefault: true'))).toEqual(['plain']);
  });
});

describe('chains and services', () => {
  it('chains are expanded in place, to any depth', () => {
    const resolved = run(router('x', 'Host(`a.test`)', 'entrypoints=plain', 'middlewares=b@file,outer@file,b@file'));
    expect(lines(listener(resolved, 'plain').plain)[1]).toBe('1 x@docker 14 /b/a/b/a/b');
  });

  it('a weighted service brings its members, error pages theirs', () => {
    const resolved = run(['traefik.http.routers.x.rule=Host(`a`)', 'traefik.http.routers.x.service=both@file', 'traefik.http.routers.x.middlewares=page@file']);
    const route = listener(resolved, 'plain').plain.find(({ router: ref }) => ref.name === 'x');
    expect(route?.service.members.map((member) => refName(member.service.ref))).toEqual(['err@file', 'main@file']);
    expect(resolved.routing.services?.map((found) => refName(found.service.ref))).toEqual(['err@file']);
  });

  it('a TCP service that follows its members is not built over one without a check, in the words of 3.7.15', () => {
    const dynamic = `tcp:
  routers:
    unseen: { entryPoints: [tcp], rule: "HostSNI(\`u.test\`)", tls: { passthrough: true }, service: unseen }
    outer: { entryPoints: [tcp], rule: "HostSNI(\`o.test\`)", tls: { passthrough: true }, service: outer }
    empty: { entryPoints: [tcp], rule: "HostSNI(\`e.test\`)", tls: { passthrough: true }, service: empty }
    well: { entryPoints: [tcp], rule: "HostSNI(\`w.test\`)", tls: { passthrough: true }, service: well }
  services:
    plain: { loadBalancer: { servers: [{ address: "a:1" }] } }
    seen: { loadBalancer: { servers: [{ address: "a:1" }], healthCheck: { interval: 1s } } }
    deaf: { weighted: { services: [{ name: seen }] } }
    unseen: { weighted: { services: [{ name: seen }, { name: plain }], healthCheck: {} } }
    outer: { weighted: { services: [{ name: deaf }, { name: seen }], healthCheck: {} } }
    empty: { weighted: { healthCheck: {} } }
    told: { weighted: { services: [{ name: seen }], healthCheck: {} } }
    well: { weighted: { services: [{ name: told }, { name: seen }], healthCheck: {} } }
`;
    const { gateway, problems, routing } = run([], { dynamic: [dynamic] });
    const words = (member: string, of: string): string => `cannot register ${member} as updater for ${of}: healthCheck not enabled in config for this weighted service`;
    const disabled = gateway.states.filter(({ status }) => status === 'disabled').map(({ ref, reasons }) => [ref.kind, ref.name, ...reasons]);
    expect(disabled.toSorted()).toEqual([['router', 'outer', words('deaf', 'outer')], ['router', 'unseen', words('plain', 'unseen')], ['service', 'outer', words('deaf', 'outer')], ['service', 'unseen', words('plain', 'unseen')]]);
    expect(problems.filter(({ kind }) => kind === 'service-invalid').map(({ symbol }) => symbol).toSorted()).toEqual(['dynamic-1.yml tcp.services.outer.weighted.services[0].name', 'dynamic-1.yml tcp.services.unseen.weighted.services[1].name']);
    expect(routing.listeners.find(({ entryPoint }) => entryPoint.name === 'tcp')?.tcp.map(({ router: ref }) => ref.name).toSorted()).toEqual(['empty', 'well']);
  });

  it('a disabled router is no route', () => {
    const resolved = run([...router('bad', 'Host(`a`', 'entrypoints=plain'), ...router('gone', 'Host(`b`)', 'entrypoints=plain', 'middlewares=nope')]);
    expect(lines(listener(resolved, 'plain').plain)).toEqual(['0 acme-http@internal 9223372036854775807']);
    expect(resolved.gateway.states.filter(({ ref }) => ref.kind === 'router').map(({ ref, status }) => [ref.name, status])).toEqual([['bad', 'disabled'], ['gone', 'disabled']]);
  });
});

describe('the service of the HTTP challenge', () => {
  it.each([
    ['without a resolver', '', 'disabled', ['HTTP challenge is not enabled']],
    ['with another challenge', 'certificatesResolvers: { le: { acme: { storage: a.json, tlsChallenge: {} } } }', 'disabled', ['HTTP challenge is not enabled']],
    ['with the challenge on no entry point', 'certificatesResolvers: { le: { acme: { storage: a.json, httpChallenge: {} } } }', 'enabled', []],
  ])('%s', (_title, resolvers, status, reasons) => {
    const resolved = resolveCompose({ static: `entryPoints: { web: { address: ":80" } }\nproviders: { docker: {} }\n${resolvers}\n`, stacks: { p: stack({ web: service(router('x', 'Host(`a`)', 'service=acme-http@internal')) }) } });
    expect(resolved.gateway.states.filter(({ ref }) => ref.kind === 'router').map((state) => [state.status, state.reasons])).toEqual([[status, reasons]]);
  });
});

describe('routers below others', () => {
  it('are lost without their parents', () => {
    const dynamic = 'http: { routers: { root: { rule: "Host(`a`)" }, one: { rule: "Path(`/1`)", service: s, parentRefs: [root] }, two: { rule: "Path(`/2`)", service: s, parentRefs: [root, nope] }, three: { rule: "Path(`/3`)", service: s, parentRefs: ["x@docker"] } }, services: { s: { loadBalancer: { servers: [{ url: "http://127.0.0.1:9" }] } } } }';
    const resolved = resolveCompose({ static: 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: {}, file: { directory: /d } }\n', stacks: { p: stack({ web: service([]) }) }, dynamic: [dynamic] });
    const seen = resolved.running.filter(({ ref }) => ref.kind === 'router' && ref.namespace === 'file').map(({ ref, status, reasons }) => [ref.name, status, ...reasons]);
    expect(seen).toEqual([
      ['one', 'enabled'],
      ['root', 'enabled'],
      ['three', 'disabled', 'parent router "x@docker" does not exist', 'router is not reachable'],
      ['two', 'disabled', 'parent router "nope@file" does not exist'],
    ]);
    expect(resolved.problems.filter(({ kind }) => kind === 'parent-invalid')).toHaveLength(2);
  });
});

describe('routers that cannot be built', () => {
  it('are told with their cause, and the parents that fall with them are not told apart', () => {
    const { problems } = resolveCompose({ static: 'entryPoints: { web: { address: ":80" } }\nproviders: { file: { directory: /d } }\n', stacks: {}, dynamic: [ROUTER_FAULTS] });
    const followed = problems.filter(({ causedBy }) => causedBy !== undefined).map(({ ref, causedBy }) => `${ref?.name ?? ''}: ${problems[causedBy ?? -1]?.engineSays ?? ''}`);
    expect(followed.toSorted()).toEqual([
      'loop-c: cyclic reference detected in router tree: loop-c@file -> loop-d@file -> loop-c@file', 'loop: building child routers muxer: no child routers could be added to muxer (1 skipped)', 'mid: middleware "gone@file" does not exist', 'one: the service "nope@file" does not exist',
      'ring-a: cyclic reference detected in router tree: ring-a@file -> ring-b@file -> ring-a@file', 'ring: building child routers muxer: no child routers could be added to muxer (1 skipped)', 'top: building child routers muxer: no child routers could be added to muxer (1 skipped)',
    ]);
    expect(problems.filter(({ kind }) => kind === 'tls-version-ignored').map(({ subject }) => subject)).toEqual(['1.3']);
  });
});

describe('many routers below each other', () => {
  const statuses = (routers: readonly string[]): readonly string[] => resolveCompose({ static: 'entryPoints: { web: { address: ":80" } }\nproviders: { file: { directory: /d } }\n', stacks: {}, dynamic: [`http:\n  routers:\n${routers.map((text) => `    ${text}\n`).join('')}  services: { s: { loadBalancer: { servers: [{ url: "http://127.0.0.1:9" }] } } }\n`] }).running.filter(({ ref }) => ref.kind === 'router' && ref.namespace === 'file').map(({ status }) => status);
  const named = (name: string, parents: readonly string[], isLast: boolean): string => `${name}: { rule: "PathPrefix(\`/\`)"${parents.length === 0 ? '' : `, parentRefs: [${parents.join(', ')}]`}${isLast ? ', service: s' : ''} }`;

  it('in one line of thousands are all built', () => {
    const last = 4999;
    expect(new Set(statuses(Array.from({ length: last + 1 }, (_, at) => named(`r${String(at)}`, at === 0 ? [] : [`r${String(at - 1)}`], at === last))))).toEqual(new Set(['enabled']));
  });

  it.each([['which exists', '', 'enabled'], ['which does not exist, are not built and keep their status', ', entryPoints: [nope]', 'disabled enabled']])('with very many ways to each, from an entry point %s', (_, more, wanted) => {
    const layers = Array.from({ length: 40 }, (_each, at) => ['a', 'b'].map((side) => named(`${side}${String(at)}`, at === 0 ? ['root'] : [`a${String(at - 1)}`, `b${String(at - 1)}`], at === 39)));
    expect([...new Set(statuses([`root: { rule: "PathPrefix(\`/\`)"${more} }`, ...layers.flat()]))].toSorted().join(' ')).toBe(wanted);
  });
});

describe('the default certificate', () => {
  it.each([['le', []], ['lee', ['lee']]])('of the resolver %s', (resolver, unknown) => {
    const { problems } = resolveCompose({ static: 'entryPoints: { web: { address: ":80" } }\nproviders: { file: { directory: /d } }\ncertificatesResolvers: { le: { acme: { storage: a.json, tlsChallenge: {} } } }\n', stacks: {}, dynamic: [`tls: { stores: { default: { defaultGeneratedCert: { resolver: ${resolver}, domain: { main: a.test } } } } }`] });
    expect(problems.map(({ kind, subject, symbol }) => [kind, subject, symbol.split('.').at(-1)])).toEqual(unknown.map((name) => ['resolver-unknown', name, 'resolver']));
  });
});

describe('TLS options that clash on one host', () => {
  it('fall back to the default options in copies with names of their own', () => {
    const resolved = run([...router('x', 'Host(`a.test`)', 'entrypoints=plain', 'tls.options=modern@file'), ...router('y', 'Host(`a.test`) && Path(`/y`)', 'entrypoints=plain', 'tls.options=old@file')]);
    expect(resolved.running.filter(({ ref }) => ref.kind === 'router').map(({ ref, status }) => `${ref.name} ${status}`)).toEqual(['plain-conflicted-x warning', 'plain-conflicted-y warning']);
    expect(lines(listener(resolved, 'plain').tls)).toEqual(['0 y@docker 28 tls', '1 x@docker 14 tls']);
  });
});

describe('TCP and UDP', () => {
  it('a catch-all is asked last, plain and TLS routes stand apart', () => {
    const resolved = resolveCompose({ static: STATIC, dynamic: [DYNAMIC], stacks: { p: stack({ db: service(['traefik.tcp.services.d.loadbalancer.server.port=5', ...tcp('all', 'HostSNI(`*`)'), ...tcp('ip', 'ClientIP(`10.0.0.0/8`)'), ...tcp('sni', 'HostSNI(`a.b`)', 'tls.passthrough=true'), ...tcp('no', 'HostSNI(`a.b`)')]) }) } });
    expect(listener(resolved, 'tcp').tcp.map(({ router: ref, priority, rank }) => `${String(rank)} ${ref.name} ${String(priority)}`)).toEqual(['0 ip 22', '1 all -1', '2 sni 14']);
    expect(resolved.problems.map(({ kind }) => kind)).toEqual(['tcp-host-without-tls']);
  });

  it('the last UDP router by name serves the entry point', () => {
    const resolved = resolveCompose({ static: STATIC, dynamic: [DYNAMIC], stacks: { p: stack({ ns: service(['traefik.udp.services.d.loadbalancer.server.port=53', 'traefik.udp.routers.a.entrypoints=dns', 'traefik.udp.routers.b.entrypoints=dns']) }) } });
    expect(listener(resolved, 'dns').udp?.router.name).toBe('b');
  });
});

describe('without a static configuration', () => {
  it('entry points are the names that routers use, and no name is wrong', () => {
    const resolved = resolveCompose({ stacks: { p: stack({ web: service(['traefik.http.services.s.loadbalancer.server.port=80', ...router('x', 'Host(`a`)', 'entrypoints=https', 'middlewares=auth@file,x@redis', 'tls.certresolver=le'), ...router('y', 'Host(`b`)')]) }) } });
    expect(resolved.routing.listeners.map(({ entryPoint }) => [entryPoint.name, entryPoint.port])).toEqual([['default', 0], ['https', 0]]);
    expect(resolved.problems).toEqual([]);
    expect(resolved.unjudged.map(({ needs, what, name }) => `${what} ${name} ${needs}`).toSorted()).toEqual(['entryPoint https static', 'exposedByDefault web static', 'middleware auth@file static', 'middleware x@redis static', 'resolver le static']);
  });

  it('a middleware that nobody knows keeps its place in the chain', () => {
    const resolved = resolveCompose({ stacks: { p: stack({ web: service(['traefik.http.services.s.loadbalancer.server.port=80', ...router('x', 'Host(`a`)', 'middlewares=auth@file', 'entrypoints=web')]) }) } });
    const [route] = listener(resolved, 'web').plain;
    expect(route?.chain.map(({ spec }) => spec)).toEqual([{ kind: 'plugin', name: 'auth@file', options: {} }]);
    expect(route?.unresolved?.map(refName)).toEqual(['auth@file']);
  });

  it('variables without a value are not judged', () => {
    const resolved = run(router('x', 'Host(`a`)', 'middlewares=${MW}', 'entrypoints=${EP}'));
    expect(resolved.problems).toEqual([]);
    expect(resolved.unjudged.map(({ needs, what, name }) => `${needs} ${what} ${name}`)).toEqual(['variables entryPoint EP', 'variables middleware MW']);
    expect(listener(resolved, 'plain').plain.map(({ router: ref }) => ref.name)).toEqual(['acme-http']);
  });

  it('names of its own containers are judged all the same', () => {
    const resolved = resolveCompose({ stacks: { p: stack({ web: service(['traefik.http.services.s.loadbalancer.server.port=80', ...router('x', 'Host(`a`)', 'middlewares=nope', 'service=gone')]) }) } });
    expect(resolved.problems.map(({ kind, subject, candidates }) => [kind, subject, candidates])).toEqual([
      ['service-unknown', 'gone@docker', ['s@docker']],
      ['middleware-unknown', 'nope@docker', []],
    ]);
  });
});

describe('with a static configuration', () => {
  it.each([
    ['middlewares=nope@file', ['middleware-unknown nope@file']],
    ['middlewares=nope@redis', ['middleware-unknown nope@redis']],
    ['middlewares=nope@flie', ['middleware-unknown nope@flie']],
    ['entrypoints=wbe', ['entry-point-unknown wbe']],
    ['entrypoints=web,wbe', ['entry-point-unknown wbe']],
    ['entrypoints=dns', ['entry-point-unknown dns']],
    ['tls.options=nope@file', ['tls-options-unknown nope@file']],
    ['tls.certresolver=el', ['resolver-unknown el']],
    ['priority=9223372036854775807', ['priority-too-large 9223372036854775807']],
  ])('%s', (text, expected) => {
    expect(run(router('x', 'Host(`a`)', text)).problems.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(expected);
  });

  it('a provider that is on but was not read is not judged', () => {
    const resolved = run(router('x', 'Host(`a`)', 'middlewares=nope@redis'), { static: STATIC.replace('docker: {}', 'docker: {}, redis: {}') });
    expect([resolved.problems, resolved.unjudged.map(({ needs, name }) => `${name} ${needs}`)]).toEqual([[], ['nope@redis dynamic']]);
  });
});
