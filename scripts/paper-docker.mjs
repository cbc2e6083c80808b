// Docker's API with a few containers that only exist on paper: what reads running containers is recorded against it while the
// command line is built, whatever runs (or does not) on the machine that builds.
import { once } from 'node:events';
import { createServer } from 'node:http';

const route = (name, more = {}) => ({ 'traefik.enable': 'true', [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.test\`)`, [`traefik.http.services.${name}.loadbalancer.server.port`]: '8080', ...more });

const CONTAINERS = [
  { name: 'web', labels: route('web', { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', 'traefik.http.routers.web.middlewares': 'cut', 'traefik.http.middlewares.cut.stripprefix.prefixes': '/web' }) },
  { name: 'api', labels: route('api'), state: ['running', 'Up 2 minutes (healthy)'] },
  { name: 'old', labels: route('old'), state: ['created', 'Created'] },
  { name: 'off', labels: { 'traefik.enable': 'false' } },
];

const listed = ({ name, labels, state: [State, Status] = ['running', 'Up 2 minutes'] }, index) => ({
  Id: String(index).padStart(64, '0'), Names: [`/${name}`], Image: 'paper', Labels: labels, State, Status, HostConfig: { NetworkMode: 'n' }, Mounts: [],
  NetworkSettings: { Networks: { n: { IPAddress: `192.0.2.${index + 1}` } } }, Ports: [{ PrivatePort: 8080, Type: 'tcp' }],
});

const ANSWERS = { '/containers/json': CONTAINERS.map(listed), '/version': { Components: [{ Name: 'Engine' }] }, '/info': { Swarm: {} } };

/** @param {(endpoint: string) => Promise<void>} work */
export async function withPaperDocker(work) {
  const server = createServer(({ url }, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(ANSWERS[url.replace(/\?.*/, '')] ?? {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await work(`tcp://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
