import type { Example } from '../rule.ts';
import { lines } from './examples.ts';

/** A DB-less node and the declarative file that it mounts; marks stand in `kong.yml`. */
export function kongFile(title: string, ...text: readonly string[]): Example {
  const compose = lines('services:', '  kong:', '    image: kong:3.9.1', '    environment:', '      KONG_DATABASE: "off"', '      KONG_DECLARATIVE_CONFIG: /kong/kong.yml', '    volumes:', '      - ./kong.yml:/kong/kong.yml:ro');
  return { title, files: { 'compose.yml': compose, 'kong.yml': lines('_format_version: "3.0"', ...text) } };
}

/** Routes of one service, each as the lines of a list item. */
export function kongRoutes(title: string, ...routes: readonly string[]): Example {
  return kongFile(title, 'services:', '  - name: api', '    url: http://api:8000', '    routes:', ...routes);
}
