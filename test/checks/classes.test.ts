import { describe, expect, it } from 'vitest';
import { rules } from '../../src/checks/registry.ts';
import { beside, compose, labelLines, onV2, services, web } from '../../src/checks/support/examples.ts';
import type { Example } from '../../src/checks/rule.ts';
import { lintExample } from '../support/lint.ts';

const RULE = 'traefik.http.routers.web.rule=Host(`a.example.com`)';
const on = (...labels: readonly string[]): Example => web('', 'traefik.enable=true', RULE, ...labels);
const only = (...labels: readonly string[]): Example => web('', 'traefik.enable=true', ...labels);
const ruled = (rule: string): Example => web('', 'traefik.enable=true', `traefik.http.routers.web.rule=${rule}`);
const using = (...labels: readonly string[]): Example => on('traefik.http.routers.web.middlewares=m', ...labels.map((label) => `traefik.http.middlewares.m.${label}`));
const app = (...text: readonly string[]): Example => beside('', '  web:', '    image: example/web:1', ...text, '    labels:', ...labelLines(['traefik.enable=true', RULE]));
/** The rule's own examples show the class. */
const own = (rule: string): Example => rules.find(({ id }) => id === rule)?.meta.bad[0] ?? compose('');

/** Every class of mistake that is known to hurt people, the rule that speaks of it, and a file that has it. */
const CLASSES: readonly (readonly [string, string, Example])[] = [
  // What an engine refuses or leaves without effect in labels.
  ['E1 option that is not there', 'label-unknown', on('traefik.http.routers.web.entrypoint=web')],
  ['E2 outside all prefixes', 'label-unknown', only('traefik.htp.routers.web.rule=Host(`a`)')],
  ['E3 root in another case', 'label-syntax', only('Traefik.http.routers.web.rule=Host(`a`)')],
  ['E4 empty part', 'label-syntax', on('traefik.http..web=1')],
  ['E4a bracket that takes the provider down', 'label-syntax', on('traefik.http.routers.foo].rule=Host(`b`)')],
  ['E5 value of another type', 'value-invalid', on('traefik.http.routers.web.priority=high')],
  ['E6 tls that is neither true nor empty', 'tls-missing', on('traefik.http.routers.web.tls=yes')],
  ['E7 option that labels cannot set', 'label-ignored', on('traefik.tls.options.modern.minversion=VersionTLS13')],
  ['E8 dot in a name', 'label-unknown', only('traefik.http.routers.my.app.rule=Host(`a`)')],
  ['E9 value on a name', 'label-ignored', on('traefik.http.routers.web=true')],
  ['E10 list without an index', 'label-ignored', on('traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.domains.main=a.example.com')],
  ['E11 middleware that is not there', 'ref-unknown', on('traefik.http.routers.web.middlewares=auth')],
  ['E11 service that is not there', 'ref-unknown', on('traefik.http.routers.web.service=hub')],
  ['E11 entry point that is not there', 'entrypoint-unknown', on('traefik.http.routers.web.entrypoints=Web')],
  ['E12 one router, two contents', 'name-collision', own('name-collision')],
  ['E13 several services', 'router-service-ambiguous', on('traefik.http.services.a.loadbalancer.server.port=1', 'traefik.http.services.b.loadbalancer.server.port=2')],
  ['E14 several ports', 'port-ambiguous', app('    expose: ["25", "8080"]')],
  ['E15 several networks', 'network-random', own('network-random')],
  ['E16 rule that does not parse', 'rule-syntax', ruled('Host(`a`) &&')],
  ['E16 wrong arity', 'rule-v2-syntax', ruled('Host(`a`,`b`)')],
  ['E16 v2 template on v3', 'rule-never-matches', ruled('HostRegexp(`{s:[a-z]+}.example.com`)')],
  ['E16 v3 matcher on v2', 'rule-v2-syntax', onV2(ruled('Header(`a`,`b`)'))],
  ['E17 equal priority', 'route-tie', own('route-tie')],
  ['E18 tls on the plain entry point', 'tls-mixed', own('tls-mixed')],
  ['two sets of TLS options for one host', 'tls-options-lost', own('tls-options-lost')],
  ['E19 hash that nobody can use', 'hash-invalid', using('basicauth.users=a:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj')],
  ['E20 prefix without a boundary', 'path-boundary', own('path-boundary')],
  ['E20 stripped prefix with a slash', 'strip-prefix-slash', using('stripprefix.prefixes=/api/')],
  ['E21 depth without trust', 'ip-strategy-untrusted', own('ip-strategy-untrusted')],
  ['E22 amount of zero', 'limit-zero', using('inflightreq.amount=0')],
  ['E22 no attempt', 'middleware-invalid', using('retry.attempts=0')],
  ['E23 status with letters', 'middleware-invalid', using('errors.status=5xx', 'errors.service=web-web', 'errors.query=/')],
  ['E24 redirection before all routers', 'redirect-shadows', own('redirect-shadows')],
  ['E25 only middlewares, published', 'default-rule', only('traefik.http.middlewares.m.compress=true')],
  ['E26 port that is a word', 'value-invalid', on('traefik.http.services.web.loadbalancer.server.port=http')],
  ['E26 scheme that nobody speaks', 'server-scheme', on('traefik.http.services.web.loadbalancer.server.port=80', 'traefik.http.services.web.loadbalancer.server.scheme=h2cc')],
  ['E27 unknown docker option', 'label-unknown', on('traefik.docker.netwrok=x')],
  ['E27 enabled', 'enable-typo', web('', 'traefik.enabled=true', RULE)],
  ['E28 names that differ in case', 'label-name-case', own('label-name-case')],
  ['E29 resolver that is not there', 'resolver-unknown', on('traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls.certresolver=lets')],
  ['E30 comma in a pattern', 'list-comma', using('stripprefixregex.regex=^/v[0-9]{1,2}')],
  ['E31 interval of zero', 'health-interval', own('health-interval')],
  ['E32 dollar not doubled', 'dollar-interpolated', using('basicauth.users=a:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/')],
  ['E32 dollar doubled twice', 'hash-invalid', using('basicauth.users=a:$$$$apr1$$$$H6uskkkW$$$$IgXLP6ewTrSuBkTrqE8wj/')],
  // What people demand in public threads.
  ['label of version 1', 'label-v1', only('traefik.frontend.rule=Host:a.example.com')],
  ['segment left out', 'label-missing-segment', on('traefik.http.services.web.server.port=80')],
  ['provider and name swapped', 'ref-unknown', on('traefik.http.routers.web.middlewares=file@auth')],
  ['single quotes', 'rule-quote', ruled("Host('a')")],
  ['host with a scheme', 'rule-never-matches', ruled('Host(`https://a.example.com/`)')],
  ['host with a port', 'rule-never-matches', ruled('Host(`a.example.com:8080`)')],
  ['template in a path', 'rule-never-matches', ruled('Path(`/u/{id}`)')],
  ['router that never wins', 'route-shadowed', own('route-shadowed')],
  ['network under its short name', 'network-unreachable', own('network-unreachable')],
  ['port of the machine', 'port-not-container', own('port-not-container')],
  ['labels beside deploy', 'swarm-labels-place', own('swarm-labels-place')],
  ['variable in a key', 'label-key-variable', own('label-key-variable')],
  ['https without tls', 'tls-missing', on('traefik.http.routers.web.entrypoints=websecure')],
  ['published without being asked', 'exposed-by-default', own('exposed-by-default')],
  ['port past the proxy', 'bypass-port', app('    ports: ["8081:80"]')],
  ['administration open', 'admin-exposed', own('admin-exposed')],
  ['order of Kong', 'kong-order-interference', own('kong-order-interference')],
  ['Kong pattern without its mark', 'kong-path-regex', own('kong-path-regex')],
  ['Kong file that is refused', 'kong-schema', own('kong-schema')],
  ['Kong routes alike', 'kong-route-tie', own('kong-route-tie')],
  ['Kong file that is not read', 'kong-file-unread', own('kong-file-unread')],
  ['Kong variable unknown', 'kong-env-unknown', own('kong-env-unknown')],
  ['Kong without migrations', 'kong-migrations-missing', own('kong-migrations-missing')],
  ['dynamic file dropped', 'file-dropped', own('file-dropped')],
  ['login not attached', 'auth-not-attached', on('traefik.http.middlewares.m.basicauth.users=test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/')],
  ['duration without a unit', 'value-unit', using('retry.attempts=2', 'retry.initialinterval=100')],
  ['label that says the default', 'label-redundant', own('label-redundant')],
  ['route behind a health check', 'container-health-gate', app('    expose: ["80"]', '    healthcheck: {test: [CMD, up]}')],
  ['redirection to itself', 'redirect-loop', own('redirect-loop')],
  ['address that nobody has', 'upstream-unknown', own('upstream-unknown')],
  ['network that nobody joins', 'network-unused', own('network-unused')],
  ['resolver that nobody asks', 'resolver-unused', own('resolver-unused')],
  ['proxy image without a version', 'proxy-image-floating', own('proxy-image-floating')],
  ['socket not mounted', 'socket-missing', own('socket-missing')],
  ['dashboard without tls', 'dashboard-no-tls', own('dashboard-no-tls')],
  ['dashboard without a login', 'dashboard-no-auth', own('dashboard-no-auth')],
  // What is found in public files.
  ['plugin not declared', 'ref-unknown', using('plugin.waf.url=http://waf')],
  ['middleware never used', 'middleware-unused', on('traefik.http.middlewares.m.compress=true')],
  ['header that cannot be sent', 'header-invalid', using('headers.customresponseheaders.X Y=1')],
  ['redirection that vanished', 'headers-ssl', using('headers.sslredirect=true', 'headers.framedeny=true')],
  ['one key twice', 'duplicate-label', on('traefik.http.routers.web.entrypoints=web', 'traefik.http.routers.web.entrypoints=websecure')],
  ['no network in common', 'network-unreachable', own('network-unreachable')],
  ['every entry point', 'entrypoints-implicit', on()],
  ['switch left out', 'not-exposed', web('', RULE)],
  ['router without a rule', 'default-rule', only('traefik.http.routers.web.entrypoints=web')],
  ['deprecated option', 'option-deprecated', using('ipwhitelist.sourcerange=10.0.0.0/8')],
  ['socket read-write', 'socket-writable', own('socket-writable')],
  ['option of another version', 'static-invalid', own('static-invalid')],
  ['network that no file declares', 'compose-schema', compose('', 'services:', '  web:', '    image: example/web:1', '    networks: [edge]')],
  // Security.
  ['database open', 'database-published', own('database-published')],
  ['secret in clear', 'secret-in-clear', own('secret-in-clear')],
  ['hash without a salt', 'hash-weak', own('hash-weak')],
  ['clients believed from everywhere', 'trusted-all', own('trusted-all')],
  ['TLS by a name that nobody knows', 'tls-invalid', own('tls-invalid')],
  ['certificates not checked', 'insecure-skip-verify', own('insecure-skip-verify')],
  ['every origin with credentials', 'cors-wildcard-credentials', own('cors-wildcard-credentials')],
  ['login address without a scheme', 'forward-auth-address', using('forwardauth.address=auth:9000')],
  // Facts that are missing.
  ['static side elsewhere', 'static-unknown', own('static-unknown')],
  ['version not known', 'version-unknown', own('version-unknown')],
  ['variable without a value', 'var-unset', own('var-unset')],
  ['service of a profile', 'profile-inactive', own('profile-inactive')],
  ['two apps in one pool', 'name-collision', services('', { a: ['traefik.enable=true', 'traefik.http.routers.a.rule=Host(`a`)', 'traefik.http.services.web.loadbalancer.server.port=80'], b: ['traefik.enable=true', 'traefik.http.routers.b.rule=Host(`b`)', 'traefik.http.services.web.loadbalancer.server.port=80'] })],
];

describe('classes of mistakes', () => {
  it.each(CLASSES)('%s: %s', (_title, rule, example) => {
    const { findings } = lintExample(example);
    expect(findings.map((finding) => finding.rule), findings.map((finding) => `${finding.rule} ${finding.message}`).join('\n')).toContain(rule);
  });

  it('has a class for every rule that can speak without facts from outside', () => {
    const named = new Set(CLASSES.map(([, rule]) => rule));
    const elsewhere = ['ignore-unused', 'port-missing', 'scale-routers', 'service-invalid'];
    expect(rules.map(({ id }) => id).filter((id) => !named.has(id) && !elsewhere.includes(id))).toEqual([]);
  });
});
