import type { ResolvedService, Route, ServiceSpec } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import { keptName, withHeader, type ChainState, type Location, type Outputs } from './chain.ts';
import type { HeaderLine } from './forwarded.ts';
import { headerStatement } from './middlewares/auth.ts';
import { moreThan } from './middlewares/content.ts';
import { outgoing, routingParts, type PathState } from './path-state.ts';
import { BLANK, block, comment, directive, literal, template, variable, type Part, type Statement } from './plan.ts';
import type { Sheet } from './sheet.ts';
import { transportSettings } from './transport.ts';
import { UNDERSCORES } from './underscores.ts';
import { givesWay, poolOf } from './upstreams.ts';

interface Place {
  readonly sheet: Sheet;
  readonly options: TargetOptions;
  readonly outputs: Outputs;
}

/** The services that get copies, and the headers that each is sent. */
interface Mirrored {
  readonly spec: Extract<ServiceSpec, { kind: 'mirroring' }>;
  readonly mirrors: readonly ResolvedService[];
  readonly linesFor: (mirror: ResolvedService) => readonly HeaderLine[];
}

/** What the location of the main service says besides, and the locations of the copies. */
interface Copies {
  readonly settings: readonly Statement[];
  readonly statements: readonly Statement[];
  readonly beside: readonly Location[];
}

/** Which path the copies are sent: a subrequest has a `$uri` of its own. */
const MIRRORED = 'gw_mirrored_path';

/**
 * Copies of a share of the requests; their answers are dropped. Traefik counts to find the share, nginx draws lots; a body longer
 * than the limit is not copied, nor is any where copies go without.
 */
export function copies(place: Place, route: Route, { spec, mirrors, linesFor }: Mirrored, state: ChainState): Copies {
  const parts = state.path.kind === 'original' ? routingParts(place.sheet, state.path) : state.path.parts;
  const path: PathState = { kind: state.path.kind === 'escaped' ? 'escaped' : 'byForm', parts: [variable(MIRRORED)] };
  const written = mirrors.flatMap((mirror, index) => {
    const percent = spec.mirrors[index]?.percent ?? 0;
    const pool = percent <= 0 ? undefined : poolOf(place.sheet, mirror, place.options.version, place.outputs.pools);
    if (pool === undefined) return [];
    const name = keptName(place, `mirror ${route.router.name}@${route.router.namespace} ${String(index)}`, `gw_mirror_${mirror.service.ref.name}`);
    const lines = spec.mirrorBody ? linesFor(mirror) : withHeader(linesFor(mirror), { name: 'Content-Length', value: [] });
    const { before, target } = outgoing(place.sheet, path);
    const statements = [
      directive('internal'),
      ...skips(place.sheet, spec, name, percent),
      ...lines.map((line) => headerStatement(place, line)),
      UNDERSCORES,
      ...(spec.mirrorBody ? [directive('proxy_request_buffering', 'on')] : [directive('proxy_pass_request_body', 'off')]),
      ...transportSettings(pool.settings, pool.scheme, place.options),
      ...givesWay(pool),
      ...pool.before,
      ...before,
      directive('proxy_pass', place.sheet.text(`${pool.scheme}://`, ...pool.target, ...target)),
    ];
    return [{ name, location: { words: ['=', name], statements } }];
  });
  if (written.length === 0) return { settings: [], statements: [], beside: [] };
  return {
    settings: spec.mirrorBody ? [directive('proxy_request_buffering', 'on')] : [],
    statements: [directive('set', template(variable(MIRRORED)), place.sheet.text(...parts)), ...written.map(({ name }) => directive('mirror', name)), ...(spec.mirrorBody ? [] : [directive('mirror_request_body', 'off')])],
    beside: written.map(({ location }) => location),
  };
}

/** The requests of which no copy is made. */
function skips(sheet: Sheet, { mirrorBody, maxBodySize }: Mirrored['spec'], name: string, percent: number): readonly Statement[] {
  const none = [directive('return', '204')];
  const lot = percent >= 100 ? [] : [block(['if', `($${share(sheet, name, percent)}`, '=', '0)'], none)];
  const body = !mirrorBody ? bodyFlag(sheet, 'has_body', [variable('content_length'), variable('http_transfer_encoding')], '~[^0]') : maxBodySize < 0 ? undefined : bodyFlag(sheet, 'body_too_long', [variable('content_length')], `~^0*(?:${moreThan(maxBodySize)})$`);
  return [...lot, ...(body === undefined ? [] : [block(['if', `($${body})`], none)])];
}

function bodyFlag(sheet: Sheet, wish: string, source: readonly Part[], pattern: string): string {
  return sheet.map(wish, source, [
    { key: literal('default'), value: template('0') },
    { key: literal(pattern), value: template('1') },
  ]);
}

function share(sheet: Sheet, name: string, percent: number): string {
  const picked = `${name}_share`;
  const entries = [directive(`${String(percent)}%`, literal('1')), directive('*', literal('0'))];
  sheet.add(`split ${picked}`, [BLANK, comment('the share of the requests that is copied'), block(['split_clients', template(variable('request_id'), ` ${name}`), template(variable(picked))], entries)]);
  return picked;
}
