import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import type { EngineBinary } from '../../src/engines/find.ts';
import { startTraefik, type Traefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import type { OutputFile } from '../../src/index.ts';
import { containersOf, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { fileRouters } from '../support/file-routers.ts';
import { objectAt } from '../support/json.ts';
import { comparableRawData, normaliseRawData, ofProvider, type RawData } from '../support/rawdata.ts';
import { started } from '../support/started.ts';
import { staticFlags } from '../support/static-flags.ts';
import { slice } from '../support/slice.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTraefikDocker } from '../support/traefik-docker.ts';

/** What Traefik makes of the labels equals what it makes of our files: catches what no request shows. */
const cases = readCases().filter((one) => one.dynamic.length === 0 && slice(one.name, 6));
/** Per-router v2 rules are written in the v3 syntax: their text differs on purpose, everything else is compared. */
const CONVERTED = new Set(['v2-per-router']);
const profiles = [...new Set(cases.map((one) => one.staticPath))];

describeEngine('traefik', 'rawdata: labels against emitted files', (engine) => {
  for (const profile of profiles) {
    test(`static ${basename(profile)}`, async () => {
      const mine = cases.filter((one) => one.staticPath === profile);
      const { entryPoints, flags } = staticFlags(parse(readFileSync(profile, 'utf8')));
      const labels = await startTraefikDocker({ engine, entryPoints, flags });
      try {
        const differences: unknown[] = [];
        for (const group of await groups(mine)) {
          for (const { one, seen } of await onFiles(engine, group)) {
            const outcome = await labels.swap(containersOf(one, one.index), { timeoutMs: 30_000 });
            expect(outcome.kind).toBe('applied');
            const wanted = outcome.kind === 'applied' ? view(one, ofProvider(outcome.data, 'docker')) : [];
            const got = view(one, ofProvider(seen, 'file'));
            expect(wanted.length).toBeGreaterThan(0);
            const [missing, extra] = [wanted.filter((line) => !got.includes(line)), got.filter((line) => !wanted.includes(line))];
            if (missing.length + extra.length > 0) differences.push({ case: one.name, missing, extra });
          }
        }
        expect(differences).toEqual([]);
      } finally {
        await labels.stop();
      }
    }, 600_000);
  }
});

function view(one: Case, data: RawData): readonly string[] {
  const lines = comparableRawData(data);
  return CONVERTED.has(one.name) ? lines.map((line) => line.replace(/"rule":"[^"]*",("ruleSyntax":"v\d",)?/, '')) : lines;
}

interface Group {
  readonly flags: readonly string[];
  readonly entryPoints: ReturnType<typeof staticFlags>['entryPoints'];
  readonly members: readonly { readonly one: Case; readonly files: readonly OutputFile[] }[];
}

/** Cases whose emitted static configuration is the same share one Traefik. */
async function groups(mine: readonly Case[]): Promise<readonly Group[]> {
  const found = new Map<string, Group>();
  for (const one of mine) {
    const ports = Object.fromEntries(Object.keys(objectAt(parse(readFileSync(one.staticPath, 'utf8')), 'entryPoints')).map((name, at) => [name, 20_000 + at]));
    const overrides = overridesOf(one, one.index, ports);
    const { files } = buildCase(loadCase(one, overrides), 'traefik', '3.7', overrides, one.allow);
    if (files === undefined) continue;
    const { flags, entryPoints } = staticFlags(parse(files.find((file) => file.path === 'traefik.yml')?.text ?? ''));
    const key = JSON.stringify(flags);
    const group = found.get(key);
    found.set(key, { flags, entryPoints, members: [...(group?.members ?? []), { one, files: files.filter((file) => file.path.startsWith('dynamic/')) }] });
  }
  return [...found.values()];
}

/** The dynamic files of each member, one after the other, in one Traefik. */
async function onFiles(engine: EngineBinary, { flags, entryPoints, members }: Group): Promise<readonly { readonly one: Case; readonly seen: RawData }[]> {
  const folder = await tempFolder();
  const directory = join(folder.path, 'dynamic');
  await mkdir(directory);
  const traefik = started(await startTraefik({ engine, entryPoints, flags, workDir: folder.path, provider: { kind: 'directory', path: directory } }));
  try {
    const out: { one: Case; seen: RawData }[] = [];
    for (const [at, { one, files }] of members.entries()) out.push({ one, seen: await rewritten(traefik, directory, at, files) });
    return out;
  } finally {
    await traefik.stop();
    await folder.remove();
  }
}

async function rewritten(traefik: Traefik, directory: string, at: number, files: readonly OutputFile[]): Promise<RawData> {
  for (const name of await readdir(directory)) await rm(join(directory, name));
  for (const file of files) await writeFile(join(directory, basename(file.path)), file.text);
  const sign = `harness-${String(at)}`;
  await writeFile(join(directory, 'zz-sign.yml'), JSON.stringify({ http: { routers: { [sign]: { rule: `Host(\`${sign}.invalid\`)`, entryPoints: ['traefik'], service: 'noop@internal' } } } }));
  const wanted = [`${sign}@file`, ...files.flatMap(({ path, text }) => fileRouters(path, text))];
  const data = await waitFor(async () => {
    const now = await traefik.rawData();
    const routers = objectAt(now, 'routers');
    return wanted.every((name) => routers[name] !== undefined) ? now : null;
  }, { timeoutMs: 30_000 });
  if (data === null) throw new Error(`the files were not taken: ${traefik.log().slice(-2000)}`);
  return normaliseRawData(data);
}
