import type { HeaderList } from '../../ir/index.ts';
import type { Body, Location, ProxyPass } from './location.ts';
import type { State } from './state.ts';
import { evaluate } from './template.ts';
import { escapeUri } from './uri.ts';

export interface Forwarded {
  readonly endpoints: readonly { readonly address: string; readonly weight: number }[];
  readonly target: string;
  /** As the endpoint receives them, Host among them. */
  readonly headers: HeaderList;
}

/** ngx_http_proxy_eval and ngx_http_proxy_create_request. Undefined where nginx answers 500. */
export function forward(state: State, body: Body, location: Location, pass: ProxyPass): Forwarded | undefined {
  const match = /^(https?|grpc):\/\/([^/?]*)(.*)$/s.exec(evaluate(pass.url, state));
  if (match === null || match[2] === '') return undefined;
  const [, scheme = '', authority = '', rest = ''] = match;
  const own = pass.variables && rest.startsWith('?') ? `/${rest}` : rest;
  const target = targetOf(state, location, pass, own);
  return target === '' ? undefined : { endpoints: endpointsOf(state, scheme === 'grpc' ? 'http' : scheme, authority), target, headers: headersOf(state, body, authority) };
}

function targetOf(state: State, location: Location, pass: ProxyPass, own: string): string {
  if (pass.variables && own !== '') return own;
  if (own === '' && state.validUnparsed) return state.target.unparsed;
  const cut = own !== '' && state.validLocation ? location.name.length : 0;
  const path = state.uri.slice(cut);
  const escaped = state.target.quoted || state.internal ? escapeUri(path) : path;
  return (state.validLocation ? own : '') + escaped + (state.args === '' ? '' : `?${state.args}`);
}

/** A pool by its name, or one address; ports are those of the scheme where none is written. */
function endpointsOf(state: State, scheme: string, authority: string): Forwarded['endpoints'] {
  const pool = state.config.upstreams.get(authority);
  if (pool !== undefined) return pool.map(({ address, weight }) => ({ address: `${scheme}://${address}`, weight }));
  const address = /:\d+$/.test(authority.replace(/^\[[^\]]*\]/, '')) ? authority : `${authority}:${scheme === 'https' ? '443' : '80'}`;
  return [{ address: `${scheme}://${address}`, weight: 1 }];
}

/** What the proxy writes itself; the client's fields of these names never pass. */
const OWN: readonly (readonly [string, string])[] = [['host', '$proxy_host'], ['connection', 'close'], ['content-length', ''], ['transfer-encoding', ''], ['te', ''], ['keep-alive', ''], ['expect', ''], ['upgrade', '']];

function headersOf(state: State, { settings }: Body, authority: string): HeaderList {
  const written = settings.sent.map(({ name, value }): readonly [string, string] => [name, evaluate(value, state)]);
  const names = new Set(written.map(([name]) => name.toLowerCase()));
  const byDefault = OWN.filter(([name]) => !names.has(name)).map(([name, value]): readonly [string, string] => [name, value === '$proxy_host' ? authority : value]);
  const taken = new Set([...names, ...OWN.map(([name]) => name)]);
  const passed = (settings.passesHeaders ? [...state.headers] : []).filter(([name]) => !taken.has(name) && name !== 'host').flatMap(([name, values]) => values.map((value): readonly [string, string] => [name, value]));
  // An empty value takes a field out; the client's own empty fields pass.
  return [...[...byDefault, ...written].filter(([, value]) => value !== ''), ...passed];
}
