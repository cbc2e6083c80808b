import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Middleware, Route } from '../../ir/index.ts';
import type { OutputFile, TargetOptions } from '../target.ts';
import type { Forwarding, HeaderLine } from './forwarded.ts';
import type { PathState } from './path-state.ts';
import type { Part, Statement, Word } from './plan.ts';
import type { Sheet } from './sheet.ts';
import type { Pool } from './upstreams.ts';

/** nginx runs fixed phases: a middleware that may answer does so in one of them. */
export const PHASES = { rewrite: 1, limit: 2, allow: 3, basic: 4, request: 5 } as const;
export type Phase = keyof typeof PHASES;

/** Something that may answer instead of the endpoint. */
export interface Responder {
  readonly phase: Phase;
  readonly statements: (place: Place) => readonly Statement[];
  /** nginx itself answers in a location that it looked for and that proxies, with the headers of that location. */
  readonly early?: true;
  /** It may lead to a path, which nginx would make a URL of. */
  readonly relative?: true;
  /** What its answer carries, where that is not what the chain has set so far. */
  readonly response?: readonly ResponseHeader[];
}

/** The location that a responder stands in: `named` ones skip checks that nginx makes when it looks for a location. */
export interface Place {
  readonly named: boolean;
  readonly proxies: boolean;
}

/** A header of the response: what the endpoint said is hidden, ours is added where there is one. */
export interface ResponseHeader {
  readonly name: string;
  readonly value?: Word;
}

/** What a chain has changed so far. */
export interface ChainState {
  readonly path: PathState;
  /** Whether a middleware has written the request target anew: undefined = never; parts = where they are not empty together. */
  readonly rewritten?: 'always' | readonly Part[];
  readonly request: readonly HeaderLine[];
  readonly response: readonly ResponseHeader[];
  /** Directives of the location that proxies. */
  readonly settings: readonly Statement[];
  /** Only requests that came by HTTPS get here, whatever the listener speaks. */
  readonly secure?: true;
  /** The smallest limit on bodies so far. */
  readonly bodyLimit?: number;
  /** Locations beside it. */
  readonly beside: readonly Location[];
}

export interface Location {
  readonly words: readonly string[];
  readonly statements: readonly Statement[];
}

/** What one middleware does: a changed state, perhaps an answer of its own. `ends`: it always answers. */
export interface Step {
  readonly state: ChainState;
  readonly respond?: readonly Responder[];
  readonly ends?: boolean;
}

/** What a middleware may look at and write to. */
export interface Site {
  readonly sheet: Sheet;
  readonly forwarding: Forwarding;
  readonly tls: boolean;
  readonly route: Route;
  readonly middleware: Middleware;
  readonly options: TargetOptions;
  readonly outputs: Outputs;
}

/** What is collected over the whole gateway. */
export interface Outputs {
  readonly diagnostics: Diagnostic[];
  readonly files: Map<string, OutputFile>;
  readonly pools: Map<string, Pool | undefined>;
  /** Names that must stay the same however often a route is written: by key. */
  readonly kept: Map<string, string>;
}

/** The same name for the same key. */
export function keptName(site: Pick<Site, 'outputs' | 'sheet'>, key: string, wish: string): string {
  const known = site.outputs.kept.get(key);
  if (known !== undefined) return known;
  const name = site.sheet.names.pick(wish);
  site.outputs.kept.set(key, name);
  return name;
}

/** Replaces every header of that name. */
export function withHeader(lines: readonly HeaderLine[], line: HeaderLine): readonly HeaderLine[] {
  const lower = line.name.toLowerCase();
  const index = lines.findIndex((other) => other.name.toLowerCase() === lower);
  if (index < 0) return [...lines, line];
  return lines.flatMap((other, at) => (at === index ? [line] : other.name.toLowerCase() === lower ? [] : [other]));
}

/** A directive may stand once in a location: the later one of that name counts. */
export function withSettings(settings: readonly Statement[], added: readonly Statement[]): readonly Statement[] {
  const names = new Set(added.map(nameOf));
  return [...settings.filter((statement) => !names.has(nameOf(statement))), ...added];
}

/** The directive's own word. */
export function nameOf(statement: Statement): string {
  const [first] = statement.kind === 'directive' ? statement.words : [];
  return first?.kind === 'word' ? first.text : '';
}

export function withResponseHeader(lines: readonly ResponseHeader[], line: ResponseHeader): readonly ResponseHeader[] {
  return [...lines.filter((other) => other.name.toLowerCase() !== line.name.toLowerCase()), line];
}
