import type { Stack } from '../ir/index.ts';
import { readCompose } from '../sources/compose/index.ts';
import type { SourceHost } from '../sources/source.ts';
import { kongStack, mountedKong } from './kong/find-kong.ts';
import { loadWith } from './load-with.ts';
import type { FileReaders, Sinks } from './load-with.ts';
import { loadSpec } from './spec.ts';
import type { Spec } from './spec.ts';
import type { CompileInput, GatewayInput, Loaded } from './types.ts';

/** Whether anything was there to read: a stack, a gateway.yaml or a file of Kong. */
export function hasInput(loaded: Loaded): boolean {
  return loaded.taken.length > 0;
}

/** Reads and resolves everything that the input names. Never throws for what a file holds. */
export function load(input: CompileInput): Loaded {
  return loadWith(READERS, input);
}

const READERS: FileReaders = { stacks: readStacks, spec: readSpec, mounted: mountedKong };

function readStacks(gateway: GatewayInput, host: SourceHost, sinks: Sinks): readonly Stack[] {
  return gateway.stacks.flatMap((one) => {
    const kong = kongStack(one, host, sinks.origins);
    if (kong !== undefined) {
      sinks.kongFiles.push(kong);
      sinks.taken.push(`${kong.source.path} (declarative file of Kong)`);
      return [];
    }
    const { stack, files, diagnostics } = readCompose(one, host, sinks.origins);
    for (const file of files) sinks.files.set(file.path, file);
    sinks.diagnostics.push(...diagnostics);
    if (stack === undefined) return [];
    const environment = stack.envFiles.length === 0 ? 'no .env' : stack.envFiles.join(' + ');
    sinks.taken.push(`${stack.name} (${stack.files.join(' + ')}, ${environment})`);
    return [stack];
  });
}

function readSpec(gateway: GatewayInput, stacks: readonly Stack[], host: SourceHost, sinks: Sinks): Spec | undefined {
  if (gateway.spec === undefined) return undefined;
  const { spec, files, envFiles, diagnostics } = loadSpec(gateway.spec, stacks, host, sinks.origins);
  for (const file of files) sinks.files.set(file.path, file);
  sinks.diagnostics.push(...diagnostics);
  sinks.taken.push(`${spec?.read.name ?? 'gateway'} (${gateway.spec.files.join(' + ')}, ${envFiles.length === 0 ? 'no .env' : envFiles.join(' + ')})`);
  return spec;
}
