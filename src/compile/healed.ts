import { containerSymbol } from '../ir/index.ts';
import type { Container, JudgedLabel, Problem, RawLabel, Workspace } from '../ir/index.ts';
import { suggest } from '../diagnostics/index.ts';
import type { DynamicFile, ResolvedGateway } from '../resolve/index.ts';
import { known } from '../text/index.ts';
import type { Text } from '../text/index.ts';
import type { FileDecoded } from '../traefik-config/dynamic-file.ts';
import type { HealedGateway } from './types.ts';

type DecodedFile = DynamicFile & Pick<FileDecoded, 'healed'>;

/** What a gateway is made of, and how. */
export interface Healable {
  readonly workspace: Workspace;
  readonly result: ResolvedGateway;
  readonly files: readonly DecodedFile[];
  readonly resolve: (workspace: Workspace, files: readonly DynamicFile[]) => ResolvedGateway;
}

/** A part that is right now may show that the next one is not; so deep no label goes wrong. */
const PASSES = 4;

/** What a cure takes out of the findings: it may only have come to light behind another one. */
const CURED: ReadonlySet<Problem['kind']> = new Set<Problem['kind']>(['enable-unparsable', 'label-switched-off', 'router-service-ambiguous', 'rule-empty', 'value-invalid']);

/** The same gateway without what breaks its containers, and without the mistakes that make a file be refused. */
export function healAll({ workspace, result, files, resolve }: Healable): HealedGateway {
  const mended = healFiles(files);
  const broken = new Set(mended.broken);
  const left: RawLabel[] = [];
  const cured = new Map<string, Problem>();
  let better = mended.broken.length === 0 ? result : resolve(workspace, mended.files);
  let at = workspace;
  for (let pass = 1; pass <= PASSES; pass += 1) {
    const healed = heal(at, better, pass < PASSES);
    if (healed === undefined) break;
    for (const container of healed.containers) broken.add(container);
    left.push(...healed.leftOut);
    for (const problem of better.problems) if (CURED.has(problem.kind)) cured.set(`${problem.kind} ${problem.symbol}`, problem);
    at = healed.workspace;
    better = resolve(at, mended.files);
  }
  if (broken.size === 0) return { resolved: result, broken, missing: 'nothing', unsure: new Set() };
  const problems = [...better.problems, ...[...cured].filter(([key]) => !better.problems.some(({ kind, symbol }) => `${kind} ${symbol}` === key)).map(([, problem]) => problem)];
  return { resolved: { ...better, problems }, broken, missing: mended.leftOut ? 'options' : left.length > 0 ? 'labels' : 'nothing', unsure: unsureIn(better, left) };
}

/** Problems with what stands in a label that is missing: it may have been declared or completed there. */
function unsureIn({ problems }: ResolvedGateway, missing: readonly RawLabel[]): ReadonlySet<string> {
  const names = new Set(missing.flatMap(({ key }) => key.value.text.toLowerCase().split('.')));
  return new Set(problems.filter(({ ref }) => ref !== undefined && names.has(ref.name.toLowerCase())).map(({ symbol }) => symbol));
}

/** One file that is refused takes all others along. */
function healFiles(files: readonly DecodedFile[]): { readonly files: readonly DynamicFile[]; readonly broken: readonly string[]; readonly leftOut: boolean } {
  const refused = files.filter(({ root }) => root === undefined);
  if (refused.length === 0) return { files, broken: [], leftOut: false };
  const healed = new Map(refused.map((one) => [one, one.healed?.()]));
  return {
    files: files.map((one): DynamicFile => {
      const { root, problems } = healed.get(one) ?? {};
      return root === undefined ? one : { ...one, root, problems: problems ?? [] };
    }),
    broken: files.map(({ file, symbol }) => symbol ?? file.path),
    leftOut: [...healed.values()].some((one) => one === undefined || one.leftOut),
  };
}

/** A workspace in which fewer labels break their containers. */
interface Healed {
  readonly workspace: Workspace;
  /** Containers that were broken, as `stack/service`. */
  readonly containers: ReadonlySet<string>;
  /** Labels that could not be mended. */
  readonly leftOut: readonly RawLabel[];
}

/**
 * One wrong label costs the whole container, and hides every other mistake in it. Here such labels get the name that was most
 * likely meant or a value that nobody knows, or go, so that the rest can be judged in the same run. Undefined when nothing is broken.
 * @param mend false = they go all
 */
function heal(workspace: Workspace, result: ResolvedGateway, mend: boolean): Healed | undefined {
  const broken = result.gateway.labels.filter(({ effect }) => effect === 'breaksContainer');
  const added = mend ? addedLabels(result.problems) : new Map<string, readonly RawLabel[]>();
  const cures = new Map<RawLabel, RawLabel | undefined>(broken.map((one) => [one.label, mend ? mendedLabel(one, result.problems) : undefined]));
  const meant = mend ? switchedOn(result) : [];
  for (const { label } of meant) cures.set(label, withValue(label, known('true')));
  if (cures.size === 0 && added.size === 0) return undefined;
  const containers = new Set([...broken, ...meant].map(({ container }) => containerSymbol(container)).concat([...added.keys()]));
  const mended = (container: Container): Container => ({ ...container, labels: [...withCures(container.labels, cures), ...(added.get(containerSymbol(container)) ?? [])] });
  const stacks = workspace.stacks.map((stack) => ({ ...stack, containers: stack.containers.map((container) => (containers.has(containerSymbol(container)) ? mended(container) : container)) }));
  return { workspace: { ...workspace, stacks }, containers, leftOut: broken.map(({ label }) => label).filter((label) => cures.get(label) === undefined) };
}

/** A router that could use several services, or has no rule, is lost before anything else of it is looked at: here it has one. */
function addedLabels(problems: readonly Problem[]): ReadonlyMap<string, readonly RawLabel[]> {
  const out = new Map<string, readonly RawLabel[]>();
  for (const { kind, ref, container, candidates, origin } of problems) {
    const option = kind === 'router-service-ambiguous' ? (['service', candidates?.[0] ?? ''] as const) : kind === 'rule-empty' ? (['rule', 'HostSNI(`*`)'] as const) : undefined;
    if (option === undefined || ref === undefined || container === undefined) continue;
    const symbol = containerSymbol({ id: container });
    const key = `traefik.${ref.protocol}.routers.${ref.name}.${option[0]}`;
    out.set(symbol, [...(out.get(symbol) ?? []), { key: { value: known(key), origin }, value: { value: known(option[1]), origin }, origin, place: 'service' }]);
  }
  return out;
}

/** `tls=ture` switches TLS off, and nothing below it is read. */
function switchedOn({ gateway, problems }: ResolvedGateway): readonly JudgedLabel[] {
  const symbols = new Set(problems.filter(({ kind, hint, subject }) => kind === 'label-switched-off' && hint !== 'off' && suggest(subject, ['true', 'false']) === 'true').map(({ symbol }) => symbol));
  return gateway.labels.filter(({ container, label }) => symbols.has(`${containerSymbol(container)} ${label.key.value.text}`));
}

function withValue(label: RawLabel, value: Text): RawLabel {
  return { ...label, value: { ...label.value, value } };
}

/** The label with its wrong part replaced by the option that was most likely meant, or with a value that is not known. */
function mendedLabel(one: JudgedLabel, problems: readonly Problem[]): RawLabel | undefined {
  const key = one.label.key.value.text;
  const symbol = `${containerSymbol(one.container)} `;
  const own = problems.filter((problem) => problem.symbol.startsWith(symbol));
  const bad = own.find((problem) => problem.symbol === `${symbol}${key}` && (problem.kind === 'enable-unparsable' || (problem.kind === 'value-invalid' && UNKNOWABLE.has(problem.context ?? ''))));
  if (bad !== undefined) return withValue(one.label, bad.kind === 'enable-unparsable' ? known('true') : NOBODY_KNOWS);
  return renamed(one.label, own.filter(({ kind }) => kind === 'label-part-unknown'), `${symbol}${key}`);
}

/** Kinds of values for which the decoder puts the default where a variable has no value. */
const UNKNOWABLE: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'duration']);
const NOBODY_KNOWS: Text = { text: '', holes: ['value'] };

function renamed(label: RawLabel, problems: readonly Problem[], symbol: string): RawLabel | undefined {
  const parts = label.key.value.text.split('.');
  const problem = problems.find((one) => one.symbol === symbol) ?? problems.find(({ subject }) => parts.includes(subject));
  const better = problem?.hint === 'missing-segment' ? problem.candidates?.[0] : suggest(problem?.subject ?? '', problem?.candidates ?? []);
  if (problem === undefined || better === undefined) return undefined;
  const at = parts.indexOf(problem.subject);
  if (at === -1) return undefined;
  return { ...label, key: { ...label.key, value: known([...parts.slice(0, at), better, ...parts.slice(at + 1)].join('.')) } };
}

/** A cured label gives way to one that has its name already. */
function withCures(labels: readonly RawLabel[], cures: ReadonlyMap<RawLabel, RawLabel | undefined>): readonly RawLabel[] {
  const sound = new Set(labels.filter((label) => !cures.has(label)).map(({ key }) => key.value.text));
  return labels.flatMap((label) => {
    const better = cures.get(label);
    if (!cures.has(label)) return [label];
    return better === undefined || sound.has(better.key.value.text) ? [] : [better];
  });
}
