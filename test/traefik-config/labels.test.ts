import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/ir/index.ts';
import { decodeLabels } from '../../src/traefik-config/labels.ts';
import { decode, labelFile, plain } from './helpers.ts';

interface Expected {
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly version?: '2.11';
  /** `kind|marked text|loss`, in the order reported. */
  readonly problems: readonly string[];
  readonly says?: string;
  readonly candidates?: string;
  readonly hint?: Problem['hint'];
  readonly tree?: unknown;
  readonly recovered?: unknown;
}
const RULE = { 'traefik.http.routers.x.rule': 'Host(`a`)' };
const RULED = { http: { routers: { x: { rule: 'Host(`a`)' } } } };

const cases: readonly Expected[] = [
  { title: 'an unknown option keeps the rest in recovered', labels: { ...RULE, 'traefik.http.routers.x.entrypoint': 'web' }, problems: ['label-part-unknown|entrypoint|container'], says: 'field not found, node: entrypoint', candidates: 'entrypoints', recovered: RULED },
  { title: 'two mistakes are both reported, the engine says the first', labels: { 'traefik.http.routers.x.zz': '1', 'traefik.http.rotuers.x.rule': 'r' }, problems: ['label-part-unknown|rotuers|container', 'label-part-unknown|zz|container'], says: 'field not found, node: rotuers' },
  { title: 'names are checked before values', labels: { 'traefik.http.routers.x.priority': 'high', 'traefik.http.routers.y.zz': '1' }, problems: ['label-part-unknown|zz|container', 'value-invalid|high|container'], says: 'field not found, node: zz' },
  { title: 'a dot in a name', labels: { 'traefik.http.routers.my.app.rule': 'r' }, problems: ['label-part-unknown|app|container'], hint: 'dot-in-name' },
  { title: 'a missing segment', labels: { 'traefik.http.services.x.server.port': '80' }, problems: ['label-part-unknown|server|container'], hint: 'missing-segment', candidates: 'loadbalancer.server' },
  { title: 'an option of the other version', version: '2.11', labels: { 'traefik.http.routers.x.rulesyntax': 'v3' }, problems: ['label-part-unknown|rulesyntax|container'], hint: 'other-version' },
  { title: 'root case', labels: { 'Traefik.http.routers.x.rule': 'r' }, problems: ['label-root-case|Traefik|container'], says: 'invalid label root Traefik', candidates: 'traefik' },
  { title: 'empty part', labels: { ...RULE, 'traefik.http..x': 'r' }, problems: ['label-part-empty|..|container'], says: 'invalid element: traefik.http..x', recovered: RULED },
  { title: 'trailing dot', labels: { 'traefik.http.routers.x.': 'r' }, problems: ['label-part-empty|.|container'], says: 'invalid element: traefik.http.routers.x.' },
  { title: 'leading bracket', labels: { 'traefik.http.routers.[0].rule': 'r' }, problems: ['label-bracket|[0]|container'], says: "invalid leading character '[' in field name (bracket is a slice delimiter): [0]" },
  { title: 'a bracket that panics', labels: { 'traefik.http.routers.foo].rule': 'r' }, problems: ['label-bracket|foo]|provider'] },
  { title: 'a panic that an earlier mistake hides', labels: { 'traefik.http..x': 'r', 'traefik.http.routers.foo].rule': 'r' }, problems: ['label-part-empty|..|container', 'label-bracket|foo]|container'] },
  { title: 'below a scalar', labels: { 'traefik.http.routers.x.rule.host': 'a' }, problems: ['label-below-scalar|host|container'], says: 'invalid node rule: string' },
  { title: 'below a pointer to a scalar', labels: { 'traefik.http.services.x.loadbalancer.passhostheader.y': 'a' }, problems: ['label-below-scalar|y|container'], says: 'invalid node passhostheader: ptr' },
  { title: 'below a list', labels: { 'traefik.http.routers.x.entrypoints.web': 'true' }, problems: ['label-below-scalar|web|nothing'], tree: { http: { routers: { x: {} } } } },
  { title: 'standalone', labels: { 'traefik.http.middlewares.m.addprefix': 'true' }, problems: ['label-standalone|addprefix|container'], says: 'addprefix cannot be a standalone element (type *dynamic.AddPrefix)', candidates: 'prefix' },
  { title: 'a value beside children', labels: { ...RULE, 'traefik.http': 'true' }, problems: ['label-value-ignored|http|nothing'], tree: RULED },
  { title: 'a value on a name', labels: { 'traefik.http.routers.foo': 'bar' }, problems: ['label-value-ignored|foo|nothing'], tree: { http: { routers: { foo: {} } } } },
  { title: 'tls=false takes its children along', labels: { ...RULE, 'traefik.http.routers.x.tls': 'false', 'traefik.http.routers.x.tls.certresolver': 'le' }, problems: ['label-switched-off|false|requests'], tree: RULED },
  { title: 'tls=false alone is meant', labels: { ...RULE, 'traefik.http.routers.x.tls': 'false' }, problems: ['label-switched-off|false|nothing'], hint: 'off', tree: RULED },
  { title: 'tls=yes is not', labels: { ...RULE, 'traefik.http.routers.x.tls': 'yes' }, problems: ['label-switched-off|yes|requests'], tree: RULED },
  { title: 'tls empty is on', labels: { 'traefik.http.routers.x.tls': '' }, problems: [], tree: { http: { routers: { x: { tls: {} } } } } },
  { title: 'not for labels', labels: { ...RULE, 'traefik.http.serverstransports.t.servername': 'a' }, problems: ['label-not-for-labels|serverstransports|nothing'], tree: RULED },
  { title: 'tls.options is outside the prefixes', labels: { 'traefik.tls.options.o.minversion': 'a' }, problems: ['label-not-for-labels|options|nothing'] },
  { title: 'models have no effect', labels: { 'traefik.http.models.web.middlewares': 'm' }, problems: ['label-not-for-labels|models|nothing'] },
  { title: 'an index forgotten', labels: { 'traefik.http.routers.x.tls.domains.main': 'a' }, problems: ['label-list-index|main|nothing'], tree: { http: { routers: { x: { tls: { domains: [{}] } } } } } },
  { title: 'indexes sort as bytes', labels: Object.fromEntries([0, 1, 10].map((index) => [`traefik.http.routers.x.tls.domains[${index}].main`, String(index)])), problems: ['label-list-index|[1]|nothing'], tree: { http: { routers: { x: { tls: { domains: [{ main: '0' }, { main: '10' }, { main: '1' }] } } } } } },
  { title: 'names differing in case', labels: { 'traefik.http.routers.App.rule': 'r', 'traefik.http.routers.app.priority': '7' }, problems: ['label-name-case|app|requests'], candidates: 'App', tree: { http: { routers: { App: { rule: 'r', priority: 7 } } } } },
  { title: 'one option in two spellings', labels: { 'traefik.http.routers.x.Rule': 'r', 'traefik.http.routers.x.rule': 's' }, problems: ['label-name-case|Rule|requests'], tree: { http: { routers: { x: { rule: 's' } } } } },
  { title: 'bad values', labels: { 'traefik.http.middlewares.m.ratelimit.period': '1x' }, problems: ['value-invalid|1x|container'], says: 'time: unknown unit "x" in duration "1x"' },
  { title: 'a v1 label', labels: { 'traefik.frontend.rule': 'Host:a' }, problems: ['label-root-unknown|frontend|requests'], hint: 'v1-label' },
  { title: 'a v1 label with a segment', labels: { 'traefik.web.port': '80' }, problems: ['label-root-unknown|web|requests'], hint: 'v1-label' },
  { title: 'a static option', labels: { 'traefik.entrypoints.web.address': ':80' }, problems: ['label-root-unknown|entrypoints|nothing'], hint: 'static-option' },
  { title: 'a section misspelt', labels: { 'traefik.htp.routers.x.rule': 'r' }, problems: ['label-root-unknown|htp|requests'], candidates: 'http' },
  { title: 'the root misspelt', labels: { 'treafik.http.routers.x.rule': 'r' }, problems: ['label-root-unknown|treafik|requests'], candidates: 'traefik' },
  { title: 'enable misspelt', labels: { 'traefik.enabel': 'true' }, problems: ['label-root-unknown|enabel|requests'] },
  { title: 'underscores', labels: { traefik_http_routers_x_rule: 'r' }, problems: ['label-root-unknown|traefik_http_routers_x_rule|requests'], hint: 'underscore', candidates: 'traefik.http.routers.x.rule' },
  { title: 'foreign labels and the constraint label', labels: { 'traefik.constraint-label': 'a', 'com.docker.compose.project': 'p', 'traffic.light': 'green', 'my.traefik': 'x' }, problems: [] },
  { title: 'enabled', labels: { 'traefik.enabled': 'true' }, problems: ['label-part-unknown|enabled|container'], says: 'field not found, node: enabled', candidates: 'enable' },
  { title: 'enable=yes', labels: { 'traefik.enable': 'yes' }, problems: ['enable-unparsable|yes|container'], says: 'strconv.ParseBool: parsing "yes": invalid syntax' },
  { title: 'swarm labels are not for Docker', labels: { 'traefik.swarm.network': 'n' }, problems: [] },
  { title: 'allownonrunning on 2.11', version: '2.11', labels: { 'traefik.docker.allownonrunning': 'true' }, problems: ['label-part-unknown|allownonrunning|container'], hint: 'other-version' },
  { title: 'plugin trees', labels: { 'traefik.http.middlewares.m.plugin.p.foo.bar': '1', 'traefik.http.middlewares.m.plugin.p.l[0].a': 'x' }, problems: [], tree: { http: { middlewares: { m: { plugin: { p: { foo: { bar: '1' }, l: [{ a: 'x' }] } } } } } } },
  { title: 'comma lists', labels: { 'traefik.http.routers.x.middlewares': 'm , ,' }, problems: [], tree: { http: { routers: { x: { middlewares: ['m', '', ''] } } } } },
  { title: 'headers keep dots', labels: { 'traefik.http.middlewares.m.headers.customrequestheaders.X-A.B': 'v' }, problems: [], tree: { http: { middlewares: { m: { headers: { customRequestHeaders: { 'X-A.B': 'v' } } } } } } },
  { title: 'big integers', labels: { 'traefik.http.routers.x.priority': '9223372036854775807' }, problems: [], tree: { http: { routers: { x: { priority: 9223372036854775807n } } } } },
];

describe('decodeLabels', () => {
  it.each(cases)('$title', (item) => {
    const { result, text } = decode(item.labels, item.version === undefined ? {} : { version: item.version });
    const { problems, root } = result.decoded;
    expect(problems.map((problem) => `${problem.kind}|${text(problem.origin)}|${problem.loss}`)).toEqual(item.problems);
    if (item.says !== undefined) expect(result.cause?.engineSays).toBe(item.says);
    if (item.candidates !== undefined) expect(problems[0]?.candidates).toContain(item.candidates);
    if (item.hint !== undefined) expect(problems[0]?.hint).toBe(item.hint);
    if ('tree' in item) expect(plain(root)).toEqual(item.tree);
    if ('recovered' in item) expect(plain(result.recovered)).toEqual(item.recovered);
    expect(root === undefined).toBe(result.outcome !== 'kept');
  });

  it('gives every label its effect', () => {
    const labels = { ...RULE, 'traefik.http.routers.x.entrypoint': 'web', 'traefik.htp.a': '1', other: 'x', 'traefik.http.routers.x.tls': 'no' };
    const { result } = decode(labels);
    expect([...result.effects].map(([label, effect]) => [label.key.value.text, effect])).toEqual([
      ['traefik.http.routers.x.rule', 'used'],
      ['traefik.http.routers.x.entrypoint', 'breaksContainer'],
      ['traefik.htp.a', 'ignored'],
      ['other', 'foreign'],
      ['traefik.http.routers.x.tls', 'used'],
    ]);
  });

  it('reads the switches', () => {
    const { result, text } = decode({ 'traefik.enable': 'T', 'traefik.docker.network': 'edge', 'traefik.docker.allownonrunning': '1' });
    expect(result.switches).toMatchObject({ enable: { value: true }, network: { value: { text: 'edge' } }, allowNonRunning: { value: true } });
    expect(text(result.switches.network?.origin ?? -1)).toBe('edge');
  });

  it('reads Swarm switches, and refuses both kinds', () => {
    expect(decode({ 'traefik.swarm.network': 'n' }, { provider: 'swarm' }).result.switches.network?.value.text).toBe('n');
    const both = decode({ 'traefik.swarm.network': 'n', 'traefik.docker.lbswarm': 'true' }, { provider: 'swarm' }).result;
    expect(both.cause?.engineSays).toBe('both Docker and Swarm labels are defined');
    expect(decode({ 'traefik.docker.network': 'n' }, { provider: 'swarm', version: '2.11' }).result.switches.network?.value.text).toBe('n');
  });

  it('says nothing about what a variable without a value decides', () => {
    const hole = (text: string, name: string): { readonly text: string; readonly holes: readonly string[] } => ({ text, holes: [name] });
    const { result } = decode({
      'traefik.enable': hole('${ON}', 'ON'),
      'traefik.http.routers.${NAME}.rule': 'r',
      'traefik.http.routers.x.${OPTION}': 'r',
      'traefik.http.routers.x.priority': hole('${PRIO}', 'PRIO'),
      'traefik.http.routers.x.tls': hole('${TLS}', 'TLS'),
      'traefik.http.routers.x.middlewares': hole('a,${M}', 'M'),
      'traefik.http.services.x.loadbalancer.passhostheader': hole('${PASS}', 'PASS'),
      'traefik.http.routers.${A}..x': 'r',
      '${P}raefik.http': 'x',
    });
    expect(result.decoded.problems).toEqual([]);
    expect(result.switches.enableUnknown?.value.text).toBe('${ON}');
    expect(plain(result.decoded.root)).toEqual({ http: { routers: { '${NAME}': { rule: 'r' }, x: { middlewares: ['a', '${M}'], priority: 0, tls: {} } }, services: { x: { loadBalancer: { passHostHeader: true } } } } });
  });

  it('marks list items at their own place', () => {
    const { result, text } = decode({ 'traefik.http.routers.x.middlewares': 'auth@file , limit' });
    const x = result.decoded.root?.entries.get('http');
    const routers = x?.kind === 'object' ? x.entries.get('routers') : undefined;
    const router = routers?.kind === 'object' ? routers.entries.get('x') : undefined;
    const list = router?.kind === 'object' ? router.entries.get('middlewares') : undefined;
    expect(list?.kind === 'list' ? list.items.map((item) => text(item.origin)) : []).toEqual(['auth@file', 'limit']);
  });

  it('never says a secret', () => {
    const secret = 'admin:$apr1$abc$0123456789012345678901';
    const { result } = decode({ 'traefik.http.middlewares.m.basicauth': secret, 'traefik.http.middlewares.m.basicauth.users.x': secret, 'traefik.http.middlewares.n.basicauth': secret });
    expect(JSON.stringify(result.decoded.problems)).not.toContain('apr1');
  });

  it('keeps the last of two equal keys', () => {
    const first = labelFile({ 'traefik.http.routers.x.rule': 'one' }).labels;
    const second = labelFile({ 'traefik.http.routers.x.rule': 'two' });
    const result = decodeLabels([...first, ...second.labels], { version: '3.7', symbolPrefix: 'shop/web', origins: second.origins });
    expect(plain(result.decoded.root)).toEqual({ http: { routers: { x: { rule: 'two' } } } });
    expect([...result.effects.values()]).toEqual(['ignored', 'used']);
  });

  it('survives hostile keys and values', () => {
    const deep = '.a'.repeat(50_000);
    for (const key of [`traefik.http.middlewares.m.headers.customrequestheaders${deep}`, `traefik.http.middlewares.m.plugin.p${deep}`, `traefik.http.routers.x.rule${deep}`, `traefik.http${deep}`, `traefik${deep}`]) {
      expect(decode({ [key]: 'v' }).result.effects.size).toBe(1);
    }
    expect(decode({ 'traefik.http.routers.x.middlewares': `${' '.repeat(200_000)}a${' '.repeat(200_000)}b` }).result.outcome).toBe('kept');
    const names = Object.fromEntries(['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => [`traefik.http.routers.${name}.rule`, 'r']));
    expect(decode(names).result.recovered.entries.size).toBe(1);
    expect(decode({ 'traefik.http.routers.x.constructor': 'a', 'traefik.http.middlewares.m.compress.__proto__': 'a' }).result.decoded.problems.map((problem) => problem.kind)).toEqual(['label-part-unknown', 'label-part-unknown']);
  });
});
