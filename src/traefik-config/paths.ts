/** Paths with forward slashes. */

/** As deep as a folder of dynamic files is looked through: one that links to itself has no end. */
export const FOLDER_DEPTH = 8;

export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

/** Joins and removes `.` and `..`; what climbs above the start keeps its `..`. */
export function joinPath(folder: string, path: string): string {
  const whole = isAbsolute(path) || folder === '' || folder === '.' ? path : `${folder}/${path}`;
  const root = whole.startsWith('/') ? '/' : '';
  const out: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || root === '') out.push(part);
  }
  const joined = root + out.join('/');
  return joined === '' ? '.' : joined;
}

/** What is left of `path` below `folder`: empty for the folder itself, undefined when it is elsewhere. */
export function below(folder: string, path: string): string | undefined {
  const clean = joinPath('', folder);
  if (path === clean) return '';
  const prefix = clean === '/' ? '/' : `${clean}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** The same place, told from `folder`; both start where the other does. */
export function pathFrom(folder: string, path: string): string {
  if (isAbsolute(path) || isAbsolute(folder)) return path;
  const from = parts(folder);
  const to = parts(path);
  const shared = to.findIndex((part, at) => part !== from[at]);
  const common = Math.min(shared < 0 ? to.length : shared, from.length);
  // What lies above the start has no name that could be climbed back into.
  if (from.slice(common).includes('..')) return joinPath('', path);
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/') || '.';
}

function parts(path: string): readonly string[] {
  return joinPath('', path).split('/').filter((part) => part !== '.');
}

export function formatOf(path: string): 'yaml' | 'toml' | undefined {
  if (/\.(?:ya?ml|json)$/i.test(path)) return 'yaml';
  return /\.toml$/i.test(path) ? 'toml' : undefined;
}
