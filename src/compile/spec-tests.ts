import type { SpecNode } from '../sources/gateway-yaml/index.ts';
import { entriesOf, isNull, itemsOf, plainText, valueAt } from '../sources/gateway-yaml/index.ts';
import { parseRequest, readShort } from '../testing/index.ts';
import type { Expectation, RouteTest, TestsRead } from '../testing/index.ts';
import type { Loaded, LoadedGateway } from './types.ts';

/** A client that a real engine on this machine sees too. */
const CLIENT = '127.0.0.1';

/** `tests:` of a gateway's own gateway.yaml, in the form that route tests have. */
export function specTests({ origins, files }: Pick<Loaded, 'origins' | 'files'>, { spec }: Pick<LoadedGateway, 'spec'>): TestsRead {
  const problems: TestsRead['problems'][number][] = [];
  const tests: RouteTest[] = [];
  for (const node of itemsOf(spec?.tests)) {
    const span = origins.firstSpan(node.origin);
    const place = { file: span?.file ?? '', line: span === undefined ? 1 : (files.get(span.file)?.position(span.start).line ?? 1) };
    const read = testOf(node);
    if (typeof read === 'string') problems.push({ ...place, message: read });
    else tests.push({ ...read, ...place });
  }
  return { tests, problems };
}

function testOf(node: SpecNode): Omit<RouteTest, 'file' | 'line'> | string {
  if (node.kind === 'scalar') {
    const read = readShort(node.text.text);
    return typeof read === 'string' ? read : { name: node.text.text, ...read };
  }
  const text = (key: string): string => plainText(valueAt(node, key));
  const headers = pairs(valueAt(node, 'headers')).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  const entryPoint = text('entryPoint');
  const parsed = parseRequest(text('request').trim().split(/\s+/), { headers, clientIp: text('clientIp') || CLIENT, ...(entryPoint === '' ? {} : { entryPoint }) });
  if (parsed.kind === 'invalid') return parsed.message;
  const body = text('body');
  return { name: text('name') || text('request'), request: parsed.request, ...(body === '' ? {} : { body }), expect: expectation(valueAt(node, 'expect')) };
}

/** A name, a status, or several things by name. */
function expectation(node: SpecNode | undefined): Expectation {
  if (node?.kind === 'scalar') return /^\d{3}$/.test(node.text.text) ? { status: Number(node.text.text) } : { to: node.text.text };
  const named = (['to', 'service', 'endpoint', 'target', 'redirect'] as const).flatMap((key) => {
    const found = valueAt(node, key);
    return found === undefined ? [] : [[key, plainText(found)] as const];
  });
  const [status, route, headers, answered, middlewares] = ['status', 'route', 'headers', 'responseHeaders', 'middlewares'].map((key) => valueAt(node, key));
  return {
    ...Object.fromEntries(named),
    ...(status === undefined ? {} : { status: Number(plainText(status)) }),
    ...(route === undefined ? {} : { router: plainText(route) }),
    ...(headers === undefined ? {} : { headers: pairs(headers) }),
    ...(answered === undefined ? {} : { responseHeaders: pairs(answered) }),
    ...(middlewares === undefined ? {} : { middlewares: itemsOf(middlewares).map(plainText) }),
  };
}

/** Names and values; null stands for absent. */
function pairs(node: SpecNode | undefined): readonly (readonly [string, string | null])[] {
  return entriesOf(node).map(({ key, value }) => [key, isNull(value) ? null : plainText(value)] as const);
}
