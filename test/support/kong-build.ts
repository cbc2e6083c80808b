import { expect } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/index.ts';
import type { Routing } from '../../src/ir/index.ts';
import { checkKongYaml, readKongNode } from '../../src/models/kong/index.ts';
import type { KongNode } from '../../src/models/kong/index.ts';
import { kong } from '../../src/targets/kong/index.ts';
import { targetOptions } from './routing-builder.ts';

export interface BuiltNode {
  readonly folder: string;
  readonly node: KongNode;
  readonly yaml: string;
  readonly conf: string;
}
export interface Built {
  readonly diagnostics: readonly Diagnostic[];
  readonly nodes: readonly BuiltNode[];
}

/** Lowers, renders and reads back: whatever comes out must pass the checker and compile in the router. */
export function buildKong(routing: Routing, flavour?: 'expressions' | 'traditional_compatible', settings: Readonly<Record<string, unknown>> = {}): Built {
  const lowered = kong.lower(routing, targetOptions('3.9', settings, flavour));
  if (lowered.plan === undefined) {
    expect(lowered.diagnostics.some((diagnostic) => diagnostic.blocking)).toBe(true);
    return { diagnostics: lowered.diagnostics, nodes: [] };
  }
  const files = new Map(kong.render(lowered.plan).map((file) => [file.path, file.text]));
  const again = kong.render(kong.lower(routing, targetOptions('3.9', settings, flavour)).plan ?? lowered.plan);
  expect(again.map((file) => file.text)).toEqual([...files.values()]);
  const nodes = lowered.plan.nodes.map((plan) => {
    const text = (name: string): string => files.get(plan.folder === '' ? name : `${plan.folder}/${name}`) ?? '';
    const node = readKongNode({ yaml: text('kong.yml'), conf: text('kong.conf'), httpInclude: text('http.inc'), proxyInclude: text('proxy.inc') });
    expect(checkKongYaml(text('kong.yml'), node.flavor)).toEqual([]);
    expect(node.router.faults).toEqual([]);
    expect(node.rules.unknown).toEqual([]);
    return { folder: plan.folder, node, yaml: text('kong.yml'), conf: text('kong.conf') };
  });
  return { diagnostics: lowered.diagnostics, nodes };
}
