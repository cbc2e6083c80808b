import { beside, compose } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';

const SWARM = ['services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --api=true', '      - --entrypoints.web.address=:80', '      - --providers.swarm.exposedbydefault=false', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]'];

const rule = problemRule(
  'port-missing',
  {
    summary: 'a service without a port',
    why: 'Traefik needs the port inside the container. Without a port label it takes the lowest one that the container exposes; if there is none, the whole container is dropped. The Swarm provider sees no ports, so each service needs the label, also one that only has a router to api@internal. What an image exposes is not in a Compose file: where neither a label nor ports nor expose name a port, this is counted as not judged.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    bad: [
      compose('Swarm sees no other ports', ...SWARM, '  web:', '# ^^^ port-missing', '    image: example/web:1', '    expose: ["8080"]', '    deploy:', '      labels:', '        - traefik.enable=true', '        - traefik.http.routers.web.rule=Host(`a.example.com`)'),
    ],
    good: [
      compose('a dashboard in a Swarm, any port serves', ...SWARM.slice(0, -1), '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', '    deploy:', '      labels:', '        - traefik.enable=true', '        - traefik.http.routers.board.rule=Host(`board.example.com`)', '        - traefik.http.routers.board.service=api@internal', '        - traefik.http.services.none.loadbalancer.server.port=9999'),
      beside('a port label', '  web:', '    image: example/web:1', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.services.web.loadbalancer.server.port=8080'),
      beside('the image may expose one', '  web:', '    image: example/web:1', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'),
    ],
  },
  ({ problem }) => problem.loss === 'nothing' ? undefined : {
    message: `service "${problem.subject}" has no port`,
    label: problem.context === 'swarm' ? 'no port label, and the Swarm provider sees no other ports' : 'no port label, and the container exposes none',
    help: `add the label traefik.${problem.ref?.protocol ?? 'http'}.services.${problem.subject}.loadbalancer.server.port=PORT`,
  },
);

/** Without Docker an image's own EXPOSE is not known. */
const withImages: typeof rule = {
  ...rule,
  check(context) {
    rule.check(context);
    for (const gateway of context.gateways) {
      for (const item of gateway.resolved[0]?.unjudged ?? []) {
        if (item.needs === 'image' && item.what === 'port') context.skip({ needs: 'image', subject: item.name, origin: item.origin });
      }
    }
  },
};
export default withImages;
