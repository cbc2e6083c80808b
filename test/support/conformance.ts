import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { isJsonObject, objectAt } from './json.ts';

/**
 * One engine's numbers over the case table. `equal` = requests that it decides as real Traefik did; `declined` = requests of a declared
 * class that it refuses; `known` = requests of a kind that it is known to decide otherwise; cases that the target refuses to build have no requests.
 */
export interface Column {
  readonly cases: number;
  readonly built: number;
  readonly refused: number;
  readonly equal: number;
  readonly declined: number;
  readonly known: number;
}

const FLOORS = 'fixtures/floors.json';
/** Rows of the test run that is under way: projects and files run in processes of their own. */
const ROWS = 'node_modules/.cache/gateway/conformance.json';
const SAME_RUN_MS = 1_800_000;

/** Adds up one column. */
export class Tally {
  #built = 0;
  #refused = 0;
  #equal = 0;
  #declined = 0;
  #known = 0;
  add(result: 'refused' | { readonly equal: number; readonly declined: number; readonly known: number }): void {
    if (result === 'refused') {
      this.#refused += 1;
      return;
    }
    this.#built += 1;
    this.#equal += result.equal;
    this.#declined += result.declined;
    this.#known += result.known;
  }
  get column(): Column {
    return { cases: this.#built + this.#refused, built: this.#built, refused: this.#refused, equal: this.#equal, declined: this.#declined, known: this.#known };
  }
}

/** Holds a column against its floor and prints the table so far. RECORD=1 writes the floor instead. */
export function settle(name: string, column: Column): void {
  const floors = readObject(FLOORS);
  if (process.env['RECORD'] === '1') writeFileSync(FLOORS, `${JSON.stringify({ ...floors, [name]: column }, null, 1)}\n`);
  else expect(shortfall(column, objectAt(floors, name))).toEqual([]);
  const now = Date.now();
  const known = Object.entries(readObject(ROWS)).filter(([, row]) => isJsonObject(row) && now - Number(row['at']) < SAME_RUN_MS);
  const rows = { ...Object.fromEntries(known), [name]: { ...column, at: now } };
  mkdirSync('node_modules/.cache/gateway', { recursive: true });
  writeFileSync(ROWS, JSON.stringify(rows));
  console.log(table(rows));
}

function shortfall(column: Column, floor: Readonly<Record<string, unknown>>): readonly string[] {
  const kept = ['cases', 'built', 'equal'] as const;
  const less = kept.filter((key) => !(column[key] >= Number(floor[key])));
  const more = column.known > Number(floor['known'] ?? 0) ? (['known'] as const) : [];
  return [...less, ...more].map((key) => `${key}: ${String(column[key])}, was ${String(floor[key])}`);
}

function table(rows: Readonly<Record<string, unknown>>): string {
  const head = ['engine', 'cases', 'built', 'refused', 'equal', 'declined', 'known'];
  const lines = [head, ...Object.keys(rows).sort().map((name) => [name, ...head.slice(1).map((key) => String(objectAt(rows, name)[key]))])];
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return ['conformance', ...lines.map((line) => line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '))].join('\n');
}

function readObject(path: string): Readonly<Record<string, unknown>> {
  const value: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  return isJsonObject(value) ? value : {};
}
