import type { ContainerFacts, SeenHost } from './facts.ts';
import { readInspection } from './inspect.ts';

/** What a file of `docker inspect` holds, or why it is none. */
export type InspectFileRead = { readonly kind: 'read'; readonly seen: SeenHost } | { readonly kind: 'invalid'; readonly message: string };

/**
 * Reads what `docker inspect` printed: a list of containers, also several lists one after another, as `xargs` makes them.
 * @param path what findings call the file
 */
export function readInspectFile(path: string, text: string): InspectFileRead {
  const documents = documentsIn(text.replace(/^\ufeff/, ''));
  if (documents === undefined) return { kind: 'invalid', message: `${path} is not the JSON that docker inspect prints` };
  const items = documents.flatMap((document) => (Array.isArray(document) ? document : [document]));
  const containers: ContainerFacts[] = [];
  const unseen: string[] = [];
  items.forEach((item: unknown, index) => {
    const facts = readInspection(item);
    if (facts === undefined) unseen.push(`object ${String(index + 1)} of ${path}: no container`);
    else containers.push(facts);
  });
  if (containers.length === 0 && items.length > 0) return { kind: 'invalid', message: `${path} holds no container as docker inspect prints it` };
  return { kind: 'read', seen: { host: path, containers, unseen, complete: false } };
}

/** One document, or several in a row: `][` on a line of its own is where one ends and the next begins. */
function documentsIn(text: string): readonly unknown[] | undefined {
  const whole = parsed(text);
  if (whole !== undefined) return [whole.value];
  const parts = text.split(/(?<=^\])\s*(?=^\[)/m).filter((part) => part.trim() !== '');
  const documents = parts.map(parsed);
  return documents.length < 2 || documents.includes(undefined) ? undefined : documents.flatMap((document) => (document === undefined ? [] : [document.value]));
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}
