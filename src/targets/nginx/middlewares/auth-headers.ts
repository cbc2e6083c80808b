import type { SpecOf } from '../../../ir/index.ts';
import { withHeader, type ChainState, type Site } from '../chain.ts';
import { headerVariable } from '../atoms.ts';
import type { HeaderLine } from '../forwarded.ts';
import { literal, template, variable, type Part } from '../plan.ts';
import { query } from '../request.ts';
import { FORWARDED_NAMES } from '../underscores.ts';

/** What each question has anew, and what else an entry point writes or cuts off. */
const ANEW = ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-Uri', 'X-Forwarded-Method'];
const KEPT = FORWARDED_NAMES.filter((name) => !ANEW.includes(name));
/** Fields of one connection, and of a body that is not sent. */
const NOT_HERE = ['Connection', 'Keep-Alive', 'TE', 'Trailers', 'Transfer-Encoding', 'Upgrade', 'Content-Length'];

/**
 * The fields of the question, as Traefik 3.7 writes them (ran; the runtime's forward-auth-headers.ts has the same in words).
 * Where `trustForwardHeader` is not written it tells client, scheme, method, host and path of the request anew and leaves the
 * others; written as false it cuts off all of them first, as true it adds what is missing.
 */
export function askedWith(site: Site, state: ChainState, spec: SpecOf<'forwardAuth'>, host: string, path: readonly Part[]): readonly HeaderLine[] {
  const only = spec.authRequestHeaders.filter((name) => !isOneOf([...NOT_HERE, 'Host'], name));
  const isStated = site.middleware.places.has('forwardAuth.trustForwardHeader');
  const [trusts, distrusts] = [isStated && spec.trustForwardHeader, isStated && !spec.trustForwardHeader];
  const names = trusts ? [...only.filter((name) => !isOneOf(FORWARDED_NAMES, name)), ...KEPT, ...ANEW] : only;
  const base = spec.authRequestHeaders.length === 0 ? state.request : names.flatMap((name) => linesOf(state, name));
  const cut = distrusts ? [...NOT_HERE, ...KEPT] : NOT_HERE;
  const told = trusts ? missing(site, state, path) : facts(site, state, path).filter(({ name }) => distrusts || name !== 'X-Forwarded-Port');
  return [...cut.map((name): HeaderLine => ({ name, value: [] })), { name: 'Host', value: [host] }, ...told].reduce(withHeader, base);
}

function facts(site: Site, state: ChainState, path: readonly Part[]): readonly HeaderLine[] {
  return [
    { name: 'X-Forwarded-For', value: [variable('remote_addr')] },
    { name: 'X-Forwarded-Proto', value: [variable('scheme')] },
    { name: 'X-Forwarded-Host', value: valueIn(state, 'Host') },
    { name: 'X-Forwarded-Port', value: site.forwarding.ownPort() },
    { name: 'X-Forwarded-Uri', value: [...path, variable(query(site.sheet))] },
    { name: 'X-Forwarded-Method', value: [variable('request_method')] },
  ];
}

/** What is there is believed; the client's address is added to it. */
function missing(site: Site, state: ChainState, path: readonly Part[]): readonly HeaderLine[] {
  return facts(site, state, path).map(({ name, value }) => {
    if (name === 'X-Forwarded-For') return { name, value: site.forwarding.appendedFor() };
    const told = valueIn(state, name);
    if (told.length === 0) return { name, value };
    // Those two alone may come empty: the entry point fills in the others.
    if (name !== 'X-Forwarded-Uri' && name !== 'X-Forwarded-Method') return { name, value: told };
    const filled = site.sheet.map(name.toLowerCase().replace('x-', 'told_').replace('-', '_'), told, [{ key: literal('default'), value: template(...told) }, { key: literal(''), value: template(...value) }]);
    return { name, value: [variable(filled)] };
  });
}

/** A field as the chain has it by now, which may be several lines. */
function linesOf({ request }: ChainState, name: string): readonly HeaderLine[] {
  const lines = request.filter((line) => isOneOf([line.name], name));
  return lines.length === 0 ? [{ name, value: [headerVariable(name.toLowerCase())] }] : lines;
}

function valueIn(state: ChainState, name: string): readonly Part[] {
  return linesOf(state, name)[0]?.value ?? [];
}

function isOneOf(names: readonly string[], wanted: string): boolean {
  return names.some((name) => name.toLowerCase() === wanted.toLowerCase());
}
