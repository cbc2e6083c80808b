import type { Place } from '../diagnostics/index.ts';

/** A place in a file of one side: 1-based lines and columns, ends exclusive. */
export interface SidePlace extends Place {
  readonly side: 'old' | 'new';
}

/** `compose.yml:12`, each once: the same line of both sides is one place to a reader. */
export function placeTexts(places: readonly SidePlace[]): readonly string[] {
  return [...new Set(places.map(({ file, line }) => `${file}:${String(line)}`))];
}

/** Where a reader looks first: the new side is the one that is there. */
export function mainPlace(places: readonly SidePlace[]): SidePlace | undefined {
  return places.find(({ side }) => side === 'new') ?? places[0];
}

export function uniquePlaces(places: readonly SidePlace[]): readonly SidePlace[] {
  const seen = new Set<string>();
  return places.filter(({ side, file, line, column }) => {
    const key = [side, file, line, column].join('\0');
    return !seen.has(key) && seen.add(key);
  });
}
