import { containerSymbol, type Container } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { containersOf } from '../support/labels.ts';
import { reportFound } from '../support/model.ts';
import { imageOf } from '../support/proxies.ts';

const REST = ['    command:', '      - --providers.docker.exposedbydefault=false', '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro'] as const;

const rule: LintRule = {
  id: 'proxy-image-floating',
  meta: {
    summary: 'a proxy image without a version',
    why: 'Without a tag, or with "latest", the next pull may bring the next major version: rules in the old syntax stop working, options vanish without a word.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [compose('the newest one', 'services:', '  traefik:', '    image: traefik:latest', '#          ^^^^^^^^^^^^^^ proxy-image-floating', ...REST)],
    good: [
      compose('a version', 'services:', '  traefik:', '    image: traefik:v3.7', ...REST),
      compose('pages behind the proxy', 'services:', '  traefik:', '    image: traefik:v3.7', ...REST, '  pages:', '    image: nginx', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.pages.rule=Host(`a.example.com`)'),
    ],
  },
  check(context) {
    for (const container of containersOf(context)) {
      const image = imageOf(container);
      if (image === undefined || container.image === undefined || !PROXIES.includes(image.name) || isApplication(container, image.name) || !/^(?:latest)?$/.test(image.tag) || container.image.value.text.includes('@')) continue;
      reportFound(context, {
        origin: container.image.origin,
        symbol: `${containerSymbol(container)} image`,
        message: `the image of "${container.id.service}" has no version`,
        label: 'the next pull may bring another major',
        help: `write a version, like ${image.name}:${EXAMPLES[image.name] ?? 'VERSION'}`,
      });
    }
  },
};
export default rule;

/** What stands behind Traefik serves pages, whatever else its image could do. */
function isApplication({ labels }: Container, image: string): boolean {
  return image !== 'traefik' && labels.some(({ key }) => /^traefik\.(?:http|tcp|udp)\./i.test(key.value.text));
}

const PROXIES: readonly string[] = ['traefik', 'kong', 'kong/kong', 'kong/kong-gateway', 'nginx', 'haproxy', 'caddy', 'envoyproxy/envoy'];
const EXAMPLES: Readonly<Record<string, string>> = { traefik: 'v3.7', kong: '3.9', 'kong/kong': '3.9', nginx: '1.28' };
