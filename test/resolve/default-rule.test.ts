import { describe, expect, it } from 'vitest';
import { defaultRule } from '../../src/resolve/docker/default-rule.ts';

const MODEL = { name: 'web-shop', containerName: 'shop-web-1', labels: new Map() };

describe('defaultRule', () => {
  it('cuts the blanks that an action asks for on both of its sides', () => {
    expect(defaultRule('Host(` {{- .Name -}} `) && Path(`/{{ .ContainerName }}`)', MODEL)).toEqual({ kind: 'rule', rule: { text: 'Host(`web-shop`) && Path(`/shop-web-1`)', holes: [] } });
  });

  it('takes no longer for braces that are never closed than it takes to read them', () => {
    const began = performance.now();
    expect(defaultRule('{{'.repeat(200_000), MODEL)).toEqual({ kind: 'unknown' });
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
