import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../src/engines/free-port.ts';
import { requestClass } from '../../src/ir/request-class.ts';
import type { EntryPoint, Middleware } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import type { BackendObservation, RunningEngine } from '../support/engine-ask.ts';
import { headerValue } from '../../src/engines/http-message.ts';
import { isJsonObject } from '../support/json.ts';
import { emit, nginxOn } from '../support/nginx-emitted.ts';
import { listenerOf, middlewareOf, routingOf, targetOptions } from '../support/routing-builder.ts';

interface RecordedSet {
  readonly routers: readonly { readonly name: string; readonly rule: string; readonly priority: number; readonly middlewares: readonly string[]; readonly backend: string }[];
  readonly middlewares: string;
  readonly entryPoint: string;
}
interface Recorded {
  readonly set: string;
  readonly target: string;
  readonly status: number;
  readonly router?: string;
  readonly backend?: string;
  readonly upstream?: string;
  readonly xForwardedPrefix?: string;
  readonly xReplacedPath?: string;
}
const recordings: { readonly sets: Readonly<Record<string, RecordedSet>>; readonly observations: readonly Recorded[] } = JSON.parse(readFileSync('fixtures/oracle/traefik/paths.json', 'utf8'));

/** nginx always cleans paths: a set that switches this off is refused by a verdict. */
const REFUSED = ['nosanitize'];

const ENCODED = ['allowEncodedSlash', 'allowEncodedBackSlash', 'allowEncodedNullCharacter', 'allowEncodedSemicolon', 'allowEncodedPercent', 'allowEncodedQuestionMark', 'allowEncodedHash'];

function entryPointOf(written: string, port: number): Partial<EntryPoint> {
  const tree: unknown = parse(written);
  const http = isJsonObject(tree) && isJsonObject(tree['http']) ? tree['http'] : {};
  const characters = http['encodedCharacters'];
  const flags = (name: string): boolean => !isJsonObject(characters) || characters[name] !== false;
  const encodedCharacters = {
    allowEncodedSlash: flags('allowEncodedSlash'), allowEncodedBackSlash: flags('allowEncodedBackSlash'), allowEncodedNullCharacter: flags('allowEncodedNullCharacter'), allowEncodedSemicolon: flags('allowEncodedSemicolon'),
    allowEncodedPercent: flags('allowEncodedPercent'), allowEncodedQuestionMark: flags('allowEncodedQuestionMark'), allowEncodedHash: flags('allowEncodedHash'),
  };
  return { name: 'web', host: '127.0.0.1', port, sanitizePath: http['sanitizePath'] !== false, ...(ENCODED.length > 0 && isJsonObject(characters) ? { encodedCharacters } : {}) };
}

function middlewaresOf(written: string): ReadonlyMap<string, Middleware> {
  const tree: unknown = parse(written === '' ? '{}' : written);
  return new Map(Object.entries(isJsonObject(tree) ? tree : {}).map(([name, spec]) => [name, middlewareOf(name, isJsonObject(spec) ? spec : {})]));
}

function routingFor(set: RecordedSet, port: number, backends: BackendPool) {
  const known = middlewaresOf(set.middlewares);
  return routingOf(listenerOf(entryPointOf(set.entryPoint, port), set.routers.map(({ name, rule, priority, middlewares, backend }) => ({ name, rule, priority, service: backends.url(backend), middlewares: middlewares.flatMap((one) => known.get(one) ?? []) }))));
}

/** 400 and 414 are how nginx and class X refuse. */
function disagreement(recorded: Recorded, seen: { readonly status: number; readonly backend: null | BackendObservation }): 'same' | 'refused' | string {
  if (recorded.backend === undefined) return seen.backend === null && (seen.status === recorded.status || seen.status === 400 || seen.status === 414) ? 'same' : `Traefik answers ${String(recorded.status)}, nginx ${String(seen.status)} ${JSON.stringify(seen.backend)}`;
  if (seen.backend === null) return seen.status === 400 || seen.status === 414 ? 'refused' : `Traefik forwards to ${recorded.backend} ${recorded.upstream ?? ''}, nginx answers ${String(seen.status)}`;
  const prefix = headerValue(seen.backend.headers, 'X-Forwarded-Prefix');
  const replaced = headerValue(seen.backend.headers, 'X-Replaced-Path');
  if (prefix !== recorded.xForwardedPrefix) return `X-Forwarded-Prefix ${recorded.xForwardedPrefix ?? 'absent'}, nginx ${prefix ?? 'absent'}`;
  if (replaced !== recorded.xReplacedPath) return `X-Replaced-Path ${recorded.xReplacedPath ?? 'absent'}, nginx ${replaced ?? 'absent'}`;
  if (seen.backend.name !== recorded.backend || seen.backend.target !== recorded.upstream) return `Traefik sends ${recorded.upstream ?? ''} to ${recorded.backend}, nginx ${seen.backend.target} to ${seen.backend.name}`;
  return 'same';
}

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine(engineName, 'emitted nginx decides as Traefik was recorded to', (engine) => {
    let backends: BackendPool;
    beforeAll(async () => {
      backends = await startBackends(['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8'].map((name) => ({ name })));
    });
    afterAll(() => backends.stop());

    for (const [name, set] of Object.entries(recordings.sets)) {
      if (REFUSED.includes(name)) {
        test(`${name} is refused`, () => {
          expect(emit(routingFor(set, 1, backends), targetOptions(engine.version)).refused.join()).toContain('entryPoint.sanitizePath');
        });
        continue;
      }
      test(name, async () => {
        const running: RunningEngine = await nginxOn(engine, backends, routingFor(set, await freePort(), backends));
        const wrong: string[] = [];
        const refused: string[] = [];
        for (const recorded of recordings.observations.filter((one) => one.set === name)) {
          const seen = await running.ask({ entryPoint: 'web', method: 'GET', target: recorded.target, host: 'x.test', headers: [] });
          const verdict = disagreement(recorded, seen);
          if (verdict === 'refused') refused.push(recorded.target);
          else if (verdict !== 'same') wrong.push(`${recorded.target.slice(0, 60)}: ${verdict}`);
        }
        await running.stop();
        expect(wrong).toEqual([]);
        expect(refused.map((target) => `${requestClass(target)} ${target.slice(0, 60)}`)).toMatchSnapshot();
      });
    }
  });
}
