import type { Example } from '../rule.ts';

/** A text from its lines. */
export function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}

/** A proxy whose static configuration is known: entry points web, websecure, a resolver, no default exposure. */
const PROXY = [
  '  traefik:',
  '    image: traefik:v3.7',
  '    command:',
  '      - --entrypoints.web.address=:80',
  '      - --entrypoints.websecure.address=:443',
  '      - --providers.docker.exposedbydefault=false',
  '      - --certificatesresolvers.letsencrypt.acme.email=admin@example.com',
  '      - --certificatesresolvers.letsencrypt.acme.storage=/acme.json',
  '      - --certificatesresolvers.letsencrypt.acme.tlschallenge=true',
  '    volumes:',
  '      - /var/run/docker.sock:/var/run/docker.sock:ro',
] as const;

const MARKER = /^ *\^+ [a-z0-9-]+$/;

/** Labels of a service as list items; a line of carets marks the label above it. */
export function labelLines(labels: readonly string[]): readonly string[] {
  return labels.map((label) => (MARKER.test(label) ? `#       ${label}` : `      - ${label}`));
}

function service(name: string, labels: readonly string[]): readonly string[] {
  return [`  ${name}:`, '    image: example/web:1', '    expose: ["80"]', '    labels:', ...labelLines(labels)];
}

/** One service `web` behind a proxy that is known. */
export function web(title: string, ...labels: readonly string[]): Example {
  return { title, files: { 'compose.yml': lines('services:', ...PROXY, ...service('web', labels)) } };
}

/** A service `web` with these labels behind a proxy with these lines in its dynamic file. */
export function withDynamic(title: string, labels: readonly string[], dynamic: readonly string[]): Example {
  return {
    title,
    files: {
      'compose.yml': lines(
        'services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --entrypoints.websecure.address=:443', '      - --providers.docker.exposedbydefault=false', '      - --providers.file.filename=/etc/traefik/dynamic.yml',
        '    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro', '      - ./dynamic.yml:/etc/traefik/dynamic.yml:ro',
        ...service('web', ['traefik.enable=true', ...labels]),
      ),
      'dynamic.yml': lines(...dynamic),
    },
  };
}

/** Several services behind a proxy that is known. */
export function services(title: string, all: Readonly<Record<string, readonly string[]>>): Example {
  return { title, files: { 'compose.yml': lines('services:', ...PROXY, ...Object.entries(all).flatMap(([name, labels]) => service(name, labels))) } };
}

/** A whole Compose file. */
export function compose(title: string, ...text: readonly string[]): Example {
  return { title, files: { 'compose.yml': lines(...text) } };
}

/** A Compose file whose other services stand beside the known proxy. */
export function beside(title: string, ...text: readonly string[]): Example {
  return { title, files: { 'compose.yml': lines('services:', ...PROXY, ...text) } };
}

/** The same example for a proxy of the 2.11 line. */
export function onV2(example: Example): Example {
  return { ...example, files: Object.fromEntries(Object.entries(example.files).map(([name, text]) => [name, text.replace('traefik:v3.7', 'traefik:v2.11')])) };
}

/** The known proxy with labels of its own, for its dashboard. */
export function dashboard(title: string, ...labels: readonly string[]): Example {
  const [head = '', ...rest] = PROXY;
  const api = rest.map((line) => (line === '    command:' ? `${line}\n      - --api.dashboard=true` : line));
  return { title, files: { 'compose.yml': lines('services:', head, ...api, '    labels:', ...labelLines(labels)) } };
}
