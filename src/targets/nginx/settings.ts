import type { Routing } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import { block, directive, literal, type Statement } from './plan.ts';
import { poolsOf } from './leaves.ts';
import { isFixed } from './upstreams.ts';
import { atLeast } from './version.ts';

/** Any user can start it: everything that nginx writes stands in its prefix, the log goes to stderr. `compiled`: all patterns may be compiled. */
export function globalSettings({ withStream, compiled }: { readonly withStream: boolean; readonly compiled: boolean }): readonly Statement[] {
  return [
    // Debian's stream module is a file of its own there; elsewhere the pattern matches nothing and stream is built in.
    ...(withStream ? [directive('include', '/etc/nginx/modules-enabled/*.conf')] : []),
    directive('worker_processes', 'auto'),
    ...(compiled ? [directive('pcre_jit', 'on')] : []),
    directive('pid', 'nginx.pid'),
    directive('error_log', 'stderr'),
    block(['events'], []),
  ];
}

/** Fields of a backend's answer that nginx does what they say for. */
const OBEYED = ['X-Accel-Redirect', 'X-Accel-Expires', 'X-Accel-Limit-Rate', 'X-Accel-Buffering', 'X-Accel-Charset'];

/** Fields of a backend's answer that both modules keep to themselves unless they are told otherwise. */
export const HIDDEN = ['Server', 'Date', ...OBEYED];

/** Traefik streams, waits 30 seconds for a connection and without limit for an answer, and has no limit on bodies. */
export function constantSettings(version: string): readonly Statement[] {
  return [
    // Older ones leave the trailers of an answer out, and take a hint (103) for the answer.
    ...(atLeast(version, '1.27.2') ? [directive('proxy_pass_trailers', 'on')] : []),
    ...(atLeast(version, '1.29.0') ? [directive('early_hints', '1')] : []),
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => directive(`${kind}_temp_path`, `${kind.replace('_body', '')}_temp`)),
    directive('access_log', 'off'),
    directive('server_tokens', 'off'),
    directive('client_max_body_size', '0'),
    directive('large_client_header_buffers', '8', '64k'),
    directive('keepalive_timeout', '180s'),
    directive('recursive_error_pages', 'on'),
    directive('variables_hash_max_size', '4096'),
    directive('variables_hash_bucket_size', '128'),
    directive('map_hash_bucket_size', '128'),
    directive('proxy_headers_hash_max_size', '1024'),
    directive('proxy_headers_hash_bucket_size', '128'),
    // The head of an answer has to fit into one: with nginx's own 4 KB a few cookies make it a 502. More than 16 KB costs a fifth of the time where malloc is musl's.
    directive('proxy_buffer_size', '16k'),
    directive('proxy_buffers', '8', '16k'),
    directive('proxy_http_version', '1.1'),
    directive('proxy_buffering', 'off'),
    directive('proxy_request_buffering', 'off'),
    directive('proxy_connect_timeout', '30s'),
    directive('proxy_read_timeout', '1d'),
    directive('proxy_send_timeout', '1d'),
    directive('proxy_next_upstream', 'off'),
    ...[...HIDDEN, 'X-Pad'].map((name) => directive('proxy_pass_header', name)),
    directive('proxy_ignore_headers', ...OBEYED),
  ];
}

/** The tables of server names grow with the names. */
export function httpSettings(blocks: readonly Statement[]): readonly Statement[] {
  const names = blocks.flatMap(namesIn);
  const longest = Math.max(0, ...names.map((name) => name.length));
  const bucket = [64, 128, 256, 512].find((size) => longest + 18 < size) ?? 1024;
  return [
    ...(bucket > 64 ? [directive('server_names_hash_bucket_size', String(bucket))] : []),
    ...(names.length > 256 ? [directive('server_names_hash_max_size', String(2 ** Math.ceil(Math.log2(names.length * 4))))] : []),
  ];
}

function namesIn(statement: Statement): readonly string[] {
  if (statement.kind !== 'directive') return [];
  const [first, ...rest] = statement.words;
  if (first?.kind === 'word' && first.text === 'server_name') return rest.flatMap((word) => (word.kind === 'literal' ? [word.text] : []));
  return (statement.block ?? []).flatMap(namesIn);
}

/** Names of endpoints are looked up while nginx runs; Docker answers at 127.0.0.11. */
export function resolverOf(routing: Routing, options: TargetOptions): readonly Statement[] {
  if (poolsOf(routing).every(({ host }) => isFixed(host))) return [];
  return resolverStatements(options);
}

export function resolverStatements(options: TargetOptions): readonly Statement[] {
  const wanted = options.settings['resolver'];
  const address = typeof wanted === 'string' && wanted !== '' ? wanted : '127.0.0.11';
  return [directive('resolver', ...address.split(/\s+/).map((word) => literal(word)), 'valid=10s')];
}
