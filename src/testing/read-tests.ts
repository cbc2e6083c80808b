import { Origins, SourceFile } from '../text/index.ts';
import { parseYaml, resolveScalar, yamlGet, type YamlMapping, type YamlNode } from '../text/yaml/index.ts';
import { parseRequest } from './request.ts';
import type { Expectation, RouteTest } from './route-test.ts';

/** A file of route tests: all that could be read, and what could not. */
export interface TestsRead {
  readonly tests: readonly RouteTest[];
  readonly problems: readonly { readonly file: string; readonly line: number; readonly message: string }[];
}

/** A client that a real engine on this machine sees too. */
const CLIENT = '127.0.0.1';
const KEYS = ['name', 'request', 'headers', 'client-ip', 'entrypoint', 'body', 'expect'];
const EXPECTED = ['to', 'status', 'router', 'service', 'endpoint', 'target', 'redirect', 'headers', 'response-headers', 'middlewares'];

/** Reads `*.gateway-test.yaml`: a list of tests, or a mapping whose `tests` is one. */
export function readTests(path: string, text: string): TestsRead {
  const file = new SourceFile(path, text);
  const problems: TestsRead['problems'][number][] = [];
  const tests: RouteTest[] = [];
  const { root, problems: syntax } = parseYaml(file, new Origins());
  for (const { message, start } of syntax) problems.push({ file: path, line: file.position(start).line, message });
  const list = root?.kind === 'mapping' ? yamlGet(root, 'tests') : root;
  const reader = new TestReader(file, problems);
  if (root?.kind === 'mapping') reader.onlyKeys(root, ['tests']);
  if (list?.kind !== 'sequence') {
    if (syntax.length === 0) problems.push({ file: path, line: 1, message: 'a file of tests is a list, or has one below "tests"' });
    return { tests, problems };
  }
  for (const item of list.items) {
    const test = reader.test(item);
    if (test !== undefined) tests.push(test);
  }
  return { tests, problems };
}

/** One test in its short form: `GET http://a.test/x -> web`. A string says what is wrong with it. */
export function readShort(line: string): { readonly request: RouteTest['request']; readonly expect: Expectation } | string {
  const [left, right, ...more] = line.split(/\s+->\s+/);
  if (left === undefined || right === undefined || more.length > 0) return 'a test reads: GET http://HOST/PATH -> NAME, or -> STATUS [LOCATION]';
  const parsed = parseRequest(left.trim().split(/\s+/), { headers: [], clientIp: CLIENT });
  if (parsed.kind === 'invalid') return parsed.message;
  const answer = /^(\d{3})(?:\s+(\S+))?$/.exec(right.trim());
  if (answer === null) return { request: parsed.request, expect: { to: right.trim() } };
  return { request: parsed.request, expect: { status: Number(answer[1]), ...(answer[2] === undefined ? {} : { redirect: answer[2] }) } };
}

class TestReader {
  readonly #file: SourceFile;
  readonly #problems: TestsRead['problems'][number][];

  constructor(file: SourceFile, problems: TestsRead['problems'][number][]) {
    this.#file = file;
    this.#problems = problems;
  }

  test(node: YamlNode): RouteTest | undefined {
    if (node.kind === 'scalar') return this.#short(node.text, node);
    if (node.kind !== 'mapping') return this.#wrong(node, 'a test is a line, or a mapping with "request" and "expect"');
    this.onlyKeys(node, KEYS);
    const line = this.#text(node, 'request');
    if (line === undefined) return yamlGet(node, 'request') === undefined ? this.#wrong(node, 'a test needs "request"') : undefined;
    const short = line.includes(' -> ') ? this.#short(line, node) : undefined;
    const entryPoint = this.#text(node, 'entrypoint');
    const headers = this.#pairs(yamlGet(node, 'headers')).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
    const parsed = parseRequest((short === undefined ? line : line.split(' -> ')[0] ?? '').trim().split(/\s+/), { headers, clientIp: this.#text(node, 'client-ip') ?? CLIENT, ...(entryPoint === undefined ? {} : { entryPoint }) });
    if (parsed.kind === 'invalid') return this.#wrong(node, parsed.message);
    const body = this.#text(node, 'body');
    const expect = { ...short?.expect, ...this.#expectation(yamlGet(node, 'expect')) };
    if (Object.keys(expect).length === 0) return this.#wrong(node, 'a test needs something below "expect"');
    return { name: this.#text(node, 'name') ?? line, request: parsed.request, ...(body === undefined ? {} : { body }), expect, ...this.#place(node) };
  }

  onlyKeys(node: YamlMapping, known: readonly string[]): void {
    for (const { key } of node.entries) if (!known.includes(key.text)) this.#wrong(key, `unknown key "${key.text}": there is ${known.join(', ')}`);
  }

  #short(line: string, node: YamlNode): RouteTest | undefined {
    const read = readShort(line);
    return typeof read === 'string' ? this.#wrong(node, read) : { name: line, ...read, ...this.#place(node) };
  }

  #expectation(node: YamlNode | undefined): Expectation {
    if (node === undefined) return {};
    if (node.kind !== 'mapping') return this.#wrong(node, '"expect" is a mapping') ?? {};
    this.onlyKeys(node, EXPECTED);
    const status = this.#text(node, 'status');
    if (status !== undefined && !/^[1-5]\d\d$/.test(status)) this.#wrong(node, `"${status}" is no status`);
    const list = yamlGet(node, 'middlewares');
    const headers = this.#pairs(yamlGet(node, 'headers'));
    const answered = this.#pairs(yamlGet(node, 'response-headers'));
    const texts = (['to', 'router', 'service', 'endpoint', 'target', 'redirect'] as const).flatMap((key) => {
      const text = this.#text(node, key);
      return text === undefined ? [] : [[key, text] as const];
    });
    return {
      ...Object.fromEntries(texts),
      ...(status === undefined ? {} : { status: Number(status) }),
      ...(headers.length === 0 ? {} : { headers }),
      ...(answered.length === 0 ? {} : { responseHeaders: answered }),
      ...(list?.kind === 'sequence' ? { middlewares: list.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : [])) } : {}),
    };
  }

  #text(node: YamlMapping, key: string): string | undefined {
    const value = yamlGet(node, key);
    if (value === undefined) return undefined;
    return value.kind === 'scalar' ? value.text : this.#wrong(value, key === 'request' ? '"request" is one text: GET http://HOST/PATH; headers and the like stand beside it' : `"${key}" is a text`);
  }

  /** A mapping of names to texts; `null` stands for absent. */
  #pairs(node: YamlNode | undefined): readonly (readonly [string, string | null])[] {
    if (node === undefined) return [];
    if (node.kind !== 'mapping') return this.#wrong(node, 'headers are a mapping of names to values') ?? [];
    return node.entries.flatMap(({ key, value }) => {
      if (value.kind !== 'scalar') return this.#wrong(value, `the value of "${key.text}" is a text`) ?? [];
      return [[key.text, resolveScalar(value).kind === 'null' ? null : value.text] as const];
    });
  }

  #place(node: YamlNode): { readonly file: string; readonly line: number } {
    return { file: this.#file.path, line: this.#file.position(node.start).line };
  }

  #wrong(node: YamlNode, message: string): undefined {
    this.#problems.push({ ...this.#place(node), message });
    return undefined;
  }
}
