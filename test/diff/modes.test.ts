import { describe, expect, test } from 'vitest';
import { diff, diffTargets, failsOn, load, shownBy } from '../../src/index.ts';
import type { Ack, AckOptions, BuildOptions, ComparedTarget, DiffDocument, Loaded } from '../../src/index.ts';
import { composeOf, loadText } from './pair.ts';

/** The same files as one version of Traefik reads them. */
function at(version: '2.11' | '3.7', labels: readonly string[], flag = '--log'): Loaded {
  const text = composeOf(labels).replace('services:', `services:\n  proxy:\n    image: traefik:v2.11\n    command: ["--providers.docker", "--entrypoints.web.address=:80", "${flag}"]\n    labels: ["traefik.enable=false"]\n    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]`);
  const host = { readFile: (path: string) => (path === 'app/compose.yml' ? text : undefined), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [{ files: ['app/compose.yml'], projectName: 'app', variables: new Map() }], dynamic: [], versions: [version] }], declared: true, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

function upgraded(...labels: readonly string[]): DiffDocument {
  return diff(at('2.11', labels), at('3.7', labels), { versions: { old: 'traefik 2.11', new: 'traefik 3.7' } });
}

describe('from Traefik 2.11 to 3.7', () => {
  test('a rule with two hosts is gone', () => {
    const { changes, findings, compares } = upgraded('routers.web.rule=Host(`a.test`, `b.test`)');
    expect(compares).toEqual({ kind: 'versions', old: 'traefik 2.11', new: 'traefik 3.7' });
    expect(findings).toMatchObject([{ rule: 'rule-v2-syntax', blocking: true, at: expect.stringMatching(/^app\/compose\.yml:\d+:\d+$/) }]);
    expect(changes.map(({ class: id, witness }) => [id, witness?.request])).toEqual([['route-removed', 'GET http://a.test/'], ['route-removed', 'GET http://b.test/']]);
  });

  test('a pattern means something else', () => {
    const { changes } = upgraded('routers.web.rule=Host(`a.test`) && PathPrefix(`/{name:[a-z]+}`)');
    expect(changes.map((change) => change.class)).toContain('route-removed');
  });

  test('an option without effect stops to send on to https', () => {
    const { changes, findings } = upgraded('routers.web.rule=Host(`a.test`)', 'middlewares.h.headers.sslredirect=true', 'routers.web.middlewares=h');
    expect(findings.map(({ rule }) => rule)).toEqual(['headers-ssl']);
    expect(changes).toMatchObject([{ class: 'https-redirect-removed', severity: 'security', entity: 'h@docker' }]);
  });

  test.each([
    ['middlewares.m.compress=true', 'status-changed'],
    ['middlewares.m.replacepath.path=x', 'path-rewrite-changed'],
    ['middlewares.m.headers.featurepolicy=vibrate', 'header-removed'],
    ['middlewares.m.forwardauth.address=http://auth:9000/', 'header-removed'],
  ])('what both read and only one does: %s', (label, id) => {
    expect(upgraded('routers.web.rule=Host(`a.test`)', 'routers.web.middlewares=m', label).changes.map((change) => change.class)).toEqual([id]);
  });

  test('escapes in a path are compared in another way', () => {
    const { unproven } = upgraded('routers.web.rule=Host(`a.test`) && PathPrefix(`/api/v1`)');
    expect(unproven).toMatchObject([{ entity: 'web@docker', what: expect.stringContaining('%2F') }]);
  });

  test('a static option that is gone keeps the new one from starting', () => {
    const { findings } = diff(at('2.11', [], '--pilot.dashboard=false'), at('3.7', [], '--pilot.dashboard=false'), { versions: { old: 'traefik 2.11', new: 'traefik 3.7' } });
    expect(findings).toMatchObject([{ blocking: true, message: expect.stringContaining('pilot') }]);
  });

  test('what both read alike is no change', () => {
    const { changes, findings } = upgraded('routers.web.rule=Host(`a.test`) && PathPrefix(`/x`)');
    expect([changes, findings]).toEqual([[], []]);
  });
});

function between(old: ComparedTarget, now: ComparedTarget, labels: readonly string[], more: Partial<BuildOptions> = {}): DiffDocument {
  return diffTargets(loadText(composeOf(labels)), [old, now], { targets: [], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() }, ...more });
}

describe('two targets', () => {
  test('that say the same', () => {
    const document = between('traefik', 'nginx', ['routers.web.rule=Host(`a.test`) && PathPrefix(`/api`)', 'routers.web.entrypoints=web', 'routers.web.middlewares=s', 'middlewares.s.stripprefix.prefixes=/api']);
    expect(document.broken).toEqual([]);
    expect(document.summary.requests).toBeGreaterThan(10);
    expect(document.changes.filter((change) => change.class !== 'status-changed')).toEqual([]);
  });

  test('one of which refuses requests that the other takes', () => {
    const { changes } = between('traefik', 'nginx', ['routers.web.rule=Host(`a.test`) && PathPrefix(`/api`)', 'routers.web.entrypoints=web']);
    for (const { witness } of changes) expect(witness).toMatchObject({ before: expect.stringContaining('as declared'), after: expect.stringContaining('refused') });
  });

  test('one of which cannot be written: what keeps it from it', () => {
    const { broken, changes } = between('traefik', 'nginx', ['routers.web.rule=Host(`a.test`)', 'routers.web.middlewares=l', 'middlewares.l.ratelimit.average=10']);
    expect(broken).toMatchObject([{ side: 'new', findings: [{ rule: 'target-approximate' }] }]);
    expect(changes).toEqual([]);
  });

  test('one of which may differ, for a reason', () => {
    const { changes } = between('nginx', 'traefik', ['routers.web.rule=Host(`a.test`)', 'routers.web.entrypoints=web', 'routers.web.middlewares=l', 'middlewares.l.ratelimit.average=10'], { allowances: new Map([['nginx/middleware.rateLimit', 'bursts agree']]) });
    expect(changes.map(({ what }) => what)).toContain('middleware.rateLimit is only approximated, allowed because: bursts agree');
  });
});

describe('an acknowledgement', () => {
  const labels = ['routers.web.rule=Host(`a.test`, `b.test`)'];
  const versions = { old: 'traefik 2.11', new: 'traefik 3.7' };
  const targets = ['routers.web.rule=Host(`a.test`)', 'routers.web.entrypoints=web', 'routers.web.middlewares=l', 'middlewares.l.ratelimit.average=10'];
  const built: BuildOptions = { targets: [], versions: new Map(), allowances: new Map([['nginx/middleware.rateLimit', 'bursts agree'], ['kong/middleware.rateLimit', 'bursts agree']]), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } };
  const acksFor = ({ changes }: DiffDocument): AckOptions => {
    const entries = changes.map((change): Ack => ({ fingerprint: change.fingerprint, class: change.class, shows: shownBy(change), reason: 'seen', expires: '2999-01-01', at: '.gateway/acks.yaml:2' }));
    return { before: entries, after: entries, today: '2026-11-21', forbidNew: false };
  };

  test('of an upgrade lets its changes pass, and none between two states', () => {
    const acks = acksFor(upgraded(...labels));
    const again = diff(at('2.11', labels), at('3.7', labels), { versions, acks });
    expect(again.summary).toMatchObject({ breaking: 0, acknowledged: acks.after.length });
    expect(again.findings).toMatchObject([{ rule: 'rule-v2-syntax', blocking: true }]);
    expect(failsOn(again, 'security')).toBe(true);
    const gone = diff(at('3.7', ['routers.web.rule=Host(`a.test`) || Host(`b.test`)']), at('3.7', ['routers.web.rule=Host(`c.test`)']), { acks });
    expect(gone.summary.acknowledged).toBe(0);
    expect(gone.changes.map((change) => change.class)).toContain('route-removed');
  });

  test('of two targets lets their differences pass, and not those of two others', () => {
    const compare = (now: ComparedTarget, acks?: AckOptions): DiffDocument => diffTargets(loadText(composeOf(targets)), ['traefik', now], built, acks === undefined ? {} : { acks });
    const acks = acksFor(compare('nginx'));
    expect(compare('nginx', acks).summary).toMatchObject({ security: 0, breaking: 0, acknowledged: acks.after.length });
    expect(failsOn(compare('nginx', acks), 'any')).toBe(false);
    expect(compare('kong', acks).summary.acknowledged).toBe(0);
    expect(failsOn(compare('kong', acks), 'any')).toBe(true);
  });
});

describe('wide rules', () => {
  const product = (hosts: number, paths: number, last: string): string => {
    const any = (name: string, values: readonly string[]): string => `(${values.map((value) => `${name}(\`${value}\`)`).join(' || ')})`;
    return `routers.web.rule=${any('Host', [...Array.from({ length: hosts - 1 }, (_, at) => `h${String(at)}.test`), last])} && ${any('PathPrefix', Array.from({ length: paths }, (_, at) => `/p${String(at)}`))}`;
  };

  test('are asked about in every alternative: the last of forty is found', () => {
    const { changes } = diff(loadText(composeOf([product(8, 5, 'old.test'), 'routers.web.entrypoints=web'])), loadText(composeOf([product(8, 5, 'new.test'), 'routers.web.entrypoints=web'])));
    const hosts = (id: string): readonly (string | null)[] => [...new Set(changes.filter((change) => change.class === id).map(({ host }) => host))];
    expect([hosts('route-removed'), hosts('route-added')]).toEqual([['old.test'], ['new.test']]);
  });

  test('beyond what can be asked about are unproven', () => {
    const without = (last: string): Loaded => loadText(composeOf([`routers.web.rule=!(${[...Array.from({ length: 24 }, (_, at) => `Query(\`q${String(at)}\`, \`1\`)`), `Query(\`${last}\`, \`1\`)`].join(' && ')})`, 'routers.web.entrypoints=web']));
    const { unproven } = diff(without('old'), without('new'));
    expect(unproven).toMatchObject([{ class: 'unproven', severity: 'security', entity: 'web@docker', witness: null }]);
  });
});

test('a changed router that no request was found for is unproven', () => {
  // Both conditions can hold at once, but no sample of one pattern is one of the other.
  const hard = (end: string): Loaded => loadText(composeOf([`routers.web.rule=PathRegexp(\`^/[a-c]{9}${end}$$\`) && PathRegexp(\`^/.{5}(cab)+.$$\`)`, 'routers.web.entrypoints=web']));
  const { changes } = diff(hard('x'), hard('y'));
  expect(changes.map((change) => change.class)).toEqual(['unproven']);
});

test('routers that are asked in another order are a kind of their own', () => {
  const ordered = (first: number, second: number): Loaded => loadText(composeOf(['routers.a.rule=Host(`a.test`)', `routers.a.priority=${String(first)}`, 'routers.a.entrypoints=web', 'routers.b.rule=Host(`b.test`)', `routers.b.priority=${String(second)}`, 'routers.b.entrypoints=web', 'routers.a.service=web', 'routers.b.service=web', 'services.web.loadbalancer.server.port=8000']));
  const { entities } = diff(ordered(10, 20), ordered(20, 10));
  expect(entities.filter(({ kind }) => kind === 'order')).toMatchObject([{ name: 'web', fields: [{ field: 'order', before: 'b@docker, a@docker', after: 'a@docker, b@docker' }] }]);
});
