import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { project, write } from './gateway.ts';
import { bash } from './scratch-repo.ts';

interface ActionStep {
  readonly name: string;
  readonly id?: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

export interface ActionRun {
  readonly status: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export function readAction(): Action {
  return parse(readFileSync('action.yml', 'utf8')) as Action;
}

/** Runs the steps of action.yml one after the other as a runner does: the first that fails ends it. */
export function runAction(repository: string, inputs: Readonly<Record<string, string>> = {}, base = ''): ActionRun {
  const { inputs: declared, outputs, runs } = readAction();
  const folder = project({ summary: '', output: '' });
  const known = new Map<string, string>([['github.event.pull_request.base.sha', base]]);
  for (const [name, { default: fallback = '' }] of Object.entries(declared)) known.set(`inputs.${name}`, inputs[name] ?? filled(fallback, known));
  let [log, status] = ['', 0];
  for (const step of runs.steps) {
    write(folder, 'output', '');
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text, known)]));
    const cwd = path.join(repository, filled(step['working-directory'] ?? '.', known));
    const run = bash(step.run, cwd, { ...env, PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, GITHUB_ACTIONS: 'true', GITHUB_ACTION_PATH: process.cwd(), GITHUB_OUTPUT: path.join(folder, 'output'), GITHUB_STEP_SUMMARY: path.join(folder, 'summary'), RUNNER_TEMP: folder });
    log += run.stdout + run.stderr;
    status = run.status ?? -1;
    for (const line of readFileSync(path.join(folder, 'output'), 'utf8').split('\n')) if (line.includes('=')) known.set(`steps.${step.id ?? ''}.outputs.${line.slice(0, line.indexOf('='))}`, line.slice(line.indexOf('=') + 1));
    if (status !== 0) break;
  }
  return { status, log, summary: existsSync(path.join(folder, 'summary')) ? readFileSync(path.join(folder, 'summary'), 'utf8') : '', outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, filled(value, known)])) };
}

/** Expressions here are names only; one that nothing set is empty. */
function filled(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_whole, name: string) => known.get(name) ?? '');
}
