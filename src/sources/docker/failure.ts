import { isJsonObject, textAt } from './json.ts';

const SECONDS = 1000;

/** Why a host could not be read, in words for a person. */
export function whyFailed(error: unknown, timeoutMs: number, said: string): string {
  if (isAbort(error)) return `no answer within ${String(timeoutMs / SECONDS)} s${said === '' ? '' : ` (${said})`}`;
  const code = textAt(error, 'code');
  const path = textAt(error, 'address') ?? textAt(error, 'path') ?? '';
  if (code === 'ENOENT') return textAt(error, 'syscall')?.startsWith('spawn') === true ? 'the program ssh is not there' : `there is no socket at ${path}`;
  if (code === 'EACCES' || code === 'EPERM') return `no permission for ${path}`;
  if (code === 'ECONNRESET') return said === '' ? 'the connection ended' : said;
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such host name';
  const tls = tlsTrouble(error);
  if (tls !== undefined) return tls;
  const status = statusOf(error);
  if (status !== undefined) return `the answer was ${String(status)}`;
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return said === '' ? message : said;
}

/** OpenSSL's own words begin with an address in memory. */
function tlsTrouble(error: unknown): string | undefined {
  if (statusOf(error) === 400 && error instanceof Error && /HTTP request to an HTTPS server/i.test(error.message)) return 'it speaks TLS only: DOCKER_TLS_VERIFY=1, or a Docker context with its certificates';
  const [, reason] = /SSL routines:[^:]*:([^:]+):/.exec(error instanceof Error ? error.message : '') ?? [];
  if (reason === undefined) return undefined;
  if (/alert (?:bad certificate|certificate required|unknown ca|handshake failure)$/.test(reason)) return `it does not accept our certificate, or wants one (${reason})`;
  return reason === 'wrong version number' ? 'it does not speak TLS' : `TLS: ${reason}`;
}

/** The status of an answer that says no. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function isAbort(error: unknown): boolean {
  const name = error instanceof Error ? error.name : '';
  const cause = error instanceof Error ? error.cause : undefined;
  return name === 'AbortError' || name === 'TimeoutError' || (isJsonObject(cause) && isAbort(cause));
}
