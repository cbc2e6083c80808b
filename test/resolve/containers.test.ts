import { describe, expect, it } from 'vitest';
import { refName } from '../../src/ir/index.ts';
import type { ResolvedGateway } from '../../src/resolve/index.ts';
import { resolveCompose, service, stack } from './compose.ts';

const STATIC = 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: {} }\n';
const HIDDEN = 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: { exposedByDefault: false } }\n';

function routers({ gateway }: ResolvedGateway): readonly string[] {
  return gateway.routers.map(({ ref, ruleText, service: target }) => `${refName(ref)} ${ruleText.value.text} -> ${refName(target.value)}`);
}
function endpoints({ gateway }: ResolvedGateway): readonly string[] {
  return gateway.services.flatMap(({ ref, spec }) => (spec.kind === 'loadBalancer' ? [`${ref.name} ${spec.endpoints.map(({ scheme, host, port }) => `${scheme}://${host}:${String(port)}`).join(' ')}`] : []));
}
function kinds({ problems }: ResolvedGateway): readonly string[] {
  return problems.map(({ kind, subject, loss }) => `${kind} ${subject} (${loss})`);
}
function notes({ unjudged }: ResolvedGateway): readonly string[] {
  return unjudged.map(({ needs, what, name }) => `${what} ${name} needs ${needs}`);
}
function fates({ gateway }: ResolvedGateway): readonly string[] {
  return gateway.fates.map(({ container, fate }) => `${container.id.service} ${fate.kind}${fate.kind === 'served' ? '' : ` ${fate.because}`}`);
}

/** A service on two networks that asks for one by name. */
function onNetwork(name: string): readonly string[] {
  const labels = ['traefik.http.services.s.loadbalancer.server.port=80', `traefik.docker.network=${name}`];
  return kinds(resolveCompose({ static: STATIC, stacks: { p: stack({ web: service(labels, '    networks: [a, b]\n') }, 'networks: { a: {}, b: {} }\n') } }));
}
/** Two services with the same labels, the second with one more. */
function twins(option: string): ResolvedGateway {
  const labels = ['traefik.http.routers.x.rule=Host(`a`)', 'traefik.http.routers.x.service=s', 'traefik.http.services.s.loadbalancer.server.port=80'];
  return resolveCompose({ static: STATIC, stacks: { p: stack({ one: service(labels), two: service([...labels, option]) }) } });
}

describe('a container of a Compose file', () => {
  it('is named after service and project, and gets a router and a service of its own', () => {
    const resolved = resolveCompose({ static: STATIC, stacks: { my_shop: stack({ web: service([], '    expose: ["8080"]\n') }) } });
    expect(routers(resolved)).toEqual(['web-my-shop@docker Host(`web-my-shop`) -> web-my-shop@docker']);
    expect(endpoints(resolved)).toEqual(['web-my-shop http://web:8080']);
    expect(fates(resolved)).toEqual(['web served']);
  });

  it('without a port label or ports has a port that nobody knows, which is no mistake', () => {
    const resolved = resolveCompose({ static: STATIC, stacks: { s: stack({ web: service(['traefik.http.routers.x.rule=Host(`a.test`)']) }) } });
    expect(endpoints(resolved)).toEqual(['web-s http://web:0']);
    expect(kinds(resolved)).toEqual([]);
    expect(notes(resolved)).toEqual(['port web needs image']);
  });

  it('loses everything without a port where all facts are known', () => {
    const resolved = resolveCompose({ static: STATIC, stacks: { s: stack({ web: service(['traefik.http.routers.x.rule=Host(`a.test`)']) }) }, rest: { facts: 'complete' } });
    expect(kinds(resolved)).toEqual(['port-missing web-s (container)']);
    expect(fates(resolved)).toEqual(['web lost service "web-s" error: port is missing']);
    expect(resolved.gateway.routers).toEqual([]);
  });

  it('takes the lowest of several ports and says so', () => {
    const resolved = resolveCompose({ static: STATIC, stacks: { s: stack({ web: service([], '    ports: ["8443:8443", "53:53/udp"]\n') }) } });
    expect(endpoints(resolved)).toEqual(['web-s http://web:53']);
    expect(kinds(resolved)).toEqual(['port-chosen 53 (nothing)']);
  });

  it.each([
    ['none', '    network_mode: none\n', ['address-missing s (container)']],
    ['host', '    network_mode: host\n', []],
    ['two networks', '    networks: [a, b]\n', ['network-random  (nothing)']],
  ])('network: %s', (_name, more, expected) => {
    const labels = ['traefik.http.services.s.loadbalancer.server.port=80'];
    const resolved = resolveCompose({ static: STATIC, stacks: { p: stack({ web: service(labels, more) }, more.includes('networks') ? 'networks: { a: {}, b: {} }\n' : '') } });
    expect(kinds(resolved)).toEqual(expected);
  });

  it('is asked for a network by the name that Docker knows', () => {
    expect(onNetwork('p_b')).toEqual([]);
    expect(onNetwork('b')).toEqual(['network-missing b (nothing)']);
  });

  it('that shares the network of another has its address', () => {
    const services = { db: service(['traefik.enable=false']), app: service(['traefik.http.services.s.loadbalancer.server.port=80'], '    network_mode: service:db\n') };
    expect(endpoints(resolveCompose({ static: STATIC, stacks: { p: stack(services) } }))).toEqual(['s http://db:80']);
  });
});

describe('which containers are used', () => {
  const services = { off: service(['traefik.enable=false']), on: service(['traefik.enable=true']), plain: service([]) };

  it.each([
    ['exposed by default', STATIC, ['off filtered disabled', 'on served', 'plain served']],
    ['not exposed by default', HIDDEN, ['off filtered disabled', 'on served', 'plain filtered notExposed']],
    ['a constraint', STATIC.replace('docker: {}', 'docker: { constraints: "Label(`traefik.enable`, `true`) || LabelRegex(`x`, `^y`)" }'), ['off filtered disabled', 'on served', 'plain filtered constraint']],
    ['a constraint that does not parse', STATIC.replace('docker: {}', 'docker: { constraints: "Label(`a`" }'), ['off filtered disabled', 'on filtered constraint', 'plain filtered constraint']],
    ['no Docker provider', 'entryPoints: { web: { address: ":80" } }\n', ['off filtered notExposed', 'on filtered notExposed', 'plain filtered notExposed']],
  ])('%s', (_name, config, expected) => {
    expect(fates(resolveCompose({ static: config, stacks: { p: stack(services) } }))).toEqual(expected);
  });

  it('is not known of a silent container while the static configuration is not', () => {
    const resolved = resolveCompose({ stacks: { p: stack({ ...services, said: service(['traefik.http.routers.x.rule=Host(`a`)']) }) } });
    expect(fates(resolved)).toEqual(['off filtered disabled', 'on served', 'plain filtered notExposed', 'said served']);
    expect(notes(resolved).filter((note) => note.startsWith('exposed'))).toEqual(['exposedByDefault plain needs static', 'exposedByDefault said needs static']);
  });

  it('labels of a disabled container cost nothing', () => {
    const resolved = resolveCompose({ static: STATIC, stacks: { p: stack({ web: service(['traefik.enable=false', 'traefik.http.routers.x.entrypoint=web']) }) } });
    expect(kinds(resolved)).toEqual(['label-part-unknown entrypoint (nothing)']);
  });
});

describe('Swarm', () => {
  it('reads the labels of deploy, and names services stack first', () => {
    const config = 'entryPoints: { web: { address: ":80" } }\nproviders: { swarm: {} }\n';
    const text = 'services:\n  web:\n    image: whoami\n    labels: ["traefik.http.routers.no.rule=Host(`no`)"]\n    deploy:\n      labels: ["traefik.http.services.s.loadbalancer.server.port=80"]\n';
    const resolved = resolveCompose({ static: config, stacks: { p: text } });
    expect(routers(resolved)).toEqual(['p-web@swarm Host(`p-web`) -> s@swarm']);
    expect(resolved.gateway.labels.map(({ label, effect }) => `${label.place} ${effect}`)).toEqual(['service ignored', 'deploy used']);
  });
});

describe('default rules', () => {
  it.each([
    ['Host(`{{ .Name }}.lan`)', 'Host(`web-p.lan`)'],
    ['Host(`{{ trimSuffix "-p" .Name | upper }}.lan`)', 'Host(`WEB.lan`)'],
    ['Host(`{{ index .Labels "com.docker.compose.service" }}.lan`)', 'Host(`web.lan`)'],
    ['Host(`{{ normalize (index .Labels "dom.ain") }}`)', 'Host(`a-b`)'],
    ['Host(`{{ if index .Labels "dom.ain" }}x{{ else }}y{{ end }}`)', 'Host(`x`)'],
    ['Host(`{{- if eq .Name "z" -}} x {{- else -}} y {{- end -}} `)', 'Host(`y`)'],
    ['Host(`{{ default "none" (index .Labels "no") }}`)', 'Host(`none`)'],
  ])('%s', (template, rule) => {
    const config = `entryPoints: { web: { address: ":80" } }\nproviders: { docker: { defaultRule: ${JSON.stringify(template)} } }\n`;
    const resolved = resolveCompose({ static: config, stacks: { p: stack({ web: service(['dom.ain=a_b']) }) } });
    expect(resolved.gateway.routers.map(({ ruleText, defaultRule }) => [ruleText.value.text, defaultRule])).toEqual([[rule, true]]);
  });

  it('of a template that is not understood nothing is guessed', () => {
    const config = 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: { defaultRule: "Host(`{{ range .Labels }}x{{ end }}`)" } }\n';
    const resolved = resolveCompose({ static: config, stacks: { p: stack({ web: service([]) }) } });
    expect(resolved.gateway.routers).toEqual([]);
    expect(notes(resolved)).toContain('defaultRule web-p needs engine');
  });
});

describe('what is linked and merged', () => {
  it('a router without service cannot choose between two', () => {
    const labels = ['traefik.http.routers.x.rule=Host(`a`)', 'traefik.http.services.s.loadbalancer.server.port=1', 'traefik.http.services.t.loadbalancer.server.port=2'];
    const resolved = resolveCompose({ static: STATIC, stacks: { p: stack({ web: service(labels) }) } });
    expect(kinds(resolved)).toEqual(['router-service-ambiguous x (router)']);
    expect(resolved.problems[0]?.engineSays).toBe('Router x cannot be linked automatically with multiple Services: ["s" "t"]');
  });

  it('servers of different Compose services join without a word', () => {
    const labels = ['traefik.http.routers.x.rule=Host(`a`)', 'traefik.http.routers.x.service=s', 'traefik.http.services.s.loadbalancer.server.port=80'];
    const resolved = resolveCompose({ static: STATIC, stacks: { p: stack({ one: service(labels), two: service(labels) }) } });
    expect(endpoints(resolved)).toEqual(['s http://one:80 http://two:80']);
    expect(kinds(resolved)).toEqual(['services-merged s (nothing)']);
  });

  it('a written default equals an absent option; other differences delete all copies', () => {
    expect(kinds(twins('traefik.http.services.s.loadbalancer.passhostheader=true'))).toEqual(['services-merged s (nothing)']);
    const dropped = twins('traefik.http.services.s.loadbalancer.passhostheader=false');
    expect(kinds(dropped)).toEqual(['defined-twice s (service)', 'service-unknown s@docker (router)']);
    expect(dropped.problems[1]?.causedBy).toBe(0);
    expect(dropped.gateway.states.filter(({ ref }) => ref.name === 's').map(({ status }) => status)).toEqual(['dropped']);
  });

  it('what a lost container would have declared is the cause of dangling references', () => {
    const services = {
      auth: service(['traefik.http.middlewares.m.addprefix.prefix=/a', 'traefik.http.routers.x.entrypoint=web']),
      user: service(['traefik.http.routers.u.rule=Host(`u`)', 'traefik.http.routers.u.middlewares=m', 'traefik.http.services.u.loadbalancer.server.port=80']),
      other: service(['traefik.http.routers.o.rule=Host(`o`)', 'traefik.http.routers.o.middlewares=m', 'traefik.http.services.o.loadbalancer.server.port=80']),
    };
    const resolved = resolveCompose({ static: STATIC, stacks: { p: stack(services) } });
    expect(kinds(resolved)).toEqual(['label-part-unknown entrypoint (container)', 'middleware-unknown m@docker (router)', 'middleware-unknown m@docker (router)']);
    expect(resolved.problems[1]).toMatchObject({ causedBy: 0, loses: [{ name: 'o' }] });
    expect(resolved.problems[2]).toMatchObject({ causedBy: 0, loses: [{ name: 'u' }] });
  });
});
