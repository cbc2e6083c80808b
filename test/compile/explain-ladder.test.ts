import { describe, expect, it } from 'vitest';
import type { ExplainDocument } from '../../src/index.ts';
import { explained, loaded, service } from './explain-load.ts';

type Ladder = ExplainDocument['ladders'][number];

const RULE = 'traefik.http.routers.web.rule=Host(`a.test`)';

/** What is wrong, the rung that says so, and where it looks; costs about two seconds. */
const BROKEN: readonly { readonly name: string; readonly services: readonly string[]; readonly failed: string; readonly text: RegExp; readonly at: RegExp }[] = [
  { name: 'switched off', services: [service('web', [RULE]).replace('enable=true', 'enable=false')], failed: 'enabled', text: /^traefik\.enable is false$/, at: /enable=false/ },
  { name: 'not exposed', services: [service('web', [RULE]).replace('      - "traefik.enable=true"\n', '')], failed: 'enabled', text: /exposedByDefault is false/, at: /web:/ },
  { name: 'not in the constraint', services: [service('web', [RULE]).replace('tier=public', 'tier=inner')], failed: 'constraint', text: /do not meet Label\(`tier`,`public`\)/, at: /web:/ },
  { name: 'no replicas', services: [service('web', [RULE], '    expose: ["80"]\n    networks: [edge]\n    deploy: { replicas: 0 }\n')], failed: 'running', text: /replicas is 0/, at: /web:/ },
  { name: 'a misspelt label', services: [service('web', [RULE.replace('routers', 'rotuers')])], failed: 'labels', text: /^the whole container is dropped: "rotuers" is not an option.*\[label-unknown\]$/, at: /rotuers/ },
  { name: 'a label of another router', services: [service('web', [RULE, 'traefik.http.routers.web.priority=high'])], failed: 'labels', text: /the whole container is dropped: .*high/, at: /priority=high/ },
  { name: 'a rule that does not parse', services: [service('web', [`${RULE} && Hots(\`x\`)`])], failed: 'router', text: /^disabled: .*\[rule-syntax\]$/, at: /Hots/ },
  { name: 'an unknown middleware', services: [service('web', [RULE, 'traefik.http.routers.web.middlewares=nope'])], failed: 'router', text: /^disabled: .*nope@docker/, at: /nope/ },
  { name: 'a service that is not there', services: [service('web', [RULE, 'traefik.http.routers.web.service=nope'])], failed: 'router', text: /^disabled: .*nope@docker/, at: /nope/ },
  { name: 'two routers of one name', services: [service('web', [RULE]), service('other', [`${RULE} && Path(\`/\`)`])], failed: 'router', text: /web/, at: /rule=Host/ },
  { name: 'the wrong entry point', services: [service('web', [RULE, 'traefik.http.routers.web.entrypoints=websecure'])], failed: 'entry point', text: /listens on websecure, the request comes in at web/, at: /entrypoints=websecure/ },
  { name: 'TLS', services: [service('web', [RULE, 'traefik.http.routers.web.tls=true'])], failed: 'TLS', text: /takes HTTPS only/, at: /tls=true/ },
  { name: 'a port that is none', services: [service('web', [RULE, 'traefik.http.services.web.loadbalancer.server.port=x'])], failed: 'router', text: /^disabled: "x" is no port number/, at: /port=x/ },
];

describe('the first rung that fails', () => {
  it.each(BROKEN.map((one) => [one.name, one] as const))('%s', (_, { services, failed, text, at }) => {
    const stack = loaded(...services);
    const [ladder] = explained(stack, 'http://a.test/').ladders;
    const rung = ladder?.rungs.find((one) => one.state === 'failed');
    expect(ladder?.failed).toBe(failed);
    expect(rung).toEqual({ rung: failed, state: 'failed', text: expect.stringMatching(text), at: expect.any(String) });
    expect(lineAt(stack, rung?.at ?? '')).toMatch(at);
  });

  it('what is above it was not asked, what is below it is true or not visible', () => {
    const ladder = only(loaded(service('web', [RULE.replace('routers', 'rotuers')])));
    expect(ladder.rungs.map(({ rung, state }) => [rung, state])).toEqual([
      ['container', 'ok'], ['running', 'unseen'], ['healthy', 'unseen'], ['enabled', 'ok'], ['constraint', 'ok'], ['labels', 'failed'], ['router', 'waiting'],
      ['network', 'waiting'], ['port', 'waiting'], ['backend', 'waiting'],
    ]);
    expect(ladder.unseen).toEqual(['running', 'healthy']);
  });
});

describe('which routers have a ladder', () => {
  it('a lost container that another router covers', () => {
    const stack = loaded(service('site', ['traefik.http.routers.site.rule=Host(`a.test`)']), service('api', ['traefik.http.routers.api.rule=Host(`a.test`) && PathPrefix(`/api`)', 'traefik.http.rotuers.x.rule=Path(`/`)']));
    expect(explained(stack, 'http://a.test/api').ladders.map(({ subject, failed }) => [subject, failed])).toEqual([['router api', 'labels']]);
    expect(explained(stack, 'http://a.test/other').ladders).toEqual([]);
  });

  it('the container whose default rule has the host', () => {
    expect(only(loaded(service('web', []).replace('tier=public', 'tier=inner')), 'http://web-shop/')).toMatchObject({ subject: 'container shop/web', failed: 'constraint' });
  });

  it('the one that was expected, wherever it fails', () => {
    const stack = loaded(service('web', [RULE]), service('other', ['traefik.http.routers.other.rule=Host(`b.test`)']));
    const { ladders } = explained(stack, 'http://a.test/', { expect: 'other' });
    expect(ladders).toMatchObject([{ subject: 'router other@docker', failed: null }]);
    expect(explained(stack, 'http://a.test/', { expect: 'web' }).ladders).toEqual([]);
    expect(explained(stack, 'http://a.test/', { expect: 'wbe' }).ladders).toMatchObject([{ subject: 'router wbe', failed: 'router', rungs: [{ text: 'no label and no file declares a router "wbe", did you mean "web"?' }] }]);
  });

  it('none where all is well', () => {
    expect(explained(loaded(service('web', [RULE])), 'http://a.test/').ladders).toEqual([]);
  });
});

it('a network that the proxy is not in is a rung of its own', () => {
  const stack = loaded(service('web', [RULE], '    expose: ["80"]\n    networks: [back]\n'));
  const { ladders } = explained(stack, 'https://a.test/');
  expect(ladders[0]?.rungs.find(({ rung }) => rung === 'network')).toMatchObject({ state: 'failed', text: 'it shares no network with the proxy: shop_back here, shop_edge there' });
});

describe('a winner that the proxy cannot reach', () => {
  const away = '    expose: ["80"]\n    networks: [back]\n';
  const failed = (stack: Parameters<typeof explained>[0], line = 'http://a.test/'): readonly unknown[] => explained(stack, line).ladders.map(({ subject, container, failed: rung, rungs }) => [subject, container, rung, rungs.find(({ state }) => state === 'failed')?.text]);
  const NOT_SHARED = 'it shares no network with the proxy: shop_back here, shop_edge there';

  it('has a ladder, and its decision stays', () => {
    const stack = loaded(service('web', [RULE], away));
    expect(explained(stack, 'http://a.test/').decision).toMatchObject({ kind: 'forward', router: 'web@docker' });
    expect(failed(stack)).toEqual([['router web@docker', 'shop/web', 'network', NOT_SHARED]]);
  });
  it('also behind a middleware that answers first', () => {
    const auth = ['traefik.http.routers.web.middlewares=a', 'traefik.http.middlewares.a.basicauth.users=u:$$2y$$05$$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC'];
    expect(failed(loaded(service('web', [RULE, ...auth], away)))).toEqual([['router web@docker', 'shop/web', 'network', NOT_SHARED]]);
    const redirect = ['traefik.http.routers.web.middlewares=a', 'traefik.http.middlewares.a.redirectscheme.scheme=https'];
    expect(failed(loaded(service('web', [RULE, ...redirect], away)), 'http://a.test/')).toEqual([['router web@docker', 'shop/web', 'network', NOT_SHARED]]);
  });
  it('is told by the container that its service is in', () => {
    const stack = loaded(service('web', [RULE, 'traefik.http.routers.web.service=other']), service('other', ['traefik.http.services.other.loadbalancer.server.port=80', 'traefik.http.routers.o.rule=Host(`o.test`)', 'traefik.http.routers.o.service=other'], away));
    expect(failed(stack)).toEqual([['router web@docker', 'shop/other', 'network', NOT_SHARED]]);
  });
  it('only by chance, too', () => {
    expect(failed(loaded(service('web', [RULE], '    expose: ["80"]\n    networks: [edge, back]\n')))).toEqual([['router web@docker', 'shop/web', 'network', expect.stringMatching(/left to chance$/)]]);
  });
  it('by an address that a label wrote is nobody to tell about', () => {
    expect(failed(loaded(service('web', [RULE, 'traefik.http.services.web.loadbalancer.server.url=http://10.0.0.1:80'], away)))).toEqual([]);
  });
});

function only(stack: Parameters<typeof explained>[0], line = 'http://a.test/'): Ladder {
  const { ladders } = explained(stack, line);
  const [ladder, ...more] = ladders;
  if (ladder === undefined || more.length > 0) throw new Error(`${String(ladders.length)} ladders`);
  return ladder;
}

/** The text that a place points at, to the end of its line. */
function lineAt({ files }: Parameters<typeof explained>[0], at: string): string {
  const [, file = '', line = ''] = /^(.*?):(\d+):\d+$/.exec(at) ?? [];
  return files.get(file)?.text.split('\n')[Number(line) - 1] ?? '';
}
