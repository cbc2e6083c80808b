/** Paths with forward slashes, relative to the working directory or absolute. */

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  if (at === -1) return '.';
  return at === 0 ? '/' : path.slice(0, at);
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
}

/** Joins and removes `.` and `..`; what climbs above the working directory keeps its `..`. */
export function join(folder: string, path: string): string {
  if (isAbsolute(path)) return normal(path);
  return normal(folder === '.' || folder === '' ? path : `${folder}/${path}`);
}

function normal(path: string): string {
  const root = path.startsWith('/') ? '/' : '';
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || root === '') out.push(part);
  }
  const joined = root + out.join('/');
  return joined === '' ? '.' : joined;
}

/** `path` as seen from `folder`, both below the working directory or both absolute. */
export function relativeTo(folder: string, path: string): string {
  if (isAbsolute(folder) !== isAbsolute(path)) return path;
  const from = folder === '.' ? [] : normal(folder).split('/');
  const to = normal(path).split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared += 1;
  const up = from.slice(shared).map(() => '..');
  const rest = [...up, ...to.slice(shared)].join('/');
  return rest === '' ? '.' : rest;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `https://`, `git@`, `oci://`: Compose fetches these itself. */
export function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path) || path.startsWith('git@') || path.startsWith('github.com/');
}
