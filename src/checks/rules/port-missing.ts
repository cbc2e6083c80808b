import { beside } from '../support/examples.ts';
import { problemRule } from '../support/problem-rule.ts';

const rule = problemRule(
  'port-missing',
  {
    summary: 'a service without a port',
    why: 'Traefik needs the port inside the container. Without a port label it takes the lowest one that the container exposes; if there is none, the whole container is dropped. What an image exposes is not in a Compose file: where neither a label nor ports nor expose name a port, this is counted as not judged.',
    category: 'correctness',
    severity: 'error',
    blocking: true,
    bad: [],
    good: [
      beside('a port label', '  web:', '    image: example/web:1', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)', '      - traefik.http.services.web.loadbalancer.server.port=8080'),
      beside('the image may expose one', '  web:', '    image: example/web:1', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'),
    ],
  },
  ({ problem }) => ({
    message: `service "${problem.subject}" has no port`,
    label: 'no port label, and the container exposes none',
    help: `add the label traefik.http.services.${problem.subject}.loadbalancer.server.port=PORT`,
  }),
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
