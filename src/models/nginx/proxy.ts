import type { HeaderList } from '../../ir/index.ts';
import { fieldValue, oncePer } from '../../text/index.ts';
import type { Body, Location, ProxyPass } from './location.ts';
import type { HeaderLine } from './settings.ts';
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

/** What the lines of a level come to: the same for every request. */
interface Lines {
  /** Those that may hold something. */
  readonly written: readonly HeaderLine[];
  readonly own: readonly (readonly [string, string])[];
  readonly taken: ReadonlySet<string>;
}

const linesOf = oncePer((sent: readonly HeaderLine[]): Lines => {
  const names = new Set(sent.map(({ key }) => key));
  // An empty value takes a field out.
  return { written: sent.filter(({ value }) => value.length > 0), own: OWN.filter(([name, value]) => value !== '' && !names.has(name)), taken: new Set([...names, ...OWN.map(([name]) => name)]) };
});

function headersOf(state: State, { settings }: Body, authority: string): HeaderList {
  const { written, own, taken } = linesOf(settings.sent);
  const out: (readonly [string, string])[] = own.map(([name, value]): readonly [string, string] => [name, value === '$proxy_host' ? authority : value]).filter(([, value]) => value !== '');
  for (const { name, value } of written) {
    const text = evaluate(value, state);
    // Blanks are a value to nginx, and nothing to who receives the line.
    if (text !== '') out.push([name, fieldValue(text)]);
  }
  if (!settings.passesHeaders) return out;
  // The client's own empty fields pass.
  for (const [name, values] of state.headers) if (!taken.has(name)) for (const value of values) out.push([name, value]);
  return out;
}
