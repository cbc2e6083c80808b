import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { readRequest } from '../case-request.ts';
import { writeCase } from './compose.ts';
import { Counts } from './counts.ts';
import { drawn } from './draw.ts';
import { drawGateway } from './gateway.ts';
import { COLUMNS, judgeGateway } from './judge.ts';
import type { Column, Result, Verdict } from './judge.ts';
import { drawRequests } from './requests.ts';
import { shrink } from './shrink.ts';
import type { Sample } from './shrink.ts';
import type { GatewaySpec } from './spec.ts';
import { drawUnusualGateway } from './unusual.ts';
import type { World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly gateways: number;
  readonly requests: number;
  /** Gateways whose disagreements are made small; the others are only counted. */
  readonly shrunk: number;
  readonly columns?: readonly Column[];
  /** Counts that several runs share. */
  readonly total?: Counts;
  readonly onGateway?: (done: number) => void;
}

/** One gateway on which an engine, or the build's own check, disagrees with the labels. */
export interface Disagreement {
  readonly seed: number;
  readonly gateway: number;
  readonly column: Column;
  /** Requests of the gateway that differ. */
  readonly count: number;
  readonly first: unknown;
  /** A case folder with the smallest gateway and request, ready to be moved to the case table. */
  readonly folder?: string;
}

export interface Report {
  readonly counts: Counts;
  readonly disagreements: readonly Disagreement[];
}

/** Each so-manieth gateway has values that few people write. */
const UNUSUAL_EVERY = 8;

/** A gateway of a run, the same one for the same seed and number. */
export function gatewayOf(seed: number, number: number, requests: number): { readonly spec: GatewaySpec; readonly requests: readonly string[] } {
  return drawn(seed * 100_003 + number, (draw) => {
    const spec = number % UNUSUAL_EVERY === UNUSUAL_EVERY - 1 ? drawUnusualGateway(draw) : drawGateway(draw);
    return { spec, requests: drawRequests(draw, spec, requests) };
  });
}

/** Draws gateways, asks everything about each, and makes the first disagreements small. */
export async function runGenerated(world: World, { seed, gateways, requests: count, shrunk, columns = COLUMNS, total, onGateway }: RunOptions): Promise<Report> {
  const counts = new Counts();
  const disagreements: Disagreement[] = [];
  for (let number = 0; number < gateways; number += 1) {
    const { spec, requests } = gatewayOf(seed, number, count);
    const verdict = await judgeGateway(world, spec, requests, columns);
    const targets = requests.map((text) => readRequest(text).target);
    for (const one of [counts, ...(total === undefined ? [] : [total])]) one.add(spec, targets, verdict);
    for (const column of columns) {
      const found = disagreementOf(verdict, column);
      if (found === undefined) continue;
      const request = found.request ?? requests[0] ?? '';
      // Both versions of nginx mostly fail alike.
      const again = column === 'nginx131' && disagreements.some((one) => one.gateway === number && one.column === 'nginx122');
      const folder = !again && disagreements.filter((one) => one.folder !== undefined).length < shrunk ? await smallest(world, { spec, request }, column, `${String(seed)}-${String(number)}-${column}`) : undefined;
      disagreements.push({ seed, gateway: number, column, count: found.count, first: found.first, ...(folder === undefined ? {} : { folder }) });
    }
    onGateway?.(number + 1);
  }
  return { counts, disagreements };
}

function disagreementOf({ results }: Verdict, column: Column): { readonly request?: string; readonly count: number; readonly first: unknown } | undefined {
  const result = results[column];
  if (result === undefined || !fails(result)) return undefined;
  if (result.kind !== 'asked') return { count: result.kind === 'contradicted' ? result.count : 0, first: result };
  const [first] = result.differences;
  return { count: result.differences.length, first: first?.text, ...(first === undefined ? {} : { request: first.request }) };
}

function fails(result: Result): boolean {
  return result.kind === 'broken' || result.kind === 'contradicted' || (result.kind === 'asked' && result.differences.length > 0);
}

async function smallest(world: World, sample: Sample, column: Column, name: string): Promise<string> {
  const judge = ({ spec, request }: Sample): Promise<Verdict> => judgeGateway(world, spec, [request], [column]);
  const { spec, request } = await shrink(sample, async (candidate) => {
    const result = (await judge(candidate)).results[column];
    return result !== undefined && fails(result);
  });
  const folder = join(tmpdir(), 'gateway-disagreements', name);
  writeCase(folder, spec, [request]);
  const left = (await judge({ spec, request })).results[column];
  writeFileSync(join(folder, 'seen.json'), `${JSON.stringify(left, null, 1)}\n`);
  return folder;
}
