import type { ExchangeRecord, Observer } from './observer.ts';

export type AccessLogFormat = 'text' | 'json';

/** One line for each request. A query may hold a token, so only that there was one is told. */
export function accessLog(format: AccessLogFormat, write: (line: string) => void, now: () => Date = () => new Date()): Observer {
  return { began: () => undefined, ended: (record) => write(`${format === 'json' ? asJson(record, now()) : asText(record, now())}\n`) };
}

function asJson(record: ExchangeRecord, at: Date): string {
  const { entryPoint, method, host, clientIp, protocol, tls, status, bytes, router, endpoint, aborted } = record;
  return JSON.stringify({ time: at.toISOString(), clientIp, entryPoint, protocol, tls, method: safe(method), host: safe(host), path: safe(pathOf(record.target)), status, bytes, router, endpoint, aborted, milliseconds: rounded(record) });
}

function asText(record: ExchangeRecord, at: Date): string {
  const { entryPoint, method, host, target, clientIp, status, bytes, router, endpoint, aborted } = record;
  const request = `${safe(method)} ${record.tls ? 'https' : 'http'}://${safe(host)}${safe(pathOf(target))}`;
  return `${at.toISOString()} ${clientIp} ${entryPoint} ${request} ${String(status)} ${String(bytes)} ${router ?? '-'} ${endpoint ?? '-'} ${String(rounded(record))}ms${aborted ? ' aborted' : ''}`;
}

function pathOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? target : `${target.slice(0, at)}?...`;
}

/** What a client wrote never moves a cursor or begins a line. */
function safe(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function rounded({ milliseconds }: ExchangeRecord): number {
  return Math.round(milliseconds * 10) / 10;
}
