import type { Explained, ExplainRequest, Loaded, WholeOptions } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError } from './exit-codes.ts';
import { prepare } from './input.ts';
import type { Prepared } from './input.ts';
import type { SourceOptions } from './options.ts';
import type { Rawdata } from './rawdata.ts';

interface Running {
  readonly context: Context;
  readonly flags: SourceOptions;
  /** `--stack`: where git has the stacks. */
  readonly stacks: readonly string[];
  readonly prepared: Prepared;
  readonly loaded: Loaded;
  readonly request: ExplainRequest;
  readonly whole: WholeOptions;
  readonly engines: Rawdata['engines'];
}

/** A server may take so long to accept a connection. */
const PATIENCE_MS = 2000;

/** The answer of every gateway of running containers; files beside it tell what should run and does not. */
export async function explainRunning({ context, flags, stacks, prepared, loaded, request, whole, engines }: Running): Promise<readonly (readonly Explained[])[]> {
  const api = await import('../index.ts');
  const files = await inFiles(context, flags, stacks, prepared);
  return Promise.all(loaded.gateways.map((gateway) => {
    const input = prepared.input.gateways.find(({ name }) => name === gateway.name);
    const hosts = prepared.live?.find(({ name }) => name === gateway.name)?.hosts ?? [];
    const other = files?.gateways.find(({ name }) => name === gateway.name) ?? (files?.gateways.length === 1 ? files.gateways[0] : undefined);
    const engine = engines.get(gateway.name) ?? engines.get('');
    return api.explainLive(loaded, gateway, request, {
      ...whole, timeoutMs: PATIENCE_MS, isLocal: hosts.length > 0 && hosts.every(({ endpoint }) => isLocal(endpoint)), unseen: (input?.seen ?? []).flatMap(({ unseen }) => unseen),
      ...(engine === undefined ? {} : { engine }),
      ...(files === undefined || other === undefined ? {} : { files: { loaded: files, gateway: other } }),
    });
  }));
}

function isLocal(endpoint: string): boolean {
  return /^(?:unix|npipe):/.test(endpoint) || /^(?:tcp|https?):\/\/(?:127\.|localhost\b|\[::1\])/.test(endpoint);
}

/** The stacks that were named, or those of the configuration; a folder that just happens to be here is not asked. */
async function inFiles(context: Context, { live: _, dockerHost: __, ...flags }: SourceOptions, stacks: readonly string[], { config }: Prepared): Promise<Loaded | undefined> {
  if (stacks.length === 0 && !config.gateways.some((gateway) => gateway.stacks.length > 0)) return undefined;
  const { load } = await import('../index.ts');
  try {
    return load((await prepare({ ...context, err: () => undefined }, stacks, flags)).input);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.err(`${error.message}: what git has is not compared\n`);
    return undefined;
  }
}
