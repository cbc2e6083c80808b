// Turns schemas/traefik/*.json into the typed rows that src/traefik-config/keys.ts reads: node scripts/catalogues.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const VERSIONS = ['2.11', '3.7'];

/** Numbers beyond 2^53 stay text. */
const read = (name) => JSON.parse(readFileSync(new URL(`../schemas/traefik/${name}`, import.meta.url), 'utf8').replace(/: (\d{16,})/g, ': "$1"'));

for (const version of VERSIONS) {
  write(`dynamic-${version}`, `schemas/traefik/dynamic.${version}.json and go-types.${version}.json`, dynamicRows(version));
  write(`static-${version}`, `schemas/traefik/static.${version}.json`, staticRows(version), read(`static.${version}.json`).removed ?? {});
}

function dynamicRows(version) {
  const { options } = read(`dynamic.${version}.json`);
  const { types } = read(`go-types.${version}.json`);
  const rows = Object.entries(options).map(([path, option]) => row(path, option, types[path]));
  const internal = Object.entries(types).filter(([path, type]) => type.internal === true && !path.endsWith('*'));
  const entries = Object.entries(types).filter(([path]) => path.endsWith('.*') && options[path] === undefined && !path.includes('.nginxHeaders.'));
  for (const [path, type] of internal) rows.push({ path, type: internalType(type), in: '', go: type.go, kind: type.kind, internal: true, ...pick({ dropped: type.dropped }) });
  for (const [path, type] of entries) rows.push({ path, type: type.kind === 'int' ? 'int' : type.kind === 'slice' ? 'list<string>' : 'object', in: 'FLK', go: type.go, kind: type.kind });
  return rows;
}

function internalType({ go, kind }) {
  if (kind === 'map') return go === 'map[string]string' ? 'map<string,string>' : 'map<string,object>';
  if (kind === 'slice') return 'list<string>';
  if (kind === 'ptr') return /^\*(?:dynamic|tls)\./.test(go) ? 'object' : go === '*http.Header' ? 'string' : go.slice(1);
  return kind === 'uint32' ? 'int' : kind;
}

function staticRows(version) {
  const { options } = read(`static.${version}.json`);
  // The path of the file is an option of the command, not of the configuration.
  const command = { configFile: { t: 'string' } };
  return Object.entries({ ...command, ...options }).map(([path, option]) => row(path, { in: 'FL', ...option }, undefined));
}

function row(path, option, type) {
  const label = option.label === undefined ? undefined : /\.server(?:\.|$)/.test(option.label) && path.endsWith('.servers') ? 'server' : undefined;
  return {
    path,
    type: option.t,
    in: option.in,
    ...pick({ emptyOk: option.emptyOk, default: option.default, always: option.always, label, deprecated: option.deprecated, use: option.use, enum: option.enum, check: option.check, since: option.since, note: option.note }),
    ...pick({ go: type?.go, kind: type?.kind }),
  };
}

function pick(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function write(name, source, rows, removed) {
  rows.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const lines = rows.map((item) => `  ${literal(item)},`);
  const text = [
    `// Generated from ${source} by scripts/catalogues.mjs: do not edit.`,
    `import type { CatalogueRow } from './row.ts';`,
    '',
    'export const rows: readonly CatalogueRow[] = [',
    ...lines,
    '];',
    ...(removed === undefined ? [] : ['', '/** Options that this version refuses to start with, and what to write instead. */', 'export const removed: Readonly<Record<string, string>> = {', ...Object.entries(removed).map(([path, what]) => `  ${quote(path)}: ${quote(what)},`), '};']),
    '',
  ];
  writeFileSync(new URL(`../src/traefik-config/catalogue/${name}.ts`, import.meta.url), text.join('\n'));
}

function literal(value) {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object') return `{ ${Object.entries(value).map(([key, item]) => `${key}: ${literal(item)}`).join(', ')} }`;
  return String(value);
}

function quote(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
