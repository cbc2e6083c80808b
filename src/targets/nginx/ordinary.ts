import { block, comment, directive, literal, template, variable, type Part, type Statement } from './plan.ts';
import { authority, form, passedTarget } from './request.ts';
import type { Sheet } from './sheet.ts';

/** What a variable holds for an ordinary request that came without TLS, and for one that came with it. */
export interface Known {
  readonly name: string;
  readonly plain: string;
  readonly tls: string;
  /** Where both come in; none: its map is asked as ever. */
  readonly either?: Part;
}

/** What all entry points speak; `mixed`: some are plain and some have TLS. */
export type Spoken = 'plain' | 'tls' | 'mixed';

/**
 * A host without a port, and a target that is no absolute one, without bytes that Traefik escapes, turns or refuses, and that nginx
 * reads as it came (`\1`); a Connection that names no field, and no TE. The host stands first, and a target without blanks before
 * nginx's reading of it: no text behind them can pass for one.
 */
const ORDINARY = String.raw`^[A-Za-z0-9._-]+ [A-Z]+ (/[^\x00-\x20\x22;<>\\^\x60{|}\x7f-\xff]*) HTTP/[0-9.]+ \1 (?:close|keep-alive)? $`;

/**
 * Sets what is known of nearly all requests: class P, from a client that names a host without a port or anything odd. The maps say
 * the same of them, with many more steps. The pattern stands in a map of its own: what stands here each server has its own copy of.
 */
export function ordinaryRequests(sheet: Sheet, known: readonly Known[], spoken: Spoken): readonly Statement[] {
  const told = [variable('http_host'), ' ', variable('request'), ' ', variable('uri'), variable('is_args'), variable('args'), ' ', variable('http_connection'), ' ', variable('http_te')];
  const sets = [{ name: form(sheet), value: ['P'] }, { name: passedTarget(sheet), value: [''] }, { name: authority(sheet), value: [variable('http_host')] }, ...known.flatMap((one) => valueOf(one, spoken))];
  const ordinary = sheet.fact('ordinary', told, [{ key: literal('default'), value: template('') }, { key: literal(`~${ORDINARY}`), value: template('1') }]);
  return [
    comment('Nearly all requests are ordinary: nginx reads what came as it stands, and no other map has to be asked.'),
    block(['if', `($${ordinary})`], [...sets.map(({ name, value }) => directive('set', template(variable(name)), template(...value))), directive('break')]),
  ];
}

function valueOf({ name, plain, tls, either }: Known, spoken: Spoken): readonly { readonly name: string; readonly value: readonly Part[] }[] {
  if (spoken !== 'mixed' || plain === tls) return [{ name, value: [spoken === 'tls' ? tls : plain] }];
  return either === undefined ? [] : [{ name, value: [either] }];
}
