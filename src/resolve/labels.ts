import type { Container, JudgedLabel, LabelEffect, RawLabel, Workspace } from '../ir/index.ts';

/** What became of the labels of each container that a provider reads. */
export type ContainerEffects = Map<Container, ReadonlyMap<RawLabel, LabelEffect>>;

/** Every label and what became of it. Traefik labels where the provider does not look (`deploy` beside Docker) are without effect. */
export function judgedLabels(workspace: Workspace, effects: ContainerEffects): readonly JudgedLabel[] {
  return workspace.stacks.flatMap(({ containers }) =>
    containers.flatMap((container) => {
      const own = effects.get(container);
      return container.labels.map((label) => ({ container, label, effect: own?.get(label) ?? (/^traefik\./i.test(label.key.value.text) ? 'ignored' : 'foreign') }));
    }),
  );
}
