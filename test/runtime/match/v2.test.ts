import { describe, expect, it } from 'vitest';
import { type Answer, type Asked, type Engine, loadFixture, parseRecorded, type RecordedRouter, simulate } from './harness.ts';

interface State {
  readonly status: string;
  readonly errors?: readonly string[];
}
interface RuleSet {
  readonly routers: readonly RecordedRouter[];
  readonly entryPoint?: string;
  readonly status: Readonly<Record<string, State>>;
  readonly statusV37RuleSyntaxV2?: Readonly<Record<string, State>>;
  readonly statusV37RuleSyntaxV3?: Readonly<Record<string, State>>;
}
type Recorded = Omit<Answer, 'backend'> & { readonly backend?: string | null };
type Observation = Asked & Recorded & {
  readonly set: string;
  readonly version?: string;
  readonly hostSent?: string;
  readonly v37RuleSyntaxV2?: Recorded;
  readonly v37RuleSyntaxV3?: Recorded;
};
const recording = loadFixture<{ readonly sets: Readonly<Record<string, RuleSet>>; readonly observations: readonly Observation[] }>('v2-paths.json');

const V2: Engine = { version: '2.11', syntax: 'v2' };
const V37_AS_V2: Engine = { version: '3.7', syntax: 'v2' };
const V37_AS_V3: Engine = { version: '3.7', syntax: 'v3' };
type Field = 'status' | 'router' | 'backend' | 'upstream' | 'host';

/** In some sets `host` is what was asked and `hostSent` what was sent; in the others `host` is what was sent. */
function asksHost(one: Observation): boolean {
  return one.set === 'hosts' || one.set === 'logic' || one.hostSent !== undefined;
}

function asked(one: Observation): Asked {
  return {
    target: one.target,
    host: asksHost(one) ? (one.host ?? null) : 'x.test',
    ...(one.method === undefined ? {} : { method: one.method }),
    ...(one.headers === undefined ? {} : { headers: one.headers }),
    http10: one.version === '1.0',
  };
}

function expected(one: Observation): Recorded {
  const { status, router, backend, upstream } = one;
  const host = asksHost(one) ? one.hostSent : one.host;
  return { status, ...(router === undefined ? {} : { router, backend: backend ?? null, upstream: upstream ?? '', host: host ?? '' }) };
}

/** All that was recorded of v3 syntax. */
function statusAndBackend({ status, backend }: Observation): Recorded {
  return { status, backend: backend ?? null };
}

function mismatches(name: string, set: RuleSet, engine: Engine, want: (one: Observation) => Recorded): { readonly wrong: unknown[]; readonly asked: number } {
  const decide = simulate(set.routers, set.entryPoint ?? '', engine);
  const observed = recording.observations.filter((one) => one.set === name);
  const wrong = observed.flatMap((one) => {
    const answer = decide(asked(one));
    const wanted = want(one);
    const fields = (['status', 'router', 'backend', 'upstream', 'host'] satisfies Field[]).filter((field) => field === 'status' || field in wanted);
    const differs = fields.filter((field) => (answer[field] ?? null) !== wanted[field] && !(field === 'host' && answer.host === ''));
    return differs.length === 0 ? [] : [{ asked: asked(one), answer, wanted, differs }];
  });
  return { wrong, asked: observed.length };
}

const sets = Object.entries(recording.sets);

describe('Traefik 2.11.53 decides rules in v2 syntax', () => {
  it.each(sets)('%s', (name, set) => {
    const { wrong, asked: count } = mismatches(name, set, V2, expected);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(5);
  });
});

describe('Traefik 3.7.15 decides the same with defaultRuleSyntax=v2', () => {
  it.each(sets.filter(([, set]) => set.statusV37RuleSyntaxV2 !== undefined))('%s', (name, set) => {
    expect(mismatches(name, set, V37_AS_V2, (one) => one.v37RuleSyntaxV2 ?? expected(one)).wrong).toEqual([]);
  });
});

describe('Traefik 3.7.15 decides the same texts read as v3', () => {
  it.each(sets.filter(([, set]) => set.statusV37RuleSyntaxV3 !== undefined))('%s', (name, set) => {
    expect(mismatches(name, set, V37_AS_V3, (one) => one.v37RuleSyntaxV3 ?? statusAndBackend(one)).wrong).toEqual([]);
  });
});

describe('rules that disable their router say what the engine says', () => {
  const states = sets.flatMap(([, set]) =>
    set.routers.flatMap((router) =>
      ([[V2, set.status], [V37_AS_V2, set.statusV37RuleSyntaxV2], [V37_AS_V3, set.statusV37RuleSyntaxV3]] as const).flatMap(([engine, states]) => {
        const state = states?.[router.name];
        return state === undefined ? [] : [[`${engine.version} ${engine.syntax}`, router.rule, engine, state] as const];
      }),
    ),
  );
  it.each(states)('%s %s', (_label, rule, engine, state) => {
    const { errors } = parseRecorded(rule, engine);
    const prefix = engine.version === '3.7' ? `error while parsing rule ${rule}: ` : '';
    expect(errors.slice(0, 1).map((error) => prefix + error.engineSays)).toEqual(state.errors ?? []);
  });
});
