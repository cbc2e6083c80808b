import { suggest } from '../../diagnostics/index.ts';
import type { OriginId } from '../../text/index.ts';
import { declares } from './neighbours.ts';
import type { Neighbour, Neighbours } from './neighbours.ts';
import { nameOf } from './paths.ts';
import type { Reporter } from './report.ts';

/** What a service needs and no file of the stack has; `image` = it has neither an image nor a build. */
export type What = 'image' | 'service' | 'network' | 'volume' | 'config' | 'secret';

export interface Missing {
  readonly what: What;
  readonly key: string;
  readonly service: string;
  readonly origin: OriginId;
  /** Below the service. */
  readonly field: string;
}

/** The files of the stack as they were named, and what lies beside them. */
export interface Files {
  readonly names: readonly string[];
  readonly neighbours: Neighbours;
}

const SECTIONS: Readonly<Record<What, string>> = { image: 'services', service: 'services', network: 'networks', volume: 'volumes', config: 'configs', secret: 'secrets' };

/**
 * Says what is missing, each name once. Many public files are parts of a project that only work together with others, so
 * this is a warning that names those others; a name that is nearly a declared one is a mistake.
 */
export function reportMissing(missing: readonly Missing[], known: Readonly<Record<Exclude<What, 'image'>, ReadonlyMap<string, unknown>>>, files: Files, reporter: Reporter): void {
  const groups = new Map<string, Missing[]>();
  for (const one of missing) {
    const key = one.what === 'image' ? 'image' : `${one.what} ${one.key}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const meant = new Map([...groups].map(([key, [first]]) => [key, first === undefined || first.what === 'image' ? undefined : suggest(first.key, known[first.what].keys())]));
  const open = missing.filter((one) => meant.get(`${one.what} ${one.key}`) === undefined);
  const user = open.length === 0 ? undefined : userOf(files);
  const together = open.length === 0 || user !== undefined ? undefined : togetherWith(open, files);
  for (const [key, group] of groups) reportGroup(group, { meant: meant.get(key), together, user }, reporter);
}

/** What is known of a name that is missing: a declared name that is near it, files that have it, a file that takes this one in. */
interface Way {
  readonly meant: string | undefined;
  readonly together: string | undefined;
  readonly user: string | undefined;
}

function reportGroup(group: readonly Missing[], { meant, together, user }: Way, reporter: Reporter): void {
  const [first, ...rest] = group;
  if (first === undefined) return;
  reporter.report({
    rule: 'compose-schema',
    severity: meant !== undefined ? 'error' : user === undefined ? 'warning' : 'info',
    message: messageOf(first, rest.length),
    origin: first.origin,
    symbol: first.field === '' ? first.service : `${first.service}/${first.field}`,
    why: 'Compose refuses the file when it is given alone',
    help: meant === undefined ? (user === undefined ? (together ?? ownHelp(first)) : `${user} takes it in: lint that one`) : `write "${meant}"`,
    ...(meant === undefined ? {} : { label: `did you mean "${meant}"?` }),
    ...(rest.length === 0 ? {} : { related: rest.slice(0, 5).map(({ origin, service }) => ({ origin, label: `service "${service}"` })) }),
  });
}

function messageOf({ what, key, service }: Missing, more: number): string {
  const who = more === 0 ? `service "${service}"` : `service "${service}" and ${String(more)} more`;
  if (what === 'image') return `${who} ${more === 0 ? 'has' : 'have'} neither "image" nor "build"`;
  return `${who} ${more === 0 ? 'uses' : 'use'} the ${what} "${key}", which no file declares`;
}

function ownHelp({ what, key }: Missing): string {
  return what === 'image' ? 'name the file that has the rest of the service, too: -f BASE -f THIS' : `declare "${key}" below the top-level "${SECTIONS[what]}:", or name the file that does, too: -f BASE -f THIS`;
}

/** A file nearby that includes the stack's only file, or extends services of it. */
function userOf({ names, neighbours }: Files): string | undefined {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) return undefined;
  const base = nameOf(name);
  const isUse = (line: string): boolean => line.includes(base) && /^\s*(?:-|file:|path:|extends:|include:)/.test(line) && line.split(/[\s"'/[\]{},:]+/).includes(base);
  const user = neighbours.around().find(({ text }) => /^\s*(?:include|extends) *:/m.test(text) && text.includes(base) && text.split('\n').some(isUse));
  return user?.path;
}

/** At most so many files are named together. */
const MOST_PARTS = 3;

/** Which files of the same folder, or else of one nearby, have what is missing: each step takes the one that has the most. */
function togetherWith(missing: readonly Missing[], { names, neighbours }: Files): string | undefined {
  // The rest of a service stands beside it; what many stacks share may stand anywhere.
  const shared = missing.every(({ what }) => what !== 'image' && what !== 'service');
  const parts = cover(missing, neighbours.beside()) ?? (shared ? cover(missing, neighbours.around()) : undefined);
  if (parts === undefined) return undefined;
  const flags = [...parts.map(({ path }) => path), ...names].map((path) => `-f ${path}`).join(' ');
  return `it is a part of a project, lint it with the other: ${flags}`;
}

function cover(missing: readonly Missing[], files: readonly Neighbour[]): readonly Neighbour[] | undefined {
  const parts: Neighbour[] = [];
  let open = missing;
  while (open.length > 0 && parts.length < MOST_PARTS) {
    const left = files.map((file) => ({ file, open: open.filter(({ what, key }) => !declares(file, SECTIONS[what], key)) }));
    const best = left.reduce<(typeof left)[number] | undefined>((a, b) => (a === undefined || b.open.length < a.open.length ? b : a), undefined);
    if (best === undefined || best.open.length === open.length) return undefined;
    parts.push(best.file);
    open = best.open;
  }
  return open.length === 0 ? parts : undefined;
}
