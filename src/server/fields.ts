import { IncomingMessage } from 'node:http';
import type { Body } from '../runtime/index.ts';
import { ByteSource } from './byte-source.ts';

/** Fields that came behind a body that was passed on as it is; known once the body is over. */
export function trailersOf(body: Body): [string, string][] {
  if (body.kind === 'transformed') return trailersOf(body.from);
  if (body.kind !== 'stream' || !(body.source instanceof ByteSource)) return [];
  const { origin } = body.source;
  return origin instanceof IncomingMessage ? pairs(origin.rawTrailers) : [];
}

/** Node's flat list as name and value. */
export function pairs(raw: readonly string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) out.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return out;
}
