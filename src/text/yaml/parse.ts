import type { Origins } from '../origin.ts';
import type { SourceFile } from '../source-file.ts';
import { convertDocument } from './convert.ts';
import type { ConvertState } from './convert.ts';
import { readFast } from './fast/read.ts';
import type { YamlFile, YamlProblem } from './node.ts';
import type { RawDocument } from './raw.ts';
import { readThorough } from './thorough.ts';
import { countValues } from './visits.ts';

/** Nodes that aliases may add to one file: an alias bomb ends here, 1,000 services with a shared block do not. */
const MAX_ALIAS_NODES = 200_000;

/** Readers of YAML have limits of 100,000 values and more; a smaller text cannot hold so many, and is not counted. */
const COUNTED_FROM = 150_000;

/**
 * Reads YAML as Go does into a tree with places. Never throws; a file with problems still gives what could be read.
 * Nothing outside this folder knows which parser stands behind it: a fast one for what most files are written in, and the
 * thorough one for everything else.
 */
export function parseYaml(file: SourceFile, origins: Origins): YamlFile {
  return parseWith(file, origins, (report) => {
    const document = readFast(file.text, origins.next);
    return document === undefined ? readThorough(file.text, report) : [document];
  });
}

/** The same by one reader alone: what the two are compared with. */
export function parseWith(file: SourceFile, origins: Origins, read: (report: ConvertState['report']) => readonly RawDocument[]): YamlFile {
  const problems: YamlProblem[] = [];
  const said = new Set<string>();
  const report: ConvertState['report'] = (message, start, end, more) => {
    const id = `${String(start)} ${message}`;
    if (said.has(id)) return;
    said.add(id);
    const origin = origins.span(file.path, start, end);
    problems.push({ message, start, end, origin, ...more });
  };
  const state: ConvertState = { file, origins, report, budget: MAX_ALIAS_NODES, overBudget: false, lost: new Set() };
  const raw = read(report);
  const docs = raw.map((document) => convertDocument(document, state));
  const root = docs[0];
  const values = file.text.length < COUNTED_FROM ? undefined : Math.max(0, ...raw.map(({ contents, placed }) => placed?.values ?? countValues(contents)));
  return { docs, problems, ...(root === undefined ? {} : { root }), ...(values === undefined ? {} : { values }) };
}
