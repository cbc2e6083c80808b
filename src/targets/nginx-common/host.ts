import type { HeadersSpec } from '../../ir/index.ts';

/** Go empties or cuts a Host with one of these (ran on 3.7.15). */
const NO_HOST = /[^!$%&'()*+,\-.0-9:;=@A-Z[\]_a-z~]/;

/** Whether a middleware sets a Host that is none: Traefik then sends an empty one. */
export function setsNoHost({ customRequestHeaders }: HeadersSpec): boolean {
  return Object.entries(customRequestHeaders).some(([name, value]) => /^host$/i.test(name) && NO_HOST.test(value));
}
