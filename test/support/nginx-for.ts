import { build, load } from '../../src/index.ts';
import type { Diagnostic } from '../../src/diagnostics/index.ts';

/** One service of a file provider, and what is in front of it, as text for nginx. No engine; well below a second. */
const FILES: Readonly<Record<string, string>> = {
  'compose.yml': 'services:\n  app:\n    image: example/app:1\n    expose: ["8000"]\n    labels: ["traefik.http.routers.w.rule=Host(`w.test`)"]\n',
  'traefik.yml': 'entryPoints:\n  web: { address: ":80" }\nproviders:\n  docker: {}\n  file: { filename: dynamic.yml }\n',
};
const NO_OVERRIDES = { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() };

export const PLAIN = "{ loadBalancer: { servers: [{ url: 'http://10.0.0.1:8000' }] } }";
const OTHER = "{ loadBalancer: { servers: [{ url: 'http://10.0.0.2:8000' }] } }";
const CHECKED = "{ loadBalancer: { healthCheck: { path: /up }, servers: [{ url: 'http://10.0.0.3:8000' }] } }";

interface Outcome {
  readonly text: string | undefined;
  readonly refused: readonly Diagnostic[];
}

/** Builds a dynamic file beside a stack of one service. */
export function builtFor(dynamic: string, targets: readonly string[], allowances: ReadonlyMap<string, string>): ReturnType<typeof build> {
  const files: Readonly<Record<string, string>> = { ...FILES, 'dynamic.yml': dynamic };
  const host = { readFile: (path: string) => files[path.replace(/^\.\//, '')], listFolder: () => undefined };
  const loaded = load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], projectName: 'app', variables: new Map() }], static: 'traefik.yml', dynamic: ['dynamic.yml'], versions: ['3.7'] }], declared: true, host, overrides: NO_OVERRIDES });
  return build(loaded, { targets, versions: new Map(), allowances, inlineSecrets: false, settings: {}, overrides: NO_OVERRIDES });
}

export function nginxFor(dynamic: string, allow: readonly string[] = []): Outcome {
  const { built, diagnostics } = builtFor(dynamic, ['nginx'], new Map(allow.map((feature) => [feature, 'test'])));
  const [one] = built;
  return { text: one?.files?.find(({ path }) => path === 'nginx.conf')?.text, refused: [...diagnostics, ...(one?.diagnostics ?? [])].filter(({ blocking }) => blocking) };
}

export function router(service: string, middleware = ''): string {
  const chain = middleware === '' ? '' : ', middlewares: [m]';
  return `http:\n  routers: { r: { rule: 'Host(\`a.test\`)', service: s${chain} } }\n${middleware === '' ? '' : `  middlewares: { m: ${middleware} }\n`}  services:\n    s: ${service}\n    web: ${PLAIN}\n    other: ${OTHER}\n    checked: ${CHECKED}\n`;
}
