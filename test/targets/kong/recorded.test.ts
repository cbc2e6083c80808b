import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { answer, readKongNode } from '../../../src/models/kong/index.ts';
import type { KongNode } from '../../../src/models/kong/index.ts';
import { entriesOf } from '../../../src/models/kong/classic.ts';
import { readTarget } from '../../../src/models/kong/front/request-line.ts';
import { rawField, routerRequest } from '../../../src/models/kong/request.ts';
import { decodeUtf8 } from '../../../src/models/kong/uri.ts';
import { isList, isObject, objectAt, objectsAt, stringAt, toJson } from '../../../src/models/kong/value.ts';
import type { JsonObject } from '../../../src/models/kong/value.ts';
import { kong } from '../../../src/targets/kong/index.ts';
import type { EntryPoint, Routing } from '../../../src/ir/index.ts';
import { atcMatcher, loadAtcRouter } from '../../support/atc-router.ts';
import { plainProbe, recording } from '../../support/kong-recordings.ts';
import { listenerOf, middlewareOf, routingOf, targetOptions } from '../../support/routing-builder.ts';

vi.setConfig({ testTimeout: 60_000 });

/**
 * The rule sets that real Traefik 3.7.15 was asked with 241 hostile targets: what we compile them to decides the same on
 * request classes P and R, and never forwards otherwise anywhere.
 */
const recorded = recording('traefik/paths.json');
const root = isObject(recorded) ? recorded : {};
const sets = objectAt(root, 'sets');

function routingOfSet(set: JsonObject): Routing {
  const written = toJson(parse(stringAt(set, 'middlewares') ?? ''));
  const middlewares = new Map(Object.entries(isObject(written) ? written : {}).flatMap(([name, value]) => (isObject(value) ? [[name, middlewareOf(name, value)]] : [])));
  const routers = objectsAt(set, 'routers').map((router) => {
    const chain = router['middlewares'];
    return {
      name: stringAt(router, 'name') ?? '',
      rule: stringAt(router, 'rule') ?? '',
      priority: Number(router['priority']),
      middlewares: (isList(chain) ? chain : []).flatMap((name) => middlewares.get(String(name)) ?? []),
      service: `http://127.0.0.1:${String(19_200 + Number(stringAt(router, 'backend')?.slice(1)))}`,
    };
  });
  return routingOf(listenerOf(entryPointOf(set), routers));
}

function entryPointOf(set: JsonObject): Partial<EntryPoint> {
  const written = toJson(parse(stringAt(set, 'entryPoint') ?? ''));
  const http = isObject(written) ? objectAt(written, 'http') : {};
  const denied = objectAt(http, 'encodedCharacters');
  const characters = { allowEncodedSlash: false, allowEncodedBackSlash: false, allowEncodedNullCharacter: false, allowEncodedSemicolon: false, allowEncodedPercent: false, allowEncodedQuestionMark: false, allowEncodedHash: false };
  return { sanitizePath: http['sanitizePath'] !== false, ...(Object.keys(denied).length === 0 ? {} : { encodedCharacters: characters }) };
}

function build(set: JsonObject, flavour?: string): ReadonlyMap<string, string> {
  const lowered = kong.lower(routingOfSet(set), targetOptions('3.9', {}, flavour));
  expect(lowered.diagnostics).toEqual([]);
  return new Map((lowered.plan === undefined ? [] : kong.render(lowered.plan)).map((file) => [file.path, file.text]));
}

function nodeOf(files: ReadonlyMap<string, string>, withIncludes: boolean): KongNode {
  const text = (name: string): string => files.get(name) ?? '';
  return readKongNode({ yaml: text('kong.yml'), conf: text('kong.conf'), ...(withIncludes ? { httpInclude: text('http.inc'), proxyInclude: text('proxy.inc') } : {}) });
}

const P = /^\/(?:(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~!$&'()*+,;=:@[\]-]+(?:\/(?!\.{1,2}(?:[/?]|$))[A-Za-z0-9._~!$&'()*+,;=:@[\]-]+)*\/?)?(?:\?.*)?$/s;
const R = /^\/(?:(?!\.{1,2}(?:[/?]|$))(?:[A-Za-z0-9._~!$&'()*+,;=:@[\]-]|%(?:2[1346-9A-CF]|3[ABDF]|40|5[BD]|25))+(?:\/(?!\.{1,2}(?:[/?]|$))(?:[A-Za-z0-9._~!$&'()*+,;=:@[\]-]|%(?:2[1346-9A-CF]|3[ABDF]|40|5[BD]|25))+)*\/?)?(?:\?.*)?$/s;
const U = /^(?!.*\/(?:\.|%2[eE]){1,2}(?:\?|$))\/(?:[^%?#\x00-\x1f\x7f]|%(?!2[1346-9A-Ca-cFf]|3[ABDFabdf]|40|5[BDbd]|25|[01]|7[Ff])[0-9A-Fa-f][0-9A-Fa-f])*(?:\?[^#]+)?$/s;
const classOf = (target: string): string => (P.test(target) ? 'P' : R.test(target) ? 'R' : U.test(target) ? 'U' : 'X');

interface Verdict {
  readonly target: string;
  readonly class: string;
  /** equal, h Host only, t target, r router, K only Kong refuses, T only Traefik refuses, s both refuse. */
  readonly letter: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

function judge(node: KongNode, set: string): readonly Verdict[] {
  return objectsAt(root, 'observations').filter((entry) => entry['set'] === set).map((entry) => {
    const target = stringAt(entry, 'target') ?? '';
    const got = answer(node, plainProbe(target));
    const router = got.match?.route.tags.find((tag) => tag.startsWith('router:'))?.slice(7).replace(/@file$/, '').replace(/%(25|2F|2C)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    const theirs = entry['status'] === 200 ? { router: entry['router'], target: entry['upstream'], host: entry['host'] } : { status: entry['status'] };
    const mine = got.forward === undefined ? { status: got.status } : { router, target: got.forward.target, host: got.forward.host };
    return { target, class: classOf(target), letter: letterOf(mine, theirs), mine, theirs };
  });
}

type Side = { readonly status?: unknown; readonly router?: unknown; readonly target?: unknown; readonly host?: unknown };

function letterOf(mine: Side, theirs: Side): string {
  if (mine.status !== undefined) return theirs.status === undefined ? 'K' : mine.status === theirs.status ? 'equal' : 's';
  if (theirs.status !== undefined) return 'T';
  if (mine.router !== theirs.router) return 'r';
  return mine.target !== theirs.target ? 't' : mine.host !== theirs.host ? 'h' : 'equal';
}

function counts(verdicts: readonly Verdict[]): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const out: Record<string, Record<string, number>> = {};
  for (const verdict of verdicts) {
    const row = (out[verdict.class] ??= {});
    row[verdict.letter] = (row[verdict.letter] ?? 0) + 1;
  }
  return out;
}

describe.each(Object.keys(sets))('set %s', (set) => {
  const files = build(objectAt(sets, set));

  it('never forwards otherwise, and refuses what it cannot decide, with the node files', () => {
    const verdicts = judge(nodeOf(files, true), set);
    expect(verdicts.filter((verdict) => ['h', 't', 'r', 'T'].includes(verdict.letter))).toEqual([]);
    expect(counts(verdicts)).toMatchSnapshot();
  });

  it('differs without the node files as real Kong did', () => {
    const verdicts = judge(nodeOf(files, false), set);
    const wrong = verdicts.filter((verdict) => verdict.class === 'P' || verdict.class === 'R').filter((verdict) => verdict.letter !== 'equal');
    // A query with `;` or `#`, and a request line over nginx's buffer.
    expect(wrong.filter((verdict) => !/\?.*[;#]/.test(verdict.target) && verdict.target.length < 8000)).toEqual([]);
  });
});

describe('the traditional_compatible flavour', () => {
  it.each(['literal', 'denyencoded'])('decides the same: %s', (set) => {
    const verdicts = judge(nodeOf(build(objectAt(sets, set), 'traditional_compatible'), true), set);
    expect(counts(verdicts)).toEqual(counts(judge(nodeOf(build(objectAt(sets, set)), true), set)));
    expect(verdicts.filter((verdict) => ['h', 't', 'r', 'T'].includes(verdict.letter))).toEqual([]);
  });
  it.each(['regexp', 'literal2', 'strip'])('refuses what it has no form for: %s', (set) => {
    const lowered = kong.lower(routingOfSet(objectAt(sets, set)), targetOptions('3.9', {}, 'traditional_compatible'));
    expect(lowered.plan).toBeUndefined();
    expect(lowered.diagnostics.map((diagnostic) => diagnostic.rule)).toContain('target-unsupported');
  });
});

describe('the real router engine', () => {
  let atc: Awaited<ReturnType<typeof loadAtcRouter>>;
  beforeAll(async () => {
    atc = await loadAtcRouter();
  });
  it.each(Object.keys(sets))('finds the same route: %s', (set) => {
    const node = nodeOf(build(objectAt(sets, set)), true);
    const ordered = node.file.routes.flatMap((route) => entriesOf(route, 'expressions')).sort((a, b) => (a.priority > b.priority ? -1 : 1));
    const engine = atcMatcher(atc, ordered.map((entry) => entry.expression), node.router.fields);
    expect(engine.faults).toEqual([]);
    const differences = objectsAt(root, 'observations').filter((entry) => entry['set'] === set).flatMap((entry) => {
      const probe = plainProbe(stringAt(entry, 'target') ?? '');
      const line = readTarget(probe.target);
      const request = line === undefined ? undefined : routerRequest(probe, line, 80);
      const got = answer(node, probe);
      if (request === undefined || decodeUtf8(request.path) === undefined || (got.match === undefined && got.status !== 404)) return [];
      const index = engine.first((field) => rawField(request, field).map((value) => ({ String: decodeUtf8(String(value)) ?? '' })));
      const theirs = index === undefined ? undefined : ordered[index]?.route.name;
      return got.match?.route.name === theirs ? [] : [{ target: probe.target, mine: got.match?.route.name, theirs }];
    });
    expect(differences).toEqual([]);
  });
});
