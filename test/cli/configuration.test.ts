import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { targetNames } from '../../src/index.ts';
import { targets } from '../../src/targets/index.ts';

/** About two seconds. */
function read(text: string): string {
  const found = readConfig('gateway.config.yaml', text);
  return found.kind === 'read' ? 'ok' : found.message;
}

describe('a configuration', () => {
  const GOOD = [
    'gateways:\n  edge: { engine: traefik=3.7, stacks: [a] }\n',
    'build: { to: [traefik, nginx, kong, traefik-labels, traefik-kv], out: dist }\n',
    'targets:\n  nginx: { version: "1.28", resolver: 127.0.0.11, tls: { certificate: a.pem, key: a.key } }\n  kong: { flavour: traditional_compatible, directory: /etc/kong, tls: { certificates: [{ certificate: a, key: b, names: [c] }] } }\n  traefik-kv: { provider: etcd, endpoints: ["a:1"], rootKey: t }\n',
    'approximate: { nginx/middleware.rateLimit: fine }\nrules: { as-of: "0.2", bypass-port: off }\n',
  ];
  it.each(GOOD)('is read: %j', (text) => {
    expect(read(text)).toBe('ok');
  });

  const BAD: readonly (readonly [string, string])[] = [
    ['targets: { ngnix: {} }', 'targets has no option "ngnix", did you mean "nginx"?'],
    ['targets: { nginx: { resolvr: 127.0.0.11 } }', 'targets.nginx has no option "resolvr", did you mean "resolver"?'],
    ['targets: { nginx: { version: 1.30 } }', 'targets.nginx.version must be string (In quotes, e.g. "1.28": 1.30 as a number would be 1.3)'],
    ['targets: { kong: { flavour: expresions } }', 'targets.kong.flavour takes expressions, traditional_compatible, got "expresions", did you mean "expressions"?'],
    ['targets: { nginx: { tls: { certificate: a.pem } } }', "targets.nginx.tls must have required property 'key' (Files of a certificate and its key, and the names that it is for)"],
    ['build: { to: [treafik] }', 'build.to.0 takes traefik, traefik-labels, traefik-kv, nginx, kong, got "treafik", did you mean "traefik"?'],
    ['fail-on: secrity', 'fail-on takes none, security, breaking, any, got "secrity", did you mean "security"?'],
    ['rules: { bypass-port: eror }', 'rules.bypass-port takes error, warning, info, note, off, got "eror", did you mean "error"?'],
    ['gateways: { a: { stacks: [b], engine: traefik=4.0 } }', 'gateways.a.engine must match pattern "^traefik=(2\\.\\d+|3\\.\\d+)(\\.\\d+)?$" (The proxy and its version, e.g. traefik=3.7)'],
  ];
  it.each(BAD)('is refused, by the place and what can stand there: %s', (text, message) => {
    expect(read(text)).toContain(message);
  });

  it('knows the targets, the ways to write Kong and nothing else', () => {
    const schema: { readonly properties: { readonly build: { readonly properties: { readonly to: { readonly items: { readonly enum: readonly string[] } } } }; readonly targets: { readonly properties: { readonly kong: { readonly properties: { readonly flavour: { readonly enum: readonly string[] } } } } } } } = JSON.parse(readFileSync('schemas/gateway.config.schema.json', 'utf8'));
    expect(schema.properties.build.properties.to.items.enum).toEqual(targetNames);
    expect(Object.keys(schema.properties.targets.properties)).toEqual(targetNames);
    expect(schema.properties.targets.properties.kong.properties.flavour.enum).toEqual(Object.keys(targets.find(({ name }) => name === 'kong')?.flavours ?? {}));
  });
});
