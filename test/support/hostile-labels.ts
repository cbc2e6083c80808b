import { rows } from '../../src/traefik-config/catalogue/dynamic-3.7.ts';
import type { CatalogueRow } from '../../src/traefik-config/catalogue/row.ts';

/** Values that end a string, a directive, a block, a list, a header, a template or a comment somewhere. */
export const HOSTILE_VALUES = ['a"b', "a'b", 'a;b', 'a}b{', 'a#b', '$host', 'a$1b', 'a\\', 'a\\"b', '{{ env `HOME` }}', 'a\nadd_header X-Evil 1;', 'a\r\nX-Evil: 1', 'a\0b', '"; return 299; #', '- a: b', '\u2028é'] as const;

export interface HostileLabels {
  /** `http.middlewares.*.addPrefix.prefix "a;b"`. */
  readonly place: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What an option needs beside it before the engine builds the middleware or service at all; NAME stands for its name. */
const COMPANIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  basicAuth: { 'basicAuth.users': 'sh:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=' },
  digestAuth: { 'digestAuth.users': 'test:traefik:a2688e031edb4be6a3797f3882655c05' },
  forwardAuth: { 'forwardAuth.address': 'http://127.0.0.1:9/verify' },
  rateLimit: { 'rateLimit.average': '100' },
  inFlightReq: { 'inFlightReq.amount': '10' },
  redirectRegex: { 'redirectRegex.regex': '^http://x.invalid/(.*)', 'redirectRegex.replacement': 'http://y.invalid/$1' },
  redirectScheme: { 'redirectScheme.scheme': 'https' },
  replacePathRegex: { 'replacePathRegex.regex': '^/x(.*)', 'replacePathRegex.replacement': '/y$1' },
  stripPrefixRegex: { 'stripPrefixRegex.regex': '^/x' },
  errors: { 'errors.status': '500-599', 'errors.service': 'NAME', 'errors.query': '/x' },
  ipAllowList: { 'ipAllowList.sourceRange': '10.0.0.0/8' },
  ipWhiteList: { 'ipWhiteList.sourceRange': '10.0.0.0/8' },
  circuitBreaker: { 'circuitBreaker.expression': 'NetworkErrorRatio() > 0.5' },
  retry: { 'retry.attempts': '2' },
  buffering: { 'buffering.maxRequestBodyBytes': '1000' },
};
/** Rules that hold the value in each of their places; a rule has quotes of its own. */
const RULES: Readonly<Record<string, string>> = {
  Host: 'Host(`VALUE`)', Path: 'Path(`/VALUE`)', PathPrefix: 'PathPrefix(`/VALUE`)', PathRegexp: 'PathRegexp(`VALUE`)', Method: 'Method(`VALUE`)',
  Header: 'Header(`X-A`, `VALUE`)', 'Header name': 'Header(`VALUE`, `1`)', HeaderRegexp: 'HeaderRegexp(`X-A`, `VALUE`)', Query: 'Query(`k`, `VALUE`)', HostRegexp: 'HostRegexp(`VALUE`)', ClientIP: 'ClientIP(`VALUE`)', raw: 'VALUE',
};

/** One set of labels for each place of a text and each value, with names that occur nowhere else. */
export function hostileLabels(wanted: (place: string) => boolean): readonly HostileLabels[] {
  const places = [...optionPlaces(), ...rulePlaces()].filter(({ place }) => wanted(place));
  return places.flatMap(({ place, labels }, at) => HOSTILE_VALUES.map((value, number) => {
    const name = `n${String(at)}v${String(number)}`;
    return { place: `${place} ${JSON.stringify(value)}`, labels: Object.fromEntries(Object.entries(labels).map(([key, text]) => [`traefik.${key.replaceAll('NAME', name)}`, text.replaceAll('NAME', name).replaceAll('VALUE', () => value)])) };
  }));
}

interface Place {
  readonly place: string;
  readonly labels: Readonly<Record<string, string>>;
}

const ROUTER = { 'http.routers.NAME.rule': 'PathPrefix(`/NAME`)', 'http.routers.NAME.entrypoints': 'web', 'http.routers.NAME.service': 'NAME', 'http.services.NAME.loadbalancer.server.port': '80' };

function rulePlaces(): readonly Place[] {
  return Object.entries(RULES).map(([name, rule]) => ({ place: `rule ${name}`, labels: { ...ROUTER, 'http.routers.NAME.rule': rule } }));
}

/** Every text, list and map of texts that a label of the HTTP part can set. */
function optionPlaces(): readonly Place[] {
  const texts = rows.filter(({ path, type, in: forms }) => path.startsWith('http.') && forms.includes('L') && /^(?:string|list<string>|map<string,string>)$/.test(type) && !path.endsWith('.rule'));
  return texts.map((row) => ({ place: row.path, labels: { ...around(row), [keyOf(row)]: 'VALUE' } }));
}

function keyOf({ path, type }: CatalogueRow): string {
  const named = path.replace('.*', '.NAME').replaceAll('.*', '.x').replaceAll('[n]', '[0]');
  return type.startsWith('map') ? `${named}.x` : named;
}

function around({ path }: CatalogueRow): Readonly<Record<string, string>> {
  const [, section = '', , kind = ''] = path.split('.');
  if (section !== 'middlewares') return ROUTER;
  const beside = Object.entries(COMPANIONS[kind] ?? {}).map(([key, value]) => [`http.middlewares.NAME.${key}`, value]);
  return { ...ROUTER, 'http.routers.NAME.middlewares': 'NAME', ...Object.fromEntries(beside) };
}
