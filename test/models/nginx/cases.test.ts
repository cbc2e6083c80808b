import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNginx } from '../../../src/models/nginx/index.ts';
import { heardAtPlace, type Place } from '../../../src/text/index.ts';
import { judgeCase } from '../../support/case-judge.ts';
import { backendNames, readCases } from '../../support/cases.ts';
import { buildCase, loadCase, overridesOf } from '../../support/emitted.ts';
import { isTooOld, NO_HANDSHAKE } from '../../support/handshake.ts';
import { askNginxModel } from '../../support/nginx-model.ts';

/** The model reads what is written for every case and must decide as Traefik was recorded to: it shares nothing with the target. */
const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443, dns: 20053 };

const placeAt = (port: number): Place => ({ host: '127.0.0.1', port });

/** Files of users that an operator keeps elsewhere. */
function usersFiles(text: string): readonly [string, string][] {
  return [...text.matchAll(/auth_basic_user_file (\/[^;]+);/g)].map(([, path = '']) => [path, readFileSync(path, 'utf8')]);
}

for (const version of ['1.22', '1.31']) {
  describe(`cases: the model of nginx on files for ${version}`, () => {
    it.each(readCases().map((one, index) => [one.name, one, index] as const))('%s', async (_, one, index) => {
      const overrides = overridesOf(one, index, PORTS);
      // The model takes every subrequest to agree and cannot tell of it: forwardAuth is for the engines.
      const { files } = buildCase(loadCase(one, overrides), 'nginx', version, overrides, one.allow.filter((feature) => feature !== 'middleware.forwardAuth'));
      if (files === undefined) return;
      const text = files.map((file) => file.text).join('\n');
      const config = readNginx(new Map([...files.map((file): [string, string] => [file.path, file.text]), ...usersFiles(text)]));
      // The model reads HTTP: a case that asks TCP or UDP routers is for the engines.
      if (one.requests.some(({ probe }) => heardAtPlace(config.sockets, placeAt(PORTS[probe.entryPoint] ?? 0)) === undefined)) return expect(one.name).toMatch(/^(?:kong-)?(?:tcp|udp)-/);
      const judged = await judgeCase(one, 'nginx', (probe) => (isTooOld(text, probe) ? NO_HANDSHAKE : askNginxModel(config, new Map(Object.entries(PORTS).map(([name, port]) => [name, placeAt(port)])), probe, backendNames(one, index))));
      expect(judged.differences).toEqual([]);
    });
  });
}
