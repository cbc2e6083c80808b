import type { Explained, FailedHost } from '../index.ts';
import { printJson } from '../diagnostics/print-json.ts';
import { paintFor } from './context.ts';
import type { Context, GlobalOptions } from './context.ts';

/** Answers by gateway, one for each entry point that was asked. A machine format is one document, however many there are. */
export async function printExplained(context: Context, flags: GlobalOptions, answers: readonly (readonly Explained[])[], json: boolean, failed: readonly FailedHost[]): Promise<void> {
  const all = answers.flat();
  if (json) {
    const documents = all.map(({ document }) => document);
    const isOne = documents.length === 1 && failed.length === 0;
    context.out(printJson(isOne ? documents[0] : { schema: 'gateway.explain-all/1', gateways: documents, ...(failed.length === 0 ? {} : { errors: failed }) }));
    return;
  }
  const { explainText } = await import('../index.ts');
  const named = new Set(all.map(({ document }) => document.gateway)).size > 1;
  const texts = withoutRepeats(all).map((one) => `${named ? `gateway ${one.document.gateway}\n` : ''}${explainText(one, paintFor(context, flags, 'out'), { all: flags.verbose === true })}`);
  context.out(texts.join('\n'));
}

/** A router that is missing at every entry point for the same reason is told of once. */
function withoutRepeats(all: readonly Explained[]): readonly Explained[] {
  const told = new Set<string>();
  return all.map(({ document }) => {
    const ladders = document.ladders.filter((ladder) => !told.has(JSON.stringify([document.gateway, ladder])));
    for (const ladder of ladders) told.add(JSON.stringify([document.gateway, ladder]));
    return { document: { ...document, ladders } };
  });
}
