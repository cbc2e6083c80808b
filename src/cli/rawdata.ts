import type { EngineState, FailedHost, SourceHost } from '../index.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** What running engines made of their labels, by gateway; the empty name is for all. */
export interface Rawdata {
  readonly engines: ReadonlyMap<string, EngineState>;
  readonly failed: readonly FailedHost[];
}

/** How long an engine may take to say so. */
const PATIENCE_MS = 5000;

/** `[GATEWAY=]FILE` or a URL of `/api/rawdata`; one without a name is for all. A URL that does not answer is a host that was not seen. */
export async function readRawdata(api: Pick<typeof import('../index.ts'), 'readEngineState'>, given: readonly string[], host: SourceHost): Promise<Rawdata> {
  const engines = new Map<string, EngineState>();
  const failed: FailedHost[] = [];
  const asked = await Promise.all(given.map(async (item) => {
    const [, name = '', place = ''] = /^(?:([\w.-]+)=)?(.*)$/s.exec(item) ?? [];
    const isUrl = /^https?:\/\//.test(place);
    return { name, place, isUrl, text: isUrl ? await fetched(place) : { text: host.readFile(place) } };
  }));
  for (const { name, place, isUrl, text } of asked) {
    if ('why' in text) {
      failed.push({ host: place.replace(/\/\/[^/@]*@/, '//'), why: text.why });
      continue;
    }
    const engine = text.text === undefined ? undefined : api.readEngineState(text.text);
    if (engine === undefined) throw new CommandError(EXIT.environment, text.text === undefined ? `cannot read ${place}` : `${isUrl ? 'the answer of the engine' : place} is not what /api/rawdata says`);
    engines.set(name, engine);
  }
  return { engines, failed };
}

/** A line for each engine that did not answer. */
export function enginesNotRead({ failed }: Rawdata): readonly string[] {
  return failed.map(({ host, why }) => `cannot read the engine at ${host}: ${why}`);
}

async function fetched(url: string): Promise<{ readonly text: string } | { readonly why: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' });
    return response.ok ? { text: await response.text() } : { why: `it answers ${String(response.status)}` };
  } catch (error) {
    return { why: error instanceof Error && error.name === 'TimeoutError' ? 'no answer in 5 s' : 'no connection' };
  }
}
