import { describe, expect, it } from 'vitest';
import { lint } from '../../src/compile/lint.ts';
import { toFindings } from '../../src/diagnostics/index.ts';
import { build, explainAll, generateTests, load, parseRequest } from '../../src/index.ts';
import type { BuiltTarget, Loaded } from '../../src/index.ts';
import { memoryHost } from '../support/lint.ts';

// Costs two seconds.
const STATIC = 'entryPoints:\n  web:\n    address: ":8000"\nproviders:\n  docker: { exposedByDefault: false }\n';
const OVERRIDES = { endpoints: [], entryPoints: new Map() };
const TARGETS = ['traefik', 'traefik-labels', 'traefik-kv', 'nginx', 'kong'];

function loaded(files: Readonly<Record<string, string>>, stacks: readonly string[] = ['app']): Loaded {
  return load({ gateways: [{ name: 'default', stacks: stacks.map((name) => ({ files: [`${name}/compose.yml`], variables: new Map() })), static: 'traefik.yml', dynamic: [], versions: ['3.7'] }], declared: true, host: memoryHost({ ...files, 'traefik.yml': STATIC }), overrides: OVERRIDES });
}

function built(from: Loaded, targets: readonly string[], inlineSecrets = false): readonly BuiltTarget[] {
  return build(from, { targets, versions: new Map(), allowances: new Map(), inlineSecrets, settings: {}, overrides: OVERRIDES }).built;
}

function service(name: string, labels: readonly string[]): string {
  const all = ['traefik.enable=true', `traefik.http.services.${name}.loadbalancer.server.port=8000`, ...labels];
  return `services:\n  ${name}:\n    image: example/${name}:1\n    labels:\n${all.map((label) => `      - ${JSON.stringify(label)}\n`).join('')}`;
}

describe('a rule that compares with a secret from a variable', () => {
  const hook = (rule: string): Loaded => loaded({ 'app/compose.yml': service('hook', [`traefik.http.routers.hook.rule=Host(\`hook.test\`) && ${rule}`]), 'app/.env': 'HOOK_TOKEN=kept/out of\nSTAGE=kept/out of\n' });
  const SHOWN = ['kept/out of', encodeURIComponent('kept/out of')];
  const shows = (text: string): boolean => SHOWN.some((form) => text.includes(form));

  it.each(['Header(`X-Hook`, `${HOOK_TOKEN}`)', 'HeaderRegexp(`X-Hook`, `^${HOOK_TOKEN}$$`)', 'Query(`code`, `${HOOK_TOKEN}`)', 'Query(`key`, `${STAGE}`)', '!Header(`Authorization`, `Bearer ${STAGE}`)'])('%s is in no file, unless it may be', (rule) => {
    const from = hook(rule);
    const { diagnostics, built: refused } = build(from, { targets: TARGETS, versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: OVERRIDES });
    expect(refused.map(({ files }) => files)).toEqual(TARGETS.map(() => undefined));
    expect(diagnostics.map(({ rule: id, help }) => [id, help])).toEqual([['target-unsupported', 'let forwardAuth or basicAuth ask for it, or write it with --inline-secrets']]);
    const [traefik] = built(from, ['traefik'], true);
    expect(traefik?.files?.some(({ text }) => shows(text))).toBe(true);
    expect(traefik?.files?.every(({ secret }) => secret === true)).toBe(true);
  });

  it('is shown by none who tells of rules and requests', () => {
    const labels = ['traefik.http.routers.hook.rule=Host(`hook.test`) && Query(`key`, `${HOOK_TOKEN}`)', 'traefik.http.routers.twin.rule=Host(`hook.test`) && Query(`key`, `${HOOK_TOKEN}`)', 'traefik.http.routers.twin.middlewares=deeper', 'traefik.http.middlewares.deeper.addprefix.prefix=/x'];
    const from = loaded({ 'app/compose.yml': service('hook', labels), 'app/.env': 'HOOK_TOKEN=kept/out of\n' });
    const [gateway] = from.gateways;
    const request = parseRequest(['http://hook.test/?key=x'], { headers: [], clientIp: '192.0.2.1' });
    if (gateway === undefined || request.kind === 'invalid') throw new Error('nothing to ask');
    const explained = JSON.stringify(explainAll(from, gateway, request.request).map(({ document }) => document));
    expect([explained.includes('Query(`key`, `***`)'), shows(explained)]).toEqual([true, false]);
    const findings = JSON.stringify(toFindings(lint(from).diagnostics, from.origins, from.files));
    expect([findings.includes('route-tie'), findings.includes('?key=***'), shows(findings)]).toEqual([true, true, false]);
    const routing = gateway.resolved[0]?.routing;
    const tests = routing === undefined ? '' : generateTests(routing);
    expect([/^# \d+ left out/m.test(tests), shows(tests)]).toEqual([true, false]);
  });

  it('is no secret where neither the field nor the variable is named for one', () => {
    const [traefik] = built(hook('Header(`X-Stage`, `${STAGE}`)'), ['traefik']);
    expect(traefik?.files?.some(({ text, secret }) => text.includes('kept/out of') && secret !== true)).toBe(true);
  });

  it('is no secret that was kept out where it stands in the Compose file itself', () => {
    expect(built(hook('Header(`X-Hook-Token`, `written`) && PathPrefix(`/${STAGE}`)'), ['traefik'])[0]?.files).toBeDefined();
  });
});

describe('variables of the static configuration', () => {
  const proxy = (env: string): Loaded => {
    const flags = ['--entrypoints.web.address=:${PORT:-8000}', '--providers.docker.exposedbydefault=false', '--providers.docker.network=${NET}', '--metrics.influxdb2.address=http://metrics:8086', '--metrics.influxdb2.org=acme', '--metrics.influxdb2.bucket=edge', '--metrics.influxdb2.token=${METRICS_TOKEN}', '--log.level=${LEVEL}'];
    const text = `services:\n  traefik:\n    image: traefik:v3.7\n    command: ${JSON.stringify(flags)}\n${service('web', ['traefik.http.routers.web.rule=Host(`web.test`)']).replace('services:\n', '')}`;
    return load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [] }], declared: true, host: memoryHost({ 'compose.yml': text, '.env': env }), overrides: OVERRIDES });
  };
  const refusals = (from: Loaded, inlineSecrets = false): readonly (readonly [string, string | undefined])[] => built(from, ['traefik'], inlineSecrets).flatMap(({ diagnostics }) => diagnostics.filter(({ blocking }) => blocking).map(({ rule, help }) => [rule, help] as const));

  it('are asked for where they have no value, but for what is not written', () => {
    expect(refusals(proxy('METRICS_TOKEN=kept/out of\n'), true)).toEqual([['var-unset', 'give it: --var LEVEL=VALUE, --env-file FILE, or .env beside the Compose file']]);
    expect(built(proxy(''), ['nginx'])[0]?.files).toBeDefined();
  });

  it('are no secret in a file, unless they may be', () => {
    const from = proxy('METRICS_TOKEN=kept/out of\nLEVEL=INFO\n');
    expect(refusals(from)).toEqual([['target-unsupported', 'write it with --inline-secrets']]);
    expect(built(from, ['traefik'], true)[0]?.files?.filter(({ text }) => text.includes('kept/out of')).map(({ path, secret }) => [path, secret])).toEqual([['traefik.yml', true], ['flags.txt', true]]);
  });
});

describe('two stacks that call different secrets alike', () => {
  const stack = (name: string): string => service(name, [`traefik.http.routers.${name}.rule=Host(\`${name}.test\`)`, `traefik.http.routers.${name}.middlewares=${name}`, `traefik.http.middlewares.${name}.basicauth.users=\${LOGIN}`]);
  const files = (second: string): Readonly<Record<string, string>> => ({ 'desk/compose.yml': stack('desk'), 'desk/.env': "LOGIN='ann:{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE='\n", 'shed/compose.yml': stack('shed'), 'shed/.env': `LOGIN='${second}'\n` });

  it('are refused where one environment holds both, with each way out', () => {
    const from = loaded(files('bob:{SHA}nU4eI71bcnBGqeO0t9tXvY1u5oQ='), ['desk', 'shed']);
    const [traefik, labels, nginx] = built(from, ['traefik', 'traefik-labels', 'nginx']);
    expect(traefik?.files).toBeUndefined();
    expect(traefik?.diagnostics.filter(({ blocking }) => blocking).map(({ message }) => message)).toEqual(['LOGIN is one secret in "desk" and another in "shed", and Traefik has one environment for both']);
    expect([labels?.files === undefined, nginx?.files === undefined]).toEqual([false, false]);
    expect(built(from, ['traefik'], true)[0]?.files?.filter(({ text }) => text.includes('nU4eI71bcnBGqeO0t9tXvY1u5oQ=') && text.includes('{{ env') === false).length).toBe(1);
  });

  it('are one secret where both have the same', () => {
    expect(built(loaded(files('ann:{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE='), ['desk', 'shed']), ['traefik'])[0]?.files).toBeDefined();
  });
});
