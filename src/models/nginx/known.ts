import type { Directive } from './directive.ts';

type Place = 'main' | 'http' | 'server' | 'location' | 'upstream';

/** Directives that change no decision: limits run on full buckets here, timeouts and buffers are of the connection. */
const SILENT = new Set([
  'worker_processes', 'pcre_jit', 'pid', 'error_log', 'load_module', 'events', 'stream', 'user', 'daemon', 'master_process', 'worker_rlimit_nofile', 'access_log', 'server_tokens', 'keepalive_timeout',
  'client_body_temp_path', 'proxy_temp_path', 'fastcgi_temp_path', 'uwsgi_temp_path', 'scgi_temp_path', 'variables_hash_max_size', 'variables_hash_bucket_size',
  'map_hash_bucket_size', 'map_hash_max_size', 'server_names_hash_max_size', 'server_names_hash_bucket_size', 'proxy_headers_hash_max_size', 'proxy_headers_hash_bucket_size',
  'proxy_http_version', 'proxy_buffering', 'proxy_pass_trailers', 'early_hints', 'proxy_buffer_size', 'proxy_buffers', 'grpc_buffer_size', 'proxy_connect_timeout', 'proxy_read_timeout', 'proxy_send_timeout',
  'mirror_request_body', 'proxy_next_upstream_timeout', 'proxy_pass_header', 'proxy_ignore_headers', 'resolver', 'resolver_timeout', 'http2', 'limit_req_zone', 'limit_conn_zone', 'limit_req', 'limit_conn',
  'limit_req_status', 'limit_conn_status', 'ssl_certificate', 'ssl_certificate_key', 'ssl_protocols', 'ssl_session_cache',
  'ssl_session_timeout', 'proxy_ssl_name', 'proxy_ssl_server_name', 'proxy_ssl_verify', 'proxy_ssl_verify_depth', 'proxy_ssl_trusted_certificate', 'proxy_ssl_certificate', 'proxy_ssl_certificate_key',
  'grpc_connect_timeout', 'grpc_read_timeout', 'grpc_send_timeout', 'grpc_pass_header', 'grpc_ignore_headers', 'zone', 'keepalive', 'log_format', 'large_client_header_buffers', 'set_real_ip_from', 'real_ip_header',
]);

/** Read at every level below `http`. */
const SHARED: ReadonlySet<string> = new Set([
  'proxy_request_buffering', 'proxy_next_upstream', 'proxy_next_upstream_tries', 'grpc_next_upstream', 'grpc_next_upstream_tries', 'proxy_pass_request_body', 'mirror', 'gzip', 'gzip_proxied', 'gzip_vary', 'gzip_min_length', 'gzip_types',
  'grpc_set_header', 'grpc_hide_header', 'proxy_set_header', 'add_header', 'proxy_hide_header', 'error_page', 'recursive_error_pages', 'proxy_intercept_errors', 'proxy_method', 'proxy_pass_request_headers', 'allow', 'deny', 'auth_basic', 'auth_basic_user_file', 'auth_request', 'client_max_body_size', 'default_type', 'merge_slashes', 'absolute_redirect',
]);

const READ: Readonly<Record<Place, ReadonlySet<string>>> = {
  main: new Set([...SILENT, 'http']),
  http: new Set([...SILENT, ...SHARED, 'server', 'map', 'geo', 'split_clients', 'upstream', 'underscores_in_headers', 'ignore_invalid_headers']),
  server: new Set([...SILENT, ...SHARED, 'listen', 'server_name', 'location', 'if', 'set', 'rewrite', 'return', 'break']),
  location: new Set([...SILENT, ...SHARED, 'location', 'if', 'set', 'rewrite', 'return', 'break', 'proxy_pass', 'grpc_pass', 'try_files', 'internal', 'auth_request_set']),
  upstream: new Set([...SILENT, 'server']),
};

/** The first directive that this reader does not know: nothing is guessed about a level that has one. */
export function unknownDirective(directives: readonly Directive[], place: Place): string | undefined {
  const known = READ[place];
  return directives.find(({ name }) => !known.has(name))?.name;
}

/** Whether levels take a directive over from the level around them. */
export function isShared(name: string): boolean {
  return SHARED.has(name);
}
