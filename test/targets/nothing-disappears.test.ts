import { expect, test } from 'vitest';
import { applyOverrides, build } from '../../src/index.ts';
import type { Loaded } from '../../src/index.ts';
import type { Routing } from '../../src/ir/index.ts';
import { mapMiddlewares } from '../../src/compile/validation/map-middlewares.ts';
import { backendNames, readCase } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { decisionOf, type Recorded } from '../support/decisions.ts';
import { loadCase, overridesOf } from '../support/emitted.ts';
import { memoryRuntime } from '../support/memory-run.ts';
import { writeCase } from '../support/gen/compose.ts';
import { leafChanges, type LeafChange } from '../support/gen/leaves.ts';
import { gatewayOf } from '../support/gen/run.ts';
import type { GatewaySpec } from '../support/gen/spec.ts';
import { tempFolder } from '../support/temp-folder.ts';

/**
 * Whatever a label says and a request can notice must stand in the output of every target that builds: one word of a generated
 * gateway is changed at a time, and where the runtime then decides otherwise no target may write the same files as before. About
 * 8 seconds for 20 gateways and two such changes of each, and 2 for the planted leaf; FULL takes 200 gateways and all changes.
 */
const FULL = process.env['FULL'] === '1';
const SEED = 20_264;
const GATEWAYS = FULL ? 200 : 20;
const CHANGES = FULL ? Number.POSITIVE_INFINITY : 12;
const NOTICED = FULL ? Number.POSITIVE_INFINITY : 2;
const TARGETS = ['traefik', 'traefik-labels', 'traefik-kv', 'nginx', 'kong'] as const;
const PORTS = { web: 20_080, alt: 20_081, websecure: 20_443 };
/** Beside the cases, so that addresses are its own. */
const INDEX = 45_000;

/** A gateway as it is read, and what the runtime makes of its requests. */
interface Reading {
  readonly one: Case;
  readonly loaded: Loaded;
  readonly decisions: readonly string[];
}

/** What is given to the targets in place of the routing: a plant shows that the test would see one that forgets something. */
type Plant = (routing: Routing) => Routing;

interface Found {
  readonly lost: readonly string[];
  readonly noticed: number;
}

test(`nothing disappears: ${String(GATEWAYS)} gateways of seed ${String(SEED)}`, { timeout: FULL ? 7_200_000 : 120_000 }, async () => {
  const { lost, noticed } = await search([...Array(GATEWAYS).keys()], (spec, number) => sample(leafChanges(spec), number), (routing) => routing);
  expect(lost).toEqual([]);
  // Otherwise nothing was tried.
  expect(noticed).toBeGreaterThan(GATEWAYS);
});

test('a leaf that the targets do not look at is found', { timeout: 120_000 }, async () => {
  const forgetsHeaders: Plant = (routing) => mapMiddlewares(routing, (one) => (one.spec.kind === 'headers' ? { ...one, spec: { ...one.spec, customRequestHeaders: {}, customResponseHeaders: {} } } : one));
  const found = (lost: readonly string[]): boolean => lost.some((line) => line.includes(', nginx: middleware '));
  // The first one of this seed that shows it; a generator that changes makes it look further.
  const numbers = Array.from({ length: 60 }, (_, at) => 31 + at);
  const { lost } = await search(numbers, (spec) => leafChanges(spec).filter(({ what }) => /\(headers\): /.test(what)), forgetsHeaders, found);
  expect(found(lost)).toBe(true);
  // The Traefik targets print what was declared, not the routing that was planted.
  expect(lost.some((line) => line.includes(', traefik'))).toBe(false);
});

async function search(numbers: readonly number[], changesOf: (spec: GatewaySpec, number: number) => readonly LeafChange[], plant: Plant, enough: (lost: readonly string[]) => boolean = () => false): Promise<Found> {
  const folder = await tempFolder();
  const lost: string[] = [];
  let noticed = 0;
  try {
    for (const number of numbers) {
      if (enough(lost)) break;
      const { spec, requests } = gatewayOf(SEED, number, 40);
      const changes = changesOf(spec, number);
      if (changes.length === 0) continue;
      const before = await read(folder.path, spec, requests);
      const written = filesOf(before, plant);
      let here = 0;
      for (const change of changes) {
        const after = await read(folder.path, change.spec, requests);
        if (same(before.decisions, after.decisions)) continue;
        const now = filesOf(after, plant);
        for (const target of TARGETS) if (written.has(target) && written.get(target) === now.get(target) && !isNamed(target, before, after)) lost.push(`gateway ${String(number)}, ${target}: ${change.what}`);
        noticed += 1;
        here += 1;
        if (here >= NOTICED) break;
      }
    }
  } finally {
    await folder.remove();
  }
  return { lost, noticed };
}

/** The verdict of middleware.headers.customResponse says that Kong's own answers carry the headers of middlewares behind the one that answers. */
function isNamed(target: string, before: Reading, after: Reading): boolean {
  const bare = ({ decisions }: Reading): readonly string[] => decisions.map((decision) => {
    const { backend, headers, ...rest } = JSON.parse(decision) as Recorded;
    return JSON.stringify(backend === undefined ? { ...rest, headers: headers.filter((line) => line.startsWith('Location: ')) } : decision);
  });
  return target === 'kong' && same(bare(before), bare(after));
}

/** Spread over the whole gateway: the first ones are all of its first router. */
function sample(changes: readonly LeafChange[], number: number): readonly LeafChange[] {
  if (changes.length <= CHANGES) return changes;
  const step = changes.length / CHANGES;
  return Array.from({ length: CHANGES }, (_, at) => changes[Math.floor((at * step + number) % changes.length)]).flatMap((change) => (change === undefined ? [] : [change]));
}

async function read(folder: string, spec: GatewaySpec, requests: readonly string[]): Promise<Reading> {
  writeCase(`${folder}/generated`, spec, requests);
  const one = readCase('generated', INDEX, folder);
  const loaded = loadCase(one, overridesOf(one, INDEX, PORTS));
  const resolved = loaded.gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, overridesOf(one, INDEX, PORTS));
  const runtime = memoryRuntime(routing, backendNames(one, INDEX));
  const decisions = one.requests.map(({ text, probe }) => JSON.stringify(decisionOf(text, runtime.ask(probe))).replace(/(nonce|opaque)=\\"[^"\\]*\\"/g, '$1'));
  return { one, loaded, decisions };
}

/** What is written, by target: not there where it refuses, which names its reason. Files that contradict the labels count too. */
function filesOf({ one, loaded: found }: Reading, plant: Plant): ReadonlyMap<string, string> {
  const loaded = { ...found, gateways: found.gateways.map((gateway) => ({ ...gateway, resolved: gateway.resolved.map((resolved) => ({ ...resolved, routing: plant(resolved.routing) })) })) };
  const settings = { nginx: { tls: { certificate: 'a.pem', key: 'a.key' } } };
  const { built, diagnostics } = build(loaded, { targets: TARGETS, versions: new Map(), allowances: new Map(), inlineSecrets: true, settings, overrides: overridesOf(one, INDEX, PORTS), acceptUnverified: 'the files themselves are looked at' });
  return new Map(built.flatMap(({ target, files, diagnostics: own }) => {
    if (files !== undefined) return [[target, JSON.stringify(files)]];
    if (![...diagnostics, ...own].some(({ blocking }) => blocking)) throw new Error(`${target} writes nothing and does not say why`);
    return [];
  }));
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.every((decision, index) => decision === other[index]);
}
