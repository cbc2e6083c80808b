import { describe, expect, it } from 'vitest';
import { Origins, SourceFile } from '../../src/text/index.ts';
import { decodeDynamic } from '../../src/traefik-config/dynamic-file.ts';
import { plain } from './helpers.ts';

interface Case {
  readonly title: string;
  readonly text: string;
  readonly format?: 'toml';
  /** `hint|marked text|loss`. */
  readonly problems?: readonly string[];
  readonly says?: string;
  readonly tree?: unknown;
  readonly recovered?: unknown;
}
const cases: readonly Case[] = [
  { title: 'keys without case, scalars for lists', text: 'HTTP:\n  Routers:\n    a:\n      RULE: Host(`a`)\n      entrypoints: web, websecure\n', tree: { http: { routers: { a: { rule: 'Host(`a`)', entryPoints: ['web', 'websecure'] } } } } },
  { title: 'an unknown key rejects the file', text: 'http:\n  routers:\n    a:\n      rule: r\n      servcie: s\n', problems: ['|servcie|provider'], says: 'field not found, node: servcie', recovered: { http: { routers: { a: { rule: 'r' } } } } },
  { title: 'an empty object that may not be empty', text: 'http:\n  middlewares: {}\n', problems: ['|middlewares|provider'], says: 'middlewares cannot be a standalone element (type map[string]*dynamic.Middleware)' },
  { title: 'an empty object that may', text: 'http:\n  routers:\n    a:\n      tls: {}\n', tree: { http: { routers: { a: { tls: {} } } } } },
  { title: 'a null where an object was meant', text: 'http:\n  routers:\n    a:\n      rule: r\n      tls:\n', problems: ['null-object|tls|nothing'], tree: { http: { routers: { a: { rule: 'r' } } } } },
  { title: 'an unknown section is dropped', text: 'htpp:\n  routers: {}\n', problems: ['|htpp|nothing'], tree: {} },
  { title: 'label-only options are dropped', text: 'http:\n  services:\n    s:\n      loadBalancer:\n        servers:\n          - port: 80\n', problems: ['label-only|port|nothing'], tree: { http: { services: { s: { loadBalancer: { servers: [{}] } } } } } },
  { title: 'servers in a list of texts are nothing', text: 'http:\n  services:\n    s:\n      loadBalancer:\n        servers:\n          - http://a\n', problems: ['|servers|nothing'], tree: { http: { services: { s: { loadBalancer: { servers: [] } } } } } },
  { title: 'numbers as Go reads them', text: 'http:\n  routers:\n    a:\n      priority: 0x10\n      rule: 010\n', tree: { http: { routers: { a: { priority: 16, rule: '8' } } } } },
  { title: 'a broken file', text: 'http: [\n', problems: ['||provider'] },
  { title: 'a list at the top', text: '- a\n', problems: ['|- a|provider'] },
  { title: 'an empty file', text: '', tree: {} },
  { title: 'a template', text: 'http:\n  routers:\n    a:\n      rule: "Host(`{{ env "X" }}`)"\n', problems: ['template||nothing'] },
  { title: 'a template that is no YAML', text: 'http:\n{{ range $i := until 3 }}\n  x: [\n{{ end }}\n', problems: ['template||nothing'] },
  { title: 'TOML', format: 'toml', text: '# c\n[http.routers.a]\n  rule = "Host(`a`)" # x\n  entryPoints = ["web", \'b\',\n   "c",]\n  priority = 1_0\n[http.routers.a.tls]\n[[http.services.s.loadBalancer.servers]]\n  url = "http://a"\n[[http.services.s.loadBalancer.servers]]\n  url = """http://b"""\n  weight = 0x2\n[http.middlewares]\n  m.addPrefix = { prefix = "/\\u0061" }\n', tree: { http: { routers: { a: { rule: 'Host(`a`)', entryPoints: ['web', 'b', 'c'], priority: 10, tls: {} } }, services: { s: { loadBalancer: { servers: [{ url: 'http://a' }, { url: 'http://b', weight: 2 }] } } }, middlewares: { m: { addPrefix: { prefix: '/a' } } } } } },
  // What the decoder of Traefik 3.7.15 was seen to take and to refuse.
  { title: 'TOML 1.1: an inline table over lines, a hexadecimal escape, a byte order mark', format: 'toml', text: '\uFEFF[http.routers]\na = { rule = "Host(`\\x41`)",\n  service = "s", }\n', tree: { http: { routers: { a: { rule: 'Host(`A`)', service: 's' } } } } },
  { title: 'TOML with a carriage return alone', format: 'toml', text: '[http.routers.a]\rrule = "r"\n', problems: ['||provider'] },
  { title: 'TOML with an unknown key', format: 'toml', text: '[http.routers.a]\nrule = "r"\nservcie = "s"\n', problems: ['|servcie|provider'], says: 'field not found, node: servcie' },
  { title: 'TOML with a key twice', format: 'toml', text: '[http.routers.a]\nrule = "r"\nrule = "s"\n', problems: ['|rule|provider'] },
  { title: 'TOML that is broken', format: 'toml', text: '[http.routers.a]\nrule = r\n', problems: ['|r|provider'] },
  { title: 'TOML with a table twice', format: 'toml', text: '[http.routers.a]\nrule = "r"\n[http.routers.a]\n', problems: ['|a|provider'] },
];

describe('decodeDynamic', () => {
  it.each(cases)('$title', (item) => {
    const origins = new Origins();
    const source = new SourceFile('dynamic.yml', item.text);
    const read = decodeDynamic({ format: item.format ?? 'yaml', source }, { version: '3.7', origins });
    const marked = read.problems.map((problem) => {
      const place = origins.firstSpan(problem.origin);
      const text = place === undefined ? '' : item.text.slice(place.start, place.end).trim();
      return `${problem.hint ?? ''}|${item.title === 'a broken file' ? '' : text}|${problem.loss}`;
    });
    expect(marked).toEqual(item.problems ?? []);
    if (item.says !== undefined) expect(read.cause?.engineSays).toBe(item.says);
    if ('tree' in item) expect(plain(read.root)).toEqual(item.tree);
    if ('recovered' in item) expect(plain(read.recovered)).toEqual(item.recovered);
    if (read.templated) expect(read.cause).toBeUndefined();
  });
});
