import type { JudgedLabel, LabelEffect, RawLabel, Workspace } from '../ir/index.ts';

/** Every label and what became of it. Traefik labels where the provider does not look (`deploy` beside Docker) are without effect. */
export function judgedLabels(workspace: Workspace, effects: ReadonlyMap<RawLabel, LabelEffect>): readonly JudgedLabel[] {
  return workspace.stacks.flatMap(({ containers }) =>
    containers.flatMap((container) => container.labels.map((label) => ({ container, label, effect: effects.get(label) ?? (/^traefik\./i.test(label.key.value.text) ? 'ignored' : 'foreign') }))),
  );
}
