import { readFileSync } from 'node:fs';
import { isObject, isList, objectAt, objectsAt, stringAt, toJson } from '../../src/models/kong/value.ts';
import type { Json, JsonObject } from '../../src/models/kong/value.ts';
import type { Probe } from '../../src/ir/index.ts';

/** A recording file of real Kong 3.9.3 under `fixtures/oracle/kong`. */
export function recording(name: string): Json {
  return toJson(JSON.parse(readFileSync(new URL(`../../fixtures/oracle/${name}`, import.meta.url), 'utf8')));
}

export interface RecordedCase {
  readonly name: string;
  readonly flavor: 'expressions' | 'traditional_compatible' | 'traditional';
  readonly config: JsonObject;
  readonly requests: readonly { readonly probe: Probe; readonly repeat: number; readonly expect: JsonObject }[];
}

export function recordedCases(name: string): readonly RecordedCase[] {
  const list = recording(`kong/${name}.json`);
  return (isList(list) ? list.filter(isObject) : []).map((entry) => ({
    name: stringAt(entry, 'name') ?? '',
    flavor: flavorOf(stringAt(entry, 'flavor')),
    config: objectAt(entry, 'config'),
    requests: objectsAt(entry, 'requests').map((request) => ({ probe: probeOf(request), repeat: Number(request['repeat'] ?? 1), expect: objectAt(request, 'expect') })),
  }));
}

function flavorOf(text: string | undefined): RecordedCase['flavor'] {
  return text === 'expressions' || text === 'traditional' ? text : 'traditional_compatible';
}

function probeOf(request: JsonObject): Probe {
  const headers = Object.entries(objectAt(request, 'headers')).flatMap(([name, value]) => (isList(value) ? value : [value]).map((item) => [name, String(item)] as const));
  const body = stringAt(request, 'body');
  const tls = request['tls'];
  return {
    entryPoint: 'web',
    method: stringAt(request, 'method') ?? 'GET',
    target: stringAt(request, 'path') ?? '/',
    host: stringAt(request, 'host') ?? null,
    headers,
    tls: typeof tls === 'string' ? { sni: tls === '' ? null : tls } : false,
    clientIp: '127.0.0.1',
    ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
  };
}

/** A plain request for the path and host recordings. */
export function plainProbe(target: string, host: string | null = 'x.test'): Probe {
  return { entryPoint: 'web', method: 'GET', target, host, headers: [], tls: false, clientIp: '127.0.0.1' };
}
