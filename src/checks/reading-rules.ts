import type { Example, LintRule } from './rule.ts';
import { compose } from './support/examples.ts';

/** Rules whose findings come from reading or from what was asked for, not from a check of the model. */
type Meta = Omit<LintRule['meta'], 'category'> & { readonly category?: LintRule['meta']['category'] };

const GOOD: readonly Example[] = [compose('a file that Compose takes', 'services:', '  web:', '    image: example/web:1', '    labels:', '      - traefik.enable=true')];

function reading(id: string, meta: Meta): LintRule {
  return { id, meta: { category: 'correctness', ...meta }, check: () => undefined };
}

/** Found by the readers of Compose and environment files. */
export const readingRules: readonly LintRule[] = [
  reading('yaml-syntax', {
    summary: 'a file that is no YAML',
    why: 'Compose cannot read the file, so none of its services start.',
    severity: 'error',
    blocking: true,
    bad: [compose('a quote that does not end', 'services:', '  web:', '    image: "example/web:1', '#          ^ yaml-syntax')],
    good: GOOD,
  }),
  reading('engine-error', {
    summary: 'a running Traefik holds something against a router, service or middleware',
    why: 'What a disabled router is for goes to another router or gets 404, and a middleware or service that is disabled takes its routers along. The words are the engine\'s own, from its API.',
    severity: 'error',
    blocking: true,
    bad: [{ title: 'a router that asks for a middleware which is not there', files: { 'rawdata.json': '{\n  "routers": {\n    "web@docker": { "rule": "Host(`a.example.com`)", "service": "web", "middlewares": ["auth@docker"], "status": "disabled", "error": ["middleware \\"auth@docker\\" does not exist"] }\n#   ^^^^^^^^^^^^ engine-error\n  },\n  "services": { "web@docker": { "loadBalancer": { "servers": [{ "url": "http://172.18.0.2:80" }] }, "status": "enabled" } }\n}\n' } }],
    good: [{ title: 'all enabled', files: { 'rawdata.json': '{\n  "routers": { "web@docker": { "rule": "Host(`a.example.com`)", "service": "web", "status": "enabled", "using": ["web"] } },\n  "services": { "web@docker": { "loadBalancer": { "servers": [{ "url": "http://172.18.0.2:80" }] }, "status": "enabled" } }\n}\n' } }],
  }),
  reading('gateway-schema', {
    summary: 'something that gateway.yaml does not take',
    why: 'A file with a word that means nothing would say less than its author thinks. So nothing is built from it until the word is right.',
    severity: 'error',
    blocking: true,
    bad: [{ title: 'a misspelt condition', files: { 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes:\n  shop: { hots: shop.example, to: web:8080 }\n#         ^^^^ gateway-schema\n' } }],
    good: [{ title: 'a route', files: { 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes:\n  shop: { host: shop.example, to: web:8080 }\n' } }],
  }),
  reading('compose-schema', {
    summary: 'something that Compose does not take',
    why: 'Compose refuses the whole file for one field of the wrong form, and then no service starts; a field that it does not know it ignores or refuses, by its version.',
    severity: 'error',
    blocking: false,
    bad: [compose('a misspelt field', 'services:', '  web:', '    imgae: example/web:1', '#   ^^^^^ compose-schema', '    build: .')],
    good: GOOD,
  }),
  reading('compose-interpolation', {
    summary: 'a "$" that Compose cannot read',
    why: 'Compose replaces variables before anything else. What looks like the beginning of one and is none ends the start of the project; a plain "$" is written "$$".',
    severity: 'error',
    blocking: true,
    bad: [compose('a variable without an end', 'services:', '  web:', '    image: example/web:1', '    labels:', '      - note=${UNCLOSED', '#            ^^ compose-interpolation')],
    good: [compose('a plain dollar', 'services:', '  web:', '    image: example/web:1', '    labels:', '      - note=$${UNCLOSED')],
  }),
  reading('compose-file-missing', {
    summary: 'a file that another one names is not there',
    why: 'Files named by include, extends and env_file are often left out of a repository. What they would set is not known, so nothing is said about it.',
    severity: 'note',
    blocking: false,
    bad: [compose('an env_file that is not there', 'services:', '  web:', '    image: example/web:1', '    env_file: web.env', '#             ^^^^^^^ compose-file-missing')],
    good: GOOD,
  }),
  reading('compose-too-large', {
    summary: 'a file with more values than Compose reads',
    why: 'Compose walks through every value of a document before it does anything else, and gives up after 100,000: some 11,000 services with six labels each. Loading grows with the size long before: 1,000 such services took about 1 second, 10,000 about 20, on two busy cores.',
    severity: 'warning',
    blocking: false,
    bad: [],
    good: GOOD,
  }),
  reading('env-file-syntax', {
    summary: 'an environment file that Compose cannot read',
    why: 'Compose refuses to start with an environment file that has a mistake in it.',
    severity: 'error',
    blocking: true,
    bad: [{ title: 'a name with a blank', files: { '.env': 'SHOP=1\nexport MY NAME=shop\n#      ^^^^^^^ env-file-syntax\n', 'compose.yml': 'services:\n  web:\n    image: example/web:1\n' } }],
    good: [{ title: 'names and values', files: { '.env': 'NAME=shop\n', 'compose.yml': 'services:\n  web:\n    image: example/web:1\n' } }],
  }),
  reading('baseline-stale', {
    summary: 'an entry of the baseline that nothing needs any more',
    why: 'A finding that is gone should leave the baseline, or it hides the next one of its kind at the same place. Blocking findings cannot be in a baseline at all.',
    category: 'style',
    severity: 'warning',
    blocking: false,
    bad: [],
    good: GOOD,
  }),
];
