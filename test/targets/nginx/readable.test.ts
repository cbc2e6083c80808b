import { expect, test } from 'vitest';
import type { Routing } from '../../../src/ir/index.ts';
import { readNginx } from '../../../src/models/nginx/index.ts';
import { emit } from '../../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, origins, routingOf, targetOptions } from '../../support/routing-builder.ts';

/** Plain gateways must read as somebody would write them: what is the same in all of them stands in included files. */
const ORIGIN = origins.default('test');
const SECURE = middlewareOf('to-https', { redirectScheme: { scheme: 'https', permanent: true } });

const GATEWAYS: Readonly<Record<string, Routing>> = {
  'one host, one endpoint': routingOf(listenerOf({ name: 'web', port: 80 }, [{ name: 'app', rule: 'Host(`app.example.com`)', service: 'http://10.0.0.1:8080' }])),
  'two hosts with prefixes': routingOf(listenerOf({ name: 'web', port: 80 }, [
    { name: 'shop', rule: 'Host(`shop.example.com`)', service: 'http://shop:3000' },
    { name: 'api', rule: 'Host(`shop.example.com`) && PathPrefix(`/api`)', service: 'http://api:8000' },
    { name: 'blog', rule: 'Host(`blog.example.com`) && PathPrefix(`/news`)', service: 'http://blog:2368' },
  ])),
  'TLS with a redirect': {
    ...routingOf(
      listenerOf({ name: 'web', port: 80 }, [{ name: 'app-web', rule: 'Host(`app.example.com`)', service: 'http://10.0.0.1:8080', middlewares: [SECURE] }]),
      listenerOf({ name: 'websecure', port: 443 }, [{ name: 'app', rule: 'Host(`app.example.com`)', service: 'http://10.0.0.1:8080', tls: true }]),
    ),
    certificates: [{ certFile: 'certs/app.pem', keyFile: 'certs/app.key', stores: [], origin: ORIGIN }],
  },
};

test.each(Object.entries(GATEWAYS))('%s', (_, routing) => {
  const { files, refused } = emit(routing, targetOptions('1.22'));
  expect(refused).toEqual([]);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  expect(readNginx(texts).unknown).toBeUndefined();
  expect(texts.get('nginx.conf')).toMatchSnapshot();
  expect(texts.get('nginx.conf')).not.toMatch(/\bmap\b|\$gw_form/);
});

test('what is included is the same for all of them', () => {
  const [one, two] = Object.values(GATEWAYS).map((routing) => emit(routing, targetOptions('1.22')).files);
  const shared = (files: typeof one): readonly string[] => (files ?? []).filter(({ path }) => path !== 'nginx.conf').map(({ path, text }) => `${path}\n${text}`);
  expect(shared(one)).toEqual(shared(two));
  expect(shared(one)).toMatchSnapshot();
});
