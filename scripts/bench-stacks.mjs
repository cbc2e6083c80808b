// The stacks that `npm run bench` reads. What a file costs depends on what else stands in it beside labels, so there are two shapes.

const proxy = (networks, resolvers) => [
  'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --providers.docker.exposedbydefault=false', '      - --entrypoints.web.address=:80',
  ...resolvers, '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', ...networks,
];

/** Labels and next to nothing else: ten lines and six labels a service, a router and a middleware in each. The dearest stack for its length. */
export function labelsOnly(services) {
  const lines = proxy([], []);
  for (let index = 0; index < services; index += 1) {
    const name = `app${index}`;
    lines.push(`  ${name}:`, `    image: example/app:${index}`, '    labels:', '      - traefik.enable=true', `      - traefik.http.routers.${name}.rule=Host(\`${name}.example.com\`) && PathPrefix(\`/api\`)`, `      - traefik.http.routers.${name}.entrypoints=web`, `      - traefik.http.routers.${name}.middlewares=strip${index}`, `      - traefik.http.middlewares.strip${index}.stripprefix.prefixes=/api`, `      - traefik.http.services.${name}.loadbalancer.server.port=8080`);
  }
  return `${lines.join('\n')}\n`;
}

const LE = ['      - --entrypoints.websecure.address=:443', '      - --certificatesresolvers.le.acme.email=ops@example.com', '      - --certificatesresolvers.le.acme.storage=/letsencrypt/acme.json', '      - --certificatesresolvers.le.acme.tlschallenge=true'];

const begin = (name, index) => [`  ${name}:`, `    image: example/${name}:1.${index}`, `    container_name: ${name}`, '    restart: unless-stopped'];

/** An application with its HTTPS router, the redirection to it, and what else an application has. */
const app = (index) => {
  const name = `app${index}`;
  return [
    ...begin(name, index), '    depends_on:', `      - db${index}`, `      - cache${index}`, '    environment:', '      - TZ=Europe/Berlin', `      - APP_URL=https://${name}.example.com`, `      - DATABASE_HOST=db${index}`, '      - DATABASE_NAME=app', `      - REDIS_URL=redis://cache${index}:6379/0`,
    '    volumes:', `      - ${name}-data:/var/lib/app`, `      - ./${name}/config:/config:ro`, '    networks:', '      - proxy', '      - default', '    labels:', '      - traefik.enable=true', '      - traefik.docker.network=proxy',
    `      - traefik.http.routers.${name}-http.rule=Host(\`${name}.example.com\`)`, `      - traefik.http.routers.${name}-http.entrypoints=web`, `      - traefik.http.routers.${name}-http.middlewares=${name}-https`, `      - traefik.http.middlewares.${name}-https.redirectscheme.scheme=https`,
    `      - traefik.http.routers.${name}.rule=Host(\`${name}.example.com\`)`, `      - traefik.http.routers.${name}.entrypoints=websecure`, `      - traefik.http.routers.${name}.tls.certresolver=le`, `      - traefik.http.routers.${name}.middlewares=${name}-headers`, `      - traefik.http.middlewares.${name}-headers.headers.stsseconds=31536000`,
    `      - traefik.http.services.${name}.loadbalancer.server.port=8080`,
  ];
};

const database = (index) => [
  ...begin(`db${index}`, index), '    environment:', '      POSTGRES_DB: app', '      POSTGRES_USER: app', '      POSTGRES_PASSWORD_FILE: /run/secrets/db', '    volumes:', `      - db${index}-data:/var/lib/postgresql/data`, '    networks:', '      - default',
  '    healthcheck:', '      test: ["CMD-SHELL", "pg_isready -U app"]', '      interval: 10s', '      timeout: 5s', '      retries: 5',
];

const cache = (index) => [
  ...begin(`cache${index}`, index), '    command: ["redis-server", "--save", "60", "1", "--loglevel", "warning"]', '    volumes:', `      - cache${index}-data:/data`, '    networks:', '      - default', '    logging:', '      driver: json-file', '      options:', '        max-size: 10m', '        max-file: "3"',
];

/**
 * As public files are: 174 Compose files with Traefik's labels of six repositories have 24 lines (without comments) and 3.9 labels a
 * service, 12 where there are any. Here it is an application, its database and its cache: 22 lines and 4 labels a service.
 */
export function asPublished(services) {
  const indexes = Array.from({ length: Math.ceil(services / 3) }, (_, index) => index);
  const volumes = indexes.flatMap((index) => ['app', 'db', 'cache'].map((name) => `  ${name}${index}-data:`));
  return `${[...proxy(['      - letsencrypt:/letsencrypt', '    networks:', '      - proxy'], LE), ...indexes.flatMap((index) => [...app(index), ...database(index), ...cache(index)]), 'networks:', '  proxy:', '    external: true', 'volumes:', '  letsencrypt:', ...volumes].join('\n')}\n`;
}
