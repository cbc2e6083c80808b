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
 * A host without a port, and a target that is no absolute one and without bytes that Traefik escapes, turns or refuses. The host
 * stands first: no text behind it can pass for one.
 */
const PLAIN_LINE = String.raw`^[A-Za-z0-9._-]+ [A-Z]+ /[^\x00-\x1f\x22;<>\\^\x60{|}\x7f-\xff]*$`;

/**
 * Sets what is known of nearly all requests: class P, from a client that names a host without a port or anything odd. The maps say
 * the same of them, with many more steps: nginx's own reading of the target is compared with what came, so that no pattern has to.
 */
export function ordinaryRequests(sheet: Sheet, known: readonly Known[], spoken: Spoken): readonly Statement[] {
  const [flag, line] = [sheet.names.pick('gw_ordinary'), sheet.names.pick('gw_line')];
  const asks = sheet.fact('connection_asks', [variable('http_connection')], [
    { key: literal('default'), value: template('1') },
    ...['', 'close', 'keep-alive'].map((text) => ({ key: literal(text), value: template('0') })),
  ]);
  const not = [directive('set', template(variable(flag)), '0')];
  const sets = [{ name: form(sheet), value: ['P'] }, { name: passedTarget(sheet), value: [''] }, { name: authority(sheet), value: [variable('http_host')] }, ...known.flatMap((one) => valueOf(one, spoken))];
  return [
    comment('Nearly all requests are ordinary: nginx reads what came as it stands, and no map has to be asked.'),
    directive('set', template(variable(flag)), '1'),
    directive('set', template(variable(line)), template(variable('http_host'), ' ', variable('request'))),
    block(['if', `($${line}`, '!~', literal(PLAIN_LINE), ')'], not),
    block(['if', '($request_uri', '!=', template(variable('uri'), variable('is_args'), variable('args')), ')'], not),
    block(['if', `($${asks})`], not),
    block(['if', `($${flag})`], [...sets.map(({ name, value }) => directive('set', template(variable(name)), template(...value))), directive('break')]),
  ];
}

function valueOf({ name, plain, tls, either }: Known, spoken: Spoken): readonly { readonly name: string; readonly value: readonly Part[] }[] {
  if (spoken !== 'mixed' || plain === tls) return [{ name, value: [spoken === 'tls' ? tls : plain] }];
  return either === undefined ? [] : [{ name, value: [either] }];
}
