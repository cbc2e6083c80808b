import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyTable, writtenName } from '../../src/traefik-config/keys.ts';
import type { KeyNode } from '../../src/traefik-config/keys.ts';
import { inOrder } from '../../src/traefik-config/label-tree.ts';
import { plainLabels } from '../../src/traefik-config/plain-labels.ts';
import type { ConfigNode } from '../../src/traefik-config/tree.ts';
import { decode, labelFile } from './helpers.ts';

/** A plugin's options are never read the short way. Its name is the last: nothing comes behind it that would not without it. */
const THOROUGH = { 'traefik.http.middlewares.~.plugin.p.o': 'x' };

const NAMES = ['a', 'b', 'a-b', 'A', 'ä', '${N}'];
const SAMPLES = { string: 'a, b', bool: 'true', int: '1', float: '1.5', duration: '10s' } as const;

/** A key and a value that may stand there, of each option below one. */
function labelsBelow(key: KeyNode, path: string, names: readonly string[]): readonly (readonly [string, string])[] {
  switch (key.kind) {
    case 'object':
      return [...(key.emptyOk.label ? [[path, 'true'] as const] : []), ...[...key.children.values()].flatMap((child) => labelsBelow(child, `${path}.${writtenName(child, 'label')}`, names))];
    case 'map':
      return names.flatMap((name) => labelsBelow(key.entry, `${path}.${name}`, names));
    case 'texts':
      return names.map((name) => [`${path}.${name}`, 'x']);
    case 'items':
      return labelsBelow(key.item, key.labelName === undefined ? `${path}[0]` : path, names);
    case 'raw':
      return [];
    default:
      return [[path, SAMPLES[key.type]]];
  }
}

const all = (names: readonly string[]): readonly (readonly [string, string])[] => labelsBelow(keyTable('3.7'), 'traefik', names).filter(([key]) => key.startsWith('traefik.http.'));
const USUAL = all(['a', 'b']).filter(([key]) => !key.includes('['));
const FEW = USUAL.filter(([key]) => /routers\.[ab]\.(?:rule|tls|priority|entrypoints)|headers\.custom.*headers\.|services\.b\.load.*server\./.test(key));
const UNUSUAL = all(NAMES).flatMap(([key, text]) => [[key, text], [key.replace(/\w+$/, (part) => part.toUpperCase()), text], ...['.', '..x', '.x', '[0]', '.a.b'].map((tail) => [key + tail, text])] as const);
const label = fc.oneof({ weight: 10, arbitrary: fc.constantFrom(...USUAL) }, { weight: 10, arbitrary: fc.constantFrom(...FEW) }, { weight: 1, arbitrary: fc.constantFrom(...UNUSUAL) });
const values = fc.constantFrom('1', 'true', 'false', '', ',', '${N}', 'yes');
const labels = fc.array(fc.tuple(label, fc.option(values, { freq: 8 })), { minLength: 1, maxLength: 5 }).map((written) => Object.fromEntries(written.map(([[key = '', sample = ''], other]) => [key, other ?? sample])));

function short(written: Parameters<typeof labelFile>[0]): ConfigNode | undefined {
  const { labels: read, origins } = labelFile(written);
  return plainLabels(inOrder(read), keyTable('3.7'), origins);
}

describe('labels read the short way', () => {
  it('are what the thorough way makes of them, and nothing was to be said', () => {
    let count = 0;
    fc.assert(fc.property(labels, (written) => {
      const holes = Object.fromEntries(Object.entries(written).map(([name, text]) => [name, { text, holes: text === '${N}' ? ['N'] : [] }]));
      if (short(holes) === undefined) return;
      count += 1;
      const quick = decode(holes);
      const thorough = decode({ ...holes, ...THOROUGH });
      expect(quick.result.decoded.problems).toEqual([]);
      expect(thorough.result.decoded.problems).toEqual([]);
      expect(places(quick.result.recovered, quick.text)).toEqual(places(withoutPlugin(thorough.result.recovered), thorough.text));
    }), { numRuns: 4000 });
    expect(count).toBeGreaterThan(500);
  });

  it.each([
    ['an option in two spellings', { 'traefik.http.routers.a.Rule': 'r', 'traefik.http.routers.a.rule': 's' }],
    ['a switch in two spellings', { 'traefik.http.routers.a.TLS': 'true', 'traefik.http.routers.a.tls': 'true' }],
    ['a switch in two spellings, one with more below', { 'traefik.http.Routers.a.tls': 'true', 'traefik.http.routers.a.tls': 'true', 'traefik.http.routers.a.tls.certresolver': 'le' }],
    ['a name in two spellings', { 'traefik.http.routers.A.rule': 'r', 'traefik.http.routers.a.priority': '1' }],
    ['a header in two spellings', { 'traefik.http.middlewares.m.headers.customrequestheaders.X': 'r', 'traefik.http.middlewares.m.headers.customrequestheaders.x': 's' }],
    ['a header below another', { 'traefik.http.middlewares.m.headers.customrequestheaders.x': 'r', 'traefik.http.middlewares.m.headers.customrequestheaders.x.y': 's' }],
    ['an option that needs more below', { 'traefik.http.middlewares.m.addprefix': 'true' }],
    ['a section that needs more below', { 'traefik.http': 'true' }],
    ['a switch that is off', { 'traefik.http.routers.a.tls': 'false' }],
    ['a switch that is off, with more below', { 'traefik.http.routers.a.tls': 'false', 'traefik.http.routers.a.tls.certresolver': 'le' }],
    ['an option that labels cannot set', { 'traefik.http.serverstransports.t.servername': 'a' }],
    ['an empty list', { 'traefik.http.routers.a.entrypoints': '' }],
    ['a list with an index', { 'traefik.http.routers.a.tls.domains[0].main': 'a' }],
    ['a root in other letters', { 'Traefik.http.routers.a.rule': 'r' }],
  ])('%s is read the thorough way', (_, written) => {
    expect(short(written)).toBeUndefined();
  });

  it('are those of a usual container', () => {
    expect(short({
      'traefik.http.routers.web.rule': 'Host(`a.example.com`)',
      'traefik.http.routers.web.entryPoints': 'web, websecure',
      'traefik.http.routers.web.tls': 'true',
      'traefik.http.routers.web.tls.certResolver': 'le',
      'traefik.http.middlewares.m.headers.customrequestheaders.X-A': 'b',
      'traefik.http.services.web.loadbalancer.server.port': '80',
    })).toBeDefined();
  });
});

/** A tree with the text at the place of each node. */
function places(node: ConfigNode | undefined, text: (origin: number) => string): unknown {
  if (node === undefined) return undefined;
  const at = text(node.origin);
  if (node.kind === 'leaf') return [at, node.value, node.text];
  if (node.kind === 'list') return [at, node.items.map((item) => places(item, text))];
  return [at, [...node.entries].map(([name, child]) => [name, places(child, text)])];
}

function withoutPlugin(node: ConfigNode): ConfigNode {
  if (node.kind !== 'object') return node;
  const entries = [...node.entries].flatMap(([name, child]): readonly (readonly [string, ConfigNode])[] => {
    const rest = withoutPlugin(child);
    const isEmpty = (name === 'middlewares' || name === 'http') && rest.kind === 'object' && rest.entries.size === 0;
    return name === '~' || isEmpty ? [] : [[name, rest]];
  });
  return { ...node, entries: new Map(entries) };
}
