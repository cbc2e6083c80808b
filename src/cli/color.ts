/** What decides about colour, once per stream; the first match wins. */
export interface ColorFacts {
  /** `--color always|never|auto`, `--no-color` = never. */
  readonly flag: 'always' | 'never' | 'auto';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTty: boolean;
}

/** chalk's level: 0 none, 1 basic, 2 256 colours, 3 true colour. chalk 5 alone ignores NO_COLOR on a terminal. */
export function colorLevel({ flag, env, isTty }: ColorFacts): 0 | 1 | 2 | 3 {
  if (flag === 'always') return 1;
  if (flag === 'never') return 0;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forcedLevel(forced);
  if ((env['NO_COLOR'] ?? '') !== '') return 0;
  if (env['TERM'] === 'dumb') return 0;
  return isTty ? 1 : 0;
}

function forcedLevel(value: string): 0 | 1 | 2 | 3 {
  if (value === '0' || value === 'false') return 0;
  if (value === '2') return 2;
  return value === '3' ? 3 : 1;
}
