/** Small stacks that the command line tests share. */
const TRAEFIK = `  traefik:
    image: traefik:v3.7
    command: ["--providers.docker.exposedbydefault=false", "--entrypoints.web.address=:8000"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
`;

function web(...labels: readonly string[]): string {
  const lines = ['traefik.enable=true', 'traefik.http.routers.web.entrypoints=web', 'traefik.http.services.web.loadbalancer.server.port=80', ...labels];
  return `  web:\n    image: example/web:1\n    labels:\n${lines.map((line) => `      - ${line}\n`).join('')}`;
}

const RULE = 'traefik.http.routers.web.rule=Host(`a.example.com`)';

/** Nothing to find. */
export const CLEAN = `services:\n${TRAEFIK}${web(RULE)}`;
/** One blocking error. */
export const BROKEN = `services:\n${TRAEFIK}${web(RULE, 'traefik.http.rotuers.api.rule=Host(`b.example.com`)')}`;
/** A warning, nothing worse. */
export const WARNED = `services:\n${TRAEFIK}${web(RULE).replace('    labels:', '    ports: ["8081:80"]\n    labels:')}`;
/** What nginx and Kong can only approximate. */
export const LIMITED = `services:\n${TRAEFIK}${web(RULE, 'traefik.http.routers.web.middlewares=limit', 'traefik.http.middlewares.limit.ratelimit.average=10')}`;
/** The host comes from a variable. */
export const VARIABLE = `services:\n${TRAEFIK}${web('traefik.http.routers.web.rule=Host(`${HOST_NAME}`)')}`;
/** The host of {@link CLEAN}'s router is another one. */
export function withHost(host: string): string {
  return CLEAN.replace('a.example.com', host);
}
