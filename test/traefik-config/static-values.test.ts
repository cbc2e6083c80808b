import { describe, expect, it } from 'vitest';
import { Origins, SourceFile } from '../../src/text/index.ts';
import { readStatic } from '../../src/traefik-config/static/read-static.ts';
import { STATIC_VALUES, withStaticValue } from '../support/static-values.ts';

const BASE = { entryPoints: { web: { address: ':80' }, dns: { address: ':53/udp' } }, providers: { file: { directory: '/etc/traefik' } } };

// Milliseconds; test/engines/static-values.test.ts asks the engine the same.
describe('static values that decode', () => {
  it.each(STATIC_VALUES)('$id', ({ value, exits, says }) => {
    const origins = new Origins();
    const source = new SourceFile('traefik.yml', JSON.stringify(withStaticValue(value, BASE)));
    const read = readStatic({ file: { format: 'yaml', source }, origin: origins.default('proxy') }, { version: '3.7', origins, symbolPrefix: 'shop/traefik' });
    expect(read.exits).toBe(exits !== undefined);
    expect(read.problems.map(({ engineSays }) => engineSays)).toEqual([exits, says].filter((text) => text !== undefined));
    expect(read.problems.every(({ origin }) => origins.firstSpan(origin)?.file === 'traefik.yml')).toBe(true);
  });

  it('waits with values that a variable decides', () => {
    const origins = new Origins();
    const flags = ['--entryPoints.web.address=:80', '--entryPoints.web.forwardedHeaders.trustedIPs=${RANGE}', '--api.basePath=${BASE}', '--log.level=${LEVEL}', '--ping.entryPoint=${POINT}'];
    const command = flags.map((text) => ({ value: { text, holes: [...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? '') }, origin: origins.default('flag') }));
    expect(readStatic({ command, origin: origins.default('proxy') }, { version: '3.7', origins, symbolPrefix: 'shop/traefik' }).problems).toEqual([]);
  });
});
