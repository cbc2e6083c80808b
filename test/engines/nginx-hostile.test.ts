import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import { emit, nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, routingOf, ruleOf, serviceOf, targetOptions, type RouterInput } from '../support/routing-builder.ts';
import { ruleQuote } from '../../src/rule-lang/index.ts';
import type { ResolvedService } from '../../src/ir/index.ts';

/** Values that end a string, a directive, a block, a header or a template somewhere. */
const VALUES = ['a"b', "a'b", 'a;b', 'a}b', 'a{b', 'a#b', 'a b', 'a\tb', 'a$host', 'a${host}b', '$', 'a\\', 'a\\"b', 'a\\nb', '{{x}}', '${', '\\\\', 'a\nadd_header X-Evil 1;', 'a\r\nX-Evil: 1', 'a\0b', '"; return 299; #', '}\n', '~*a', '=a', '@a', 'default', 'off', '*', 'é', '%2F', ''];

/** Every place of a string, as the router that holds it there. */
const PLACES: Readonly<Record<string, (value: string, name: string) => RouterInput | undefined>> = {
  host: (value, name) => rule(name, `Host(${ruleQuote(value)})`),
  path: (value, name) => rule(name, `Path(${ruleQuote(`/p${value}`)})`),
  pathPrefix: (value, name) => rule(name, `PathPrefix(${ruleQuote(`/q${value}`)})`),
  method: (value, name) => rule(name, `PathPrefix(\`/m\`) && Method(${ruleQuote(value)})`),
  headerValue: (value, name) => rule(name, `PathPrefix(\`/h\`) && Header(\`X-A\`, ${ruleQuote(value)})`),
  headerName: (value, name) => rule(name, `PathPrefix(\`/n\`) && Header(${ruleQuote(`x${value}`)}, \`1\`)`),
  query: (value, name) => rule(name, `PathPrefix(\`/y\`) && Query(${ruleQuote(`k${value}`)}, ${ruleQuote(value)})`),
  pattern: (value, name) => rule(name, `PathPrefix(\`/r\`) && HeaderRegexp(\`X-A\`, ${ruleQuote(value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))})`),
  routerName: (value, name) => ({ ...unique(`${name}${value}`, name) }),
  addPrefix: (value, name) => chained(name, { addPrefix: { prefix: `/${value}` } }),
  stripPrefix: (value, name) => chained(name, { stripPrefix: { prefixes: [`/${value}`] } }),
  replacePath: (value, name) => chained(name, { replacePath: { path: `/${value}` } }),
  replacement: (value, name) => chained(name, { redirectRegex: { regex: '^https?://[^/]+/(.*)', replacement: `https://${value}/$1` } }),
  scheme: (value, name) => chained(name, { redirectScheme: { scheme: `s${value}`, port: value } }),
  requestHeader: (value, name) => chained(name, { headers: { customRequestHeaders: { 'X-V': value, [`X-${value}`]: '1' } } }),
  responseHeader: (value, name) => chained(name, { headers: { customResponseHeaders: { 'X-V': value } } }),
  securityHeader: (value, name) => chained(name, { headers: { contentSecurityPolicy: value, permissionsPolicy: value } }),
  cors: (value, name) => chained(name, { headers: { accessControlAllowOriginList: [value], accessControlAllowHeaders: [value] } }),
  allowedHosts: (value, name) => chained(name, { headers: { allowedHosts: [value] } }),
  realm: (value, name) => chained(name, { basicAuth: { users: ['sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='], realm: value, headerField: 'X-User' } }),
  user: (value, name) => chained(name, { basicAuth: { users: [`${value}:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=`] } }),
  usersFile: (value, name) => chained(name, { basicAuth: { users: [], usersFile: `/tmp/${value}` } }),
  allowed: (value, name) => chained(name, { ipAllowList: { sourceRange: [value], rejectStatusCode: 403 } }),
  types: (value, name) => chained(name, { compress: { includedContentTypes: [`t/${value}`], minResponseBodyBytes: 10 } }),
  limitHeader: (value, name) => chained(name, { rateLimit: { average: 1, sourceCriterion: { requestHeaderName: `X-${value}` } } }),
  authAddress: (value, name) => chained(name, { forwardAuth: { address: `http://127.0.0.1:9/${value}`, authResponseHeaders: ['X-User'] } }),
  middlewareName: (value, name) => ({ ...unique(name, name), middlewares: [middlewareOf(`m${value}`, { basicAuth: { users: ['sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='] } })] }),
  serviceName: (value, name) => ({ ...unique(name, name), service: renamed(serviceOf('x', 'http://127.0.0.1:9'), value) }),
  endpointHost: (value, name) => ({ ...unique(name, name), service: rehosted(serviceOf(name, 'http://127.0.0.1:9'), value) }),
};

function rule(name: string, text: string): RouterInput | undefined {
  return text.includes('()') || text.includes('(``)') || text.includes('""') ? undefined : { name, rule: text, service: 'http://127.0.0.1:9' };
}

function unique(name: string, path: string): RouterInput {
  return { name, rule: `PathPrefix(\`/u-${path}\`)`, service: 'http://127.0.0.1:9' };
}

function chained(name: string, written: Parameters<typeof middlewareOf>[1]): RouterInput {
  return { ...unique(name, name), middlewares: [middlewareOf(`m-${name}`, written)] };
}

function renamed(resolved: ResolvedService, name: string): ResolvedService {
  return { ...resolved, service: { ...resolved.service, ref: { ...resolved.service.ref, name } } };
}

function rehosted(resolved: ResolvedService, host: string): ResolvedService {
  const { spec } = resolved.service;
  return spec.kind !== 'loadBalancer' ? resolved : { ...resolved, service: { ...resolved.service, spec: { ...spec, endpoints: spec.endpoints.map((endpoint) => ({ ...endpoint, host })) } } };
}

function inputs(): { readonly kept: readonly RouterInput[]; readonly refused: readonly string[] } {
  const kept: RouterInput[] = [];
  const refused: string[] = [];
  for (const [place, make] of Object.entries(PLACES)) {
    for (const [index, value] of VALUES.entries()) {
      const input = tryMake(() => make(value, `${place.toLowerCase()}${String(index)}`));
      if (input === undefined) continue;
      const answer = emit(routingOf(listenerOf({ name: 'web', port: 1 }, [input])), targetOptions('1.22'));
      if (answer.refused.length > 0) refused.push(`${place} ${JSON.stringify(value)}`);
      else kept.push(input);
    }
  }
  return { kept, refused };
}

/** A rule that Traefik itself refuses is no case. */
function tryMake(make: () => RouterInput | undefined): RouterInput | undefined {
  try {
    const input = make();
    if (input !== undefined) ruleOf(input.rule);
    return input;
  } catch {
    return undefined;
  }
}

/** Every host has a table of all paths: on an entry point of their own they stay small. */
function isHost({ name }: RouterInput): boolean {
  return /^host\d/.test(name);
}

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'hostile values are refused or inert', (engine) => {
    let backends: BackendPool;
    beforeAll(async () => {
      backends = await startBackends([{ name: 'b1' }]);
    });
    afterAll(() => backends.stop());

    test('in every position, all at once', async () => {
      const { kept, refused } = inputs();
      expect(kept.length).toBeGreaterThan(400);
      expect(refused).toMatchSnapshot();
      const { web: port = 0, hosts = 0 } = await freePorts(['web', 'hosts']);
      const canary: RouterInput = { name: 'canary', rule: 'Path(`/canary`)', priority: 1_000_000, service: backends.url('b1') };
      const loud = kept.filter(({ name }) => /^(?:responseheader|requestheader|securityheader)/.test(name));
      const running = await nginxOn(engine, backends, routingOf(listenerOf({ name: 'web', port }, [canary, ...kept.filter((input) => !isHost(input)).map((input) => (loud.includes(input) ? { ...input, service: backends.url('b1') } : input))]), listenerOf({ name: 'hosts', port: hosts }, kept.filter(isHost))));
      const ask = (target: string) => running.ask({ entryPoint: 'web', method: 'GET', target, host: 'x.test', headers: [] });
      const answer = await ask('/canary');
      expect([answer.status, answer.backend?.name]).toEqual([200, 'b1']);
      const heard: string[] = [];
      for (const { name } of loud) {
        const seen = await ask(`/u-${name}`);
        const index = Number(/\d+$/.exec(name)?.[0]);
        const wanted = Buffer.from(VALUES[index] ?? '', 'utf8').toString('latin1');
        const from = name.startsWith('request') ? (seen.backend?.headers ?? []) : seen.responseHeaders;
        const got = from.find(([key]) => /^(?:x-v|content-security-policy)$/i.test(key))?.[1] ?? '';
        if (got !== wanted.replace(/^[ \t]+|[ \t]+$/g, '') || JSON.stringify([seen.responseHeaders, seen.backend?.headers]).includes('X-Evil')) heard.push(`${name}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
      }
      expect(heard).toEqual([]);
      await running.stop();
    });
  });
}
