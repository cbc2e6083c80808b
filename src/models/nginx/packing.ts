import type { HeaderList } from '../../ir/index.ts';
import { named } from './directive.ts';
import type { Directive } from './directive.ts';

/** `gzip` and what stands beside it. */
export interface Packing {
  readonly on: boolean;
  /** Lower case; `*` = all. */
  readonly types: readonly string[];
  /** Bytes, where the endpoint announces a length. */
  readonly least: number;
  /** Also for requests that came through a proxy. */
  readonly proxied: boolean;
  readonly vary: boolean;
}

/** What becomes of an answer. */
export interface Packed {
  /** `Vary: Accept-Encoding` is added. */
  readonly vary: boolean;
}

export const NOT_PACKED: Packing = { on: false, types: ['text/html'], least: 20, proxied: false, vary: false };

export function packingOf(directives: readonly Directive[], parent: Packing): Packing {
  const args = (name: string): readonly string[] | undefined => named(directives, name).at(-1)?.args;
  const types = args('gzip_types');
  const [on] = args('gzip') ?? [];
  const [least] = args('gzip_min_length') ?? [];
  const [vary] = args('gzip_vary') ?? [];
  return {
    on: on === undefined ? parent.on : on === 'on',
    // text/html is among them whatever the list says.
    types: types === undefined ? parent.types : ['text/html', ...types.map((type) => type.toLowerCase())],
    least: least === undefined ? parent.least : Number(least),
    proxied: args('gzip_proxied')?.includes('any') ?? parent.proxied,
    vary: vary === undefined ? parent.vary : vary === 'on',
  };
}

/** The request as far as packing looks at it: undefined = the field is not there. */
interface Asking {
  readonly method: string;
  readonly accepts: string | undefined;
  readonly via: string | undefined;
}

/** ngx_http_gzip_header_filter and ngx_http_gzip_ok: undefined where the answer goes out as it came. */
export function packed({ on, types, least, proxied, vary }: Packing, { method, accepts, via }: Asking, status: number, answer: HeaderList): Packed | undefined {
  const field = (wanted: string): string => answer.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  if (!on || method === 'HEAD' || ![200, 403, 404].includes(status) || field('content-encoding') !== '') return undefined;
  const length = field('content-length');
  if (length !== '' && Number(length) < least) return undefined;
  const type = (field('content-type').split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type === '' || !(types.includes('*') || types.includes(type))) return undefined;
  return accepts !== undefined && takesGzip(accepts) && (via === undefined || proxied) ? { vary } : undefined;
}

/** The first `gzip` of the list decides; `q=0` refuses it. */
function takesGzip(accepts: string): boolean {
  const found = /(?:^|[, ])gzip[ ]*(?:$|,|;[ ]*q=(?<weight>[0-9.]*))/i.exec(accepts);
  return found !== null && (found.groups?.['weight'] === undefined || Number(found.groups['weight']) > 0);
}
