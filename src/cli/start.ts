import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { isShortRun, limitOptimising } from './v8-flags.ts';

/** What a part of the command line, as the build writes it, evaluates to. */
type Part = (exports: object, require: (name: string) => unknown, module: { readonly exports: object }, url: string) => void;

/** Paths of parts are put together by hand: `path.join` and `pathToFileURL` for each of twenty took several milliseconds of a start. */
const FOLDER = `${__dirname}${path.sep}`;
const FOLDER_URL = pathToFileURL(FOLDER).href;

const isShort = isShortRun(process.argv.slice(2));

/**
 * Where the build left V8's own compiled form of the parts. Only the very Node that made it may read it: another one's would be
 * of no use, and V8 does not check everything by which they can differ. Short runs have flags of their own, and so a form of their own.
 */
const COMPILED = path.join(FOLDER, 'compiled', `${process.version}-${process.platform}-${process.arch}${isShort ? '-short' : ''}`, path.sep);

/** How the build marks what is loaded when something of it is first used (scripts/late-parts.mjs). */
const LATER = 'later:';

const isCompiled = existsSync(COMPILED);
const loaded = new Map<string, { readonly exports: object }>();

/** Modules of this package are parts beside this file, all others are found as from this file. */
function find(name: string): unknown {
  if (name.startsWith(LATER)) return later(name.slice(LATER.length));
  return name.startsWith('./') ? load(name.slice('./'.length)) : require(name);
}

function later(name: string): object {
  let found: object | undefined;
  const module = (): object => (found ??= Object(find(name)));
  return new Proxy({}, { get: (_, key): unknown => Reflect.get(module(), key) });
}

/** Parts are scripts and not modules of Node, since most of the time of a short command goes to parsing, which V8 skips for a script that it knows. */
function load(name: string): object {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  // The compiled form keeps the name that it was made with, and that must hold wherever the package lies. What V8 does not
  // accept it ignores, and compiles as ever.
  const script = new Script(readFileSync(`${FOLDER}${name}`, 'utf8'), { filename: `gateway/dist/cli/${name}`, ...(isCompiled ? { cachedData: compiled(name) } : {}) });
  const part: Part = script.runInThisContext();
  part(module.exports, find, module, `${FOLDER_URL}${name}`);
  return module.exports;
}

function compiled(name: string): Buffer | undefined {
  const file = `${COMPILED}${name}.bin`;
  return existsSync(file) ? readFileSync(file) : undefined;
}

if (isShort) limitOptimising();
load('command.js');
