import { explain, explainAll, load, parseRequest } from '../../src/index.ts';
import type { ExplainDocument, ExplainOptions, ExplainRequest, Loaded } from '../../src/index.ts';

export const PROXY = `  traefik:
    image: traefik:v3.7
    command:
      - --entrypoints.web.address=:80
      - --entrypoints.websecure.address=:443
      - --providers.docker.exposedbydefault=false
      - --experimental.plugins.geo.modulename=example.com/geo
      - --experimental.plugins.geo.version=v1.0.0
      - --providers.docker.constraints=Label(\`tier\`,\`public\`)
    networks: [edge]
`;

/** One service of a Compose file, with labels. */
export function service(name: string, labels: readonly string[], more = '    expose: ["8000"]\n    networks: [edge]\n'): string {
  return `  ${name}:\n    image: example/${name}:1\n${more}    labels:\n${['tier=public', 'traefik.enable=true', ...labels].map((label) => `      - ${JSON.stringify(label)}\n`).join('')}`;
}

/** Services behind the proxy, as stack `shop`, from memory. */
export function loaded(...services: readonly string[]): Loaded {
  const text = `name: shop\nservices:\n${PROXY}${services.join('')}networks:\n  edge: {}\n  back: {}\n`;
  const host = { readFile: (path: string) => (path === 'compose.yml' ? text : undefined), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [] }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

export function request(line: string, headers: readonly string[] = []): ExplainRequest {
  const parsed = parseRequest(line.split(' '), { headers, clientIp: '192.0.2.1' });
  if (parsed.kind === 'invalid') throw new Error(parsed.message);
  return parsed.request;
}

/** What explain says to a request of one gateway. */
export function explained(stack: Loaded, line: string, options: ExplainOptions & { readonly headers?: readonly string[] } = {}): ExplainDocument {
  return explain(stack, gatewayOf(stack), request(line, options.headers), options).document;
}

export function everywhere(stack: Loaded, line: string): readonly ExplainDocument[] {
  return explainAll(stack, gatewayOf(stack), request(line)).map(({ document }) => document);
}

export function gatewayOf(stack: Loaded): Loaded['gateways'][number] {
  const [gateway] = stack.gateways;
  if (gateway === undefined) throw new Error('nothing was loaded');
  return gateway;
}
