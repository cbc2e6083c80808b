/** Variables as Compose writes them: `${NAME:-default}` in a text, and the files that give them values. */
export { readEnvFile } from './dotenv.ts';
export type { EnvEntry, EnvFile } from './dotenv.ts';
export { textOf } from './mark.ts';
export type { Mark, Marked } from './mark.ts';
export { interpolate } from './template.ts';
export type { Interpolated, Lookup, TemplateProblem } from './template.ts';
export { unsetOf } from './unset.ts';
export type { Hole } from './unset.ts';
